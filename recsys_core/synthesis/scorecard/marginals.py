"""F1 to F5: whether single rows are valid, single columns look real, and both long tails are there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys_core.evaluation.beyond_accuracy import coverage_of, gini_of
from recsys_core.synthesis.scorecard.distances import ks, spearman, tvd
from recsys_core.synthesis.scorecard.events import NUMBERS, Events
from recsys_core.synthesis.scorecard.times import hours, weekdays

Figures = dict[str, float]
THINNINGS = 5  # draws of the larger log to the size of the smaller


def validity(real: Events, other: Events, own_category: bool) -> Figures:
    """F1 and F2: shares of rows whose category or price is their product's, of shoppers with one segment, and of repeated pairs."""
    known = other.item >= 0
    found = {"unknown_items": float((~known).mean()), "F2_duplicate_pairs": duplicate_pairs(other)}
    if own_category and known.any():  # a category that is missing, in the row or in the catalogue, is no product's
        right = (other.ints("of_item") == other.ints("category")) & (other.ints("of_item") >= 0)
        found["F1_category_consistent"] = float(right[known].mean())
    if real.has("price") and other.has("price"):
        found["F1_price_consistent"] = _price_consistent(real, other)
    if real.has("segment"):
        segment = other.ints("segment")
        several = np.unique(np.stack([other.user, segment], axis=1)[segment >= 0], axis=0)[:, 0]
        found["F1_one_segment"] = float((np.bincount(several, minlength=other.n_users)[np.unique(several)] == 1).mean())
    return found


def duplicate_pairs(events: Events) -> float:
    """Share of rows that repeat a (shopper, product) pair seen before."""
    return 1.0 - len(np.unique(events.pairs)) / len(events)


def _price_consistent(real: Events, other: Events) -> float:
    """Share of rows whose price lies between the lowest and the highest that the real log has for the product."""
    low, high = np.full(real.n_items, np.inf), np.full(real.n_items, -np.inf)
    price = np.asarray(real.columns["price"], dtype=np.float64)
    priced = ~np.isnan(price) & (real.item >= 0)
    np.minimum.at(low, real.item[priced], price[priced])
    np.maximum.at(high, real.item[priced], price[priced])
    item, asked = other.item, np.asarray(other.columns["price"], dtype=np.float64)
    judged = (item >= 0) & ~np.isnan(asked)
    judged[judged] = np.isfinite(low[item[judged]])
    item, asked = item[judged], asked[judged]
    room = 1e-6 * np.abs(high[item])  # a price written with fewer digits is the same price
    return float(((asked >= low[item] - room) & (asked <= high[item] + room)).mean()) if judged.any() else float("nan")


def columns(real: Events, other: Events) -> Figures:
    """F3: total variation of each column of words, KS of each of numbers, and the mean likeness (1 - distance) of all, times included."""
    found = {f"F3_{name}_tvd": tvd(real.ints(name), other.ints(name)) for name in ("event", "category", "segment") if real.has(name)}
    found |= {f"F3_{name}_ks": ks(real.floats(name), other.floats(name)) for name in NUMBERS if real.has(name)}
    distances = list(found.values())
    if real.has("time"):
        distances += [tvd(hours(real), hours(other)), tvd(weekdays(real), weekdays(other))]
    told = [distance for distance in distances if not np.isnan(distance)]
    if told:
        found["F3_mean_likeness"] = 1.0 - float(np.mean(told))
    return found


def tails(real: Events, other: Events, rng: np.random.Generator) -> Figures:
    """F4 and F5: popularity of products and activity of shoppers: KS, difference of Gini, coverage, correlation of ranks."""
    return {
        "F4_item_ks": item_ks(real, other, rng),
        "F4_item_gini_diff": abs(gini_of(real.item_counts) - gini_of(other.item_counts)),
        "F4_coverage": coverage_of(other.item_counts),
        "F4_item_rank_corr": spearman(real.item_counts, other.item_counts),
        "F5_user_ks": ks(real.user_counts, other.user_counts),
        "F5_user_gini_diff": abs(gini_of(real.user_counts) - gini_of(other.user_counts)),
    }


def item_ks(real: Events, other: Events, rng: np.random.Generator) -> float:
    """KS of the number of events a product has, the larger log thinned at random to the rows of the smaller (mean of a few draws)."""
    rows = min(len(real), len(other))
    return float(np.mean([ks(thinned(real, rows, rng), thinned(other, rows, rng)) for _ in range(THINNINGS)]))


def thinned(events: Events, rows: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Events of each product, int64 [items], in so many rows of the log drawn at random."""
    if rows == len(events):
        return events.item_counts
    every = np.append(events.item_counts, len(events) - events.item_counts.sum())  # the last: products that the real log has not
    return np.asarray(rng.multivariate_hypergeometric(every, rows, method="marginals")[:-1])
