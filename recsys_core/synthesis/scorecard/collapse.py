"""Signs of a collapsed generator: shoppers who are all alike, few products, few tastes, the same few shoppers over and over."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recsys_core.evaluation.beyond_accuracy import coverage_of
from recsys_core.synthesis.scorecard.card import Alarm
from recsys_core.synthesis.scorecard.events import Events
from recsys_core.synthesis.scorecard.nearness import basket_keys
from recsys_core.synthesis.scorecard.user_vectors import Prdc

REPEATED = 0.05  # share of shoppers with somebody else's basket, beyond the real share
HALF = 0.5  # of what real shoppers drawn anew cover
TOP_ITEM = (2.0, 0.02)  # share of the commonest product: times the real share, plus this
ALIKE = (3.0, 0.05)  # mean likeness of two shoppers: times the real one, plus this


def repeated_baskets(events: Events) -> float:
    """Share of shoppers with five or more products whose set another shopper has too; 0 where there are none."""
    keys = basket_keys(events.matrix)
    _, which, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return float((counts[which] > 1).mean()) if len(keys) else 0.0


def top_item_share(events: Events) -> float:
    """Share of the rows that are of the commonest product."""
    return float(events.item_counts.max() / max(len(events), 1)) if events.n_items else 0.0


def mean_likeness(matrix: sparse.csr_matrix) -> float:
    """Mean cosine of two different shoppers' products, of csr of ones without empty rows; 0 with fewer than two."""
    n = matrix.shape[0]
    if n < 2:
        return 0.0
    total = np.asarray((sparse.diags(1 / np.sqrt(np.diff(matrix.indptr))) @ matrix).sum(axis=0)).ravel()
    return float((total @ total - n) / (n * (n - 1)))


def alarms(real: Events, made: Events, anew: Events, tastes: Prdc, tastes_anew: Prdc) -> tuple[Alarm, ...]:
    """All alarms, fired or not. anew: real shoppers drawn anew, as many as were made; tastes: PRDC of the made and of those."""
    found = []

    def add(id: str, value: float, usual: float, limit: float, fired: bool, words: str, calm: str) -> None:
        found.append(Alarm(id, bool(fired), value, usual, limit, words if fired else calm))

    value, usual = repeated_baskets(made), repeated_baskets(real)
    words = f"{value:.0%} of synthetic shoppers have exactly what another one has (real shoppers: {usual:.0%})."
    add("repeated shoppers", value, usual, usual + REPEATED, value > usual + REPEATED, words, "Shoppers do not repeat each other.")

    value, usual = coverage_of(made.item_counts), coverage_of(anew.item_counts)
    words = f"Only {value:.1%} of the products occur; as many real shoppers have {usual:.1%}."
    add("few products", value, usual, HALF * usual, value < HALF * usual, words, "As wide a range of products occurs as one would expect.")

    value, usual = top_item_share(made), top_item_share(real)
    limit = TOP_ITEM[0] * usual + TOP_ITEM[1]
    words = f"One product is {value:.1%} of all rows; the real log's commonest is {usual:.1%}."
    add("one product", value, usual, limit, value > limit, words, "No product crowds out the others.")

    value, usual = mean_likeness(made.shoppers), mean_likeness(real.shoppers)
    limit = min(ALIKE[0] * usual + ALIKE[1], (1 + usual) / 2)
    words = f"Synthetic shoppers are alike: {value:.2f} on average, real ones {usual:.2f} (cosine of what two of them had)."
    add("all alike", value, usual, limit, value > limit, words, "Shoppers are as unlike as real ones.")

    value, usual = tastes.coverage, tastes_anew.coverage
    words = f"Only {value:.0%} of real shoppers have a synthetic one close by; of as many real shoppers drawn anew it is {usual:.0%}."
    add("few tastes", value, usual, HALF * usual, value < HALF * usual, words, "The range of real tastes is covered.")
    return tuple(found)
