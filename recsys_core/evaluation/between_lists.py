"""Lists beside each other: how different shoppers' lists are, and how much of a list changed.

Lists are int arrays [users, k] of item indices, best first, -1 where a list is short.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Lists = NDArray[np.integer]
PERSISTENCE = 0.9  # of a reader of rank-biased overlap: one in ten stops at each place


def personalisation(lists: Lists, n_items: int) -> float:
    """Mean share of a list that another shopper's list does not have, over all pairs of shoppers: 0 all the same, 1 nothing shared.

    1 - (sum_i c_i^2 - U k) / (k U (U - 1)), c_i the lists that hold item i: exact, without a pair loop (guides/studio.md §2.1). Lists
    shorter than k share less for it. 0 for fewer than two lists.
    """
    users, k = lists.shape
    shown = lists[lists >= 0]
    if users < 2 or not len(shown):
        return 0.0
    counts = np.bincount(shown, minlength=n_items).astype(np.float64)
    return float(1 - (np.square(counts).sum() - len(shown)) / (k * users * (users - 1)))


def churn(new: Lists, old: Lists) -> NDArray[np.float64]:
    """1 - Jaccard similarity of each new list [U, k] with the old one [U, l]: 0 the same products, 1 none of them. Empty lists: 0."""
    shared = _shared(new, old)
    union = (new >= 0).sum(axis=1) + (old >= 0).sum(axis=1) - shared
    return np.where(union > 0, 1 - shared / np.maximum(union, 1), 0.0)


def rank_biased_overlap(new: Lists, old: Lists, persistence: float = PERSISTENCE) -> NDArray[np.float64]:
    """How alike two lists [U, k] are to a reader from the top: 1 the same order, 0 nothing shared (Webber, Moffat & Zobel 2010).

    (1 - p) sum_d p^(d-1) overlap_d / d over the k places, over the same sum for equal lists, so that equal lists of any length have 1.
    """
    k = min(new.shape[1], old.shape[1])
    total, most = np.zeros(len(new)), 0.0
    for depth in range(1, k + 1):
        weight = persistence ** (depth - 1)
        held = np.maximum(np.maximum((new[:, :depth] >= 0).sum(axis=1), (old[:, :depth] >= 0).sum(axis=1)), 1)
        total += weight * _shared(new[:, :depth], old[:, :depth]) / held
        most += weight
    return np.asarray(total / most if k else total)


def _shared(new: Lists, old: Lists) -> NDArray[np.int64]:
    """How many products of each new list are in the old one, int [U]."""
    return np.asarray(((new[:, :, None] == old[:, None, :]) & (new >= 0)[:, :, None]).any(axis=2).sum(axis=1), dtype=np.int64)
