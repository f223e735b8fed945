"""F10: whether a classifier can tell a real row from a synthetic one (a classifier two-sample test, Lopez-Paz & Oquab 2017)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier

from recsys_core.synthesis.scorecard.distances import auc
from recsys_core.synthesis.scorecard.events import NUMBERS, Events
from recsys_core.synthesis.scorecard.nearness import product_set_keys
from recsys_core.synthesis.scorecard.times import DAY, HOUR

ROWS = 6000  # of each log
TREES, LEAF = 40, 20
LEAST_HALF = 0.2


def c2st(real: Events, other: Events, seed: int) -> float:
    """AUC of telling rows of `other` from real ones, by shoppers it was not trained on; .5: it cannot. NaN with too few shoppers.

    A row is described by its kind, category, price, quantity, rating, hour, weekday, and by how many events its shopper, its product and
    its shopper's day have in its own log (in powers of two); not by who and what they are.
    """
    rng = np.random.default_rng(seed)
    sides = [_sampled(events, columns, rng) for events, columns in ((real, real), (other, real))]
    features = np.concatenate([side[0] for side in sides])
    half = np.concatenate([side[1] for side in sides])
    is_made = np.repeat([0, 1], [len(side[0]) for side in sides])
    scores = np.empty(len(features))
    for part in (0, 1):
        learn, test = half != part, half == part
        if len(np.unique(is_made[learn])) < 2 or len(np.unique(is_made[test])) < 2:
            return float("nan")
        trees = ExtraTreesClassifier(TREES, min_samples_leaf=LEAF, max_features=None, class_weight="balanced", random_state=seed)
        scores[test] = trees.fit(features[learn], is_made[learn]).predict_proba(features[test])[:, 1]
    found = [auc(scores[(half == part) & (is_made == 1)], scores[(half == part) & (is_made == 0)]) for part in (0, 1)]
    return float(np.mean(found))


def _sampled(events: Events, real: Events, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Features of some rows, and which half of the shoppers each belongs to."""
    rows = np.sort(rng.choice(len(events), min(ROWS, len(events)), replace=False))
    side = _halves(events, rng)
    columns: list[NDArray[Any]] = [_binned(events.user_counts[events.user]), _binned(np.append(events.item_counts, 0)[events.item])]
    columns += [np.nan_to_num(np.asarray(events.columns[name], dtype=np.float64), nan=-1.0) for name in NUMBERS if real.has(name)]
    columns += [events.ints(name) for name in ("event", "category") if real.has(name)]
    if real.has("time"):
        time = events.ints("time")
        _, day, size = np.unique(np.stack([events.user, time // DAY], axis=1), axis=0, return_inverse=True, return_counts=True)
        columns += [_binned(size[day.ravel()]), time // HOUR % 24, time // DAY % 7]
    return np.stack(columns, axis=1)[rows].astype(np.float64), side[events.user[rows]]


def _halves(events: Events, rng: np.random.Generator) -> NDArray[np.int64]:
    """0 or 1 for each shopper, the same for shoppers with the same products: no copy of a tested one is learned from."""
    side = (product_set_keys(events.matrix) % np.uint64(2)).astype(np.int64)
    uneven = min(side.mean(), 1 - side.mean()) < LEAST_HALF  # nearly all alike
    return np.asarray(rng.permutation(events.n_users) % 2) if uneven else side


def _binned(counts: NDArray[np.integer]) -> NDArray[np.float64]:
    return np.asarray(np.floor(np.log2(counts + 1)))
