"""The lines of the scorecard, declared: what each measures, in which group, from where on it passes and warns, and what it needs."""

from __future__ import annotations

from dataclasses import dataclass

from recsys_core.synthesis.scorecard.card import FIDELITY, PRIVACY, STRUCTURE, UTILITY

LOW, HIGH = "low", "high"

NEEDS = {
    "times": "The logs have no times in common.",
    "baskets": "The logs have neither order numbers nor times in common.",
    "kinds": "The logs have no kinds of event in common.",
    "several kinds": "The real log has one kind of event only.",
    "category": "Nothing says what category a product is of: give a file of products with --items, or a column category.",
    "own category": "The synthetic log has no column category of its own; by join it is always right.",
    "categories": "It takes three or more categories that vary between shoppers.",
    "price": "The logs have no price in common.",
    "quantity": "The logs have no quantity in common.",
    "rating": "The logs have no rating in common.",
    "segment": "The logs have no column segment in common.",
    "a column": "The logs have no column in common beside shoppers and products.",
    "holdout": "There is no holdout: give rows of the same shoppers that the generator never saw with --holdout.",
    "new pairs": "The holdout has no product that is new to a shopper of the real log.",
    "strangers": "The holdout has fewer than 20 shoppers whom the generator never saw.",
    "a generator": "It takes fits of the generator itself: ask whether the set helps (`augment`), and it stands here.",
}


@dataclass(frozen=True)
class LineSpec:
    """A line before it is measured. passes and warns None: shown only. needs: keys of NEEDS, the first unmet one is the reason."""

    id: str
    group: str
    title: str
    meaning: str
    better: str = LOW
    passes: float | None = None
    warns: float | None = None
    needs: tuple[str, ...] = ()
    code: str = ""

    @property
    def in_guide(self) -> str:
        """Its code in the guide, the start of its id unless given."""
        return self.code or self.id.split("_")[0]


LINES: tuple[LineSpec, ...] = (
    LineSpec("unknown_items", FIDELITY, "Unknown products", "Share of rows with a product that the real log has not.",
             LOW, 0.001, 0.02, code="F1"),
    LineSpec("F1_category_consistent", FIDELITY, "Right category", "Share of rows whose category is their product's.",
             HIGH, 0.999, 0.98, ("category", "own category")),
    LineSpec("F1_price_consistent", FIDELITY, "Right price band", "Share of rows whose price is within the product's real prices.",
             HIGH, 0.98, 0.90, ("price",)),
    LineSpec("F1_one_segment", FIDELITY, "One segment each", "Share of shoppers whose rows all name one segment.",
             HIGH, 0.999, 0.98, ("segment",)),
    LineSpec("F2_duplicate_pairs", FIDELITY, "Repeated pairs", "Share of rows that repeat a shopper and product, beside the real share.",
             LOW, 0.01, 0.05),
    LineSpec("F3_event_tvd", FIDELITY, "Kinds of event", "How far the shares of the kinds of event are off (total variation).",
             LOW, 0.05, 0.10, ("kinds",)),
    LineSpec("F3_category_tvd", FIDELITY, "Categories", "How far the shares of the categories are off (total variation).",
             LOW, 0.05, 0.10, ("category",)),
    LineSpec("F3_segment_tvd", FIDELITY, "Segments", "How far the shares of the segments are off (total variation).",
             LOW, 0.05, 0.10, ("segment",)),
    LineSpec("F3_price_ks", FIDELITY, "Prices", "The largest gap between the distributions of the price (KS).",
             LOW, 0.08, 0.15, ("price",)),
    LineSpec("F3_quantity_ks", FIDELITY, "Quantities", "The largest gap between the distributions of the quantity (KS).",
             LOW, 0.08, 0.15, ("quantity",)),
    LineSpec("F3_rating_ks", FIDELITY, "Ratings", "The largest gap between the distributions of the rating (KS).",
             LOW, 0.08, 0.15, ("rating",)),
    LineSpec("F3_mean_likeness", FIDELITY, "Columns one by one",
             "Mean likeness of single columns; shuffled columns pass it too, so it says nothing of structure.",
             HIGH, 0.95, 0.90, ("a column",)),
    LineSpec("F4_item_ks", FIDELITY, "Popularity", "The largest gap between the distributions of events a product (KS).", LOW, 0.08, 0.15),
    LineSpec("F4_item_gini_diff", FIDELITY, "Popularity's long tail", "How far the concentration on few products is off (Gini).",
             LOW, 0.02, 0.05),
    LineSpec("F4_coverage", FIDELITY, "Products covered", "Share of the real log's products that occur.", HIGH, 0.92, 0.80),
    LineSpec("F4_item_rank_corr", FIDELITY, "Popularity's order", "Whether the same products are popular (rank correlation).", HIGH),
    LineSpec("F5_user_ks", FIDELITY, "Activity", "The largest gap between the distributions of events a shopper (KS).", LOW, 0.06, 0.12),
    LineSpec("F5_user_gini_diff", FIDELITY, "Activity's long tail", "How far the concentration on few shoppers is off (Gini).",
             LOW, 0.02, 0.05),
    LineSpec("F6_gap_ks", FIDELITY, "Gaps", "The largest gap between the distributions of the time to a shopper's next event (KS).",
             LOW, 0.12, 0.20, ("times",)),
    LineSpec("F6_items_per_user_day_ks", FIDELITY, "Events a day", "The largest gap between the distributions of events a day (KS).",
             LOW, 0.20, 0.25, ("times",)),
    LineSpec("F6_basket_size_ks", FIDELITY, "Basket sizes", "The largest gap between the distributions of products a basket (KS).",
             LOW, 0.15, 0.25, ("baskets",)),
    LineSpec("F6_hour_tvd", FIDELITY, "Hours", "How far the shares of the hours of the day are off (total variation).",
             LOW, 0.06, 0.12, ("times",)),
    LineSpec("F6_weekday_tvd", FIDELITY, "Weekdays", "How far the shares of the days of the week are off (total variation).",
             LOW, 0.06, 0.12, ("times",)),
    LineSpec("F7_event_by_category_tvd", FIDELITY, "Kinds by category", "How far the shares of kind and category together are off.",
             LOW, 0.03, 0.08, ("kinds", "category")),
    LineSpec("F7_event_by_popularity_tvd", FIDELITY, "Kinds by popularity", "How far the shares of kind and popularity together are off.",
             LOW, 0.03, 0.08, ("kinds", "several kinds")),
    LineSpec("F7_kinds_per_pair_tvd", FIDELITY, "Kinds per pair", "Whether pairs have the same kinds of event, such as view and purchase.",
             LOW, 0.03, 0.08, ("kinds", "several kinds")),
    LineSpec("F7_conversion_diff", FIDELITY, "Funnel steps", "The largest difference of a rate from one step of the funnel to the next.",
             LOW, 0.02, 0.05, ("kinds", "several kinds")),
    LineSpec("F8_category_cooccurrence", STRUCTURE, "Categories that go together",
             "Whether the same categories are found with the same shoppers (correlation of correlations).",
             HIGH, 0.85, 0.65, ("category", "categories")),
    LineSpec("F9_item_cooccurrence", STRUCTURE, "Products that go together",
             "Whether the same products are found with the same shoppers (correlation of phi, 300 most popular).", HIGH, 0.80, 0.50),
    LineSpec("F10_c2st_auc", STRUCTURE, "Told apart by a classifier",
             "How often a classifier ranks a synthetic row above a real one; .5 is by chance.", LOW, 0.80, 0.92),
    LineSpec("PRDC_precision", STRUCTURE, "Precision", "Share of synthetic shoppers that lie among real ones.", HIGH),
    LineSpec("PRDC_recall", STRUCTURE, "Recall", "Share of real shoppers that lie among synthetic ones.", HIGH),
    LineSpec("PRDC_density", STRUCTURE, "Density", "How thickly synthetic shoppers lie where real ones do.", HIGH),
    LineSpec("PRDC_coverage", STRUCTURE, "Coverage of tastes", "Share of real shoppers with a synthetic one close by.", HIGH),
    LineSpec("U1_tstr", UTILITY, "Trained on synthetic", "NDCG@10 of EASE learned from the synthetic log, over that from the real one.",
             HIGH, 0.80, 0.60, ("holdout", "new pairs")),
    LineSpec("U2_lift", UTILITY, "Personalisation kept",
             "How much of what EASE gains over best sellers is kept; below 0 is worse than a list of best sellers.",
             HIGH, 0.60, 0.25, ("holdout", "new pairs")),
    LineSpec("U3_augmentation", UTILITY, "Real and synthetic together", "NDCG@10 learned from both logs, over that from the real one.",
             HIGH, 1.0, 0.97, ("a generator",)),
    LineSpec("U4_scarce", UTILITY, "Help where data is scarce",
             "NDCG@10 learned from a tenth of the shoppers and what was generated from them, over that from the tenth alone.",
             HIGH, 1.0, 1.0, ("a generator",)),
    LineSpec("P1_membership_auc", PRIVACY, "Single purchases given away",
             "Whether an attacker who knows half of a shopper's products can tell the other half from later ones; .5 is by chance.",
             LOW, 0.53, 0.56, ("holdout", "new pairs")),
    LineSpec("P2_user_membership_auc", PRIVACY, "Shoppers given away",
             "Whether shoppers it learned from are nearer to synthetic ones than shoppers it never saw; .5 is by chance.",
             LOW, 0.55, 0.60, ("holdout", "strangers")),
    LineSpec("P3_users_too_close", PRIVACY, "Near copies", "Share of shoppers nearer to a real one than real ones are to each other.",
             LOW, 0.02, 0.05),
    LineSpec("P4_copied_baskets", PRIVACY, "Copied shoppers", "Share of sets of five or more products that a real shopper has exactly so.",
             LOW, 0.0, 0.001),
    LineSpec("P4_copied_rhythms", PRIVACY, "Copied rhythms", "Share of shoppers with three gaps in a row exactly like one real shopper's.",
             LOW, 0.005, 0.02, ("times",)),
    LineSpec("P5_rows_nearer", PRIVACY, "Rows nearer to what it learned from",
             "Share of rows nearer to the real log than to the holdout; never enough by itself.", LOW, 0.55, 0.60, ("holdout",)),
)  # fmt: skip
