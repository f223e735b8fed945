"""Lists beside each other: how different shoppers' lists are, and how much of a list changed.

Lists are int arrays [users, k] of item indices, best first, -1 where a list is short.
"""

from __future__ import annotations

import numpy as np
from numba import njit
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
    found = np.zeros(len(new))
    if k:
        _overlap(_own(new), _own(old), k, persistence, found)
    return found


def _shared(new: Lists, old: Lists) -> NDArray[np.int64]:
    """How many products of each new list are in the old one, int [U]."""
    found = np.zeros(len(new), np.int64)
    _count_shared(_own(new), _own(old), found)
    return found


def _own(lists: Lists) -> NDArray[np.int32]:
    return np.ascontiguousarray(lists, dtype=np.int32)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _count_shared(new, old, found):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    for user in range(len(new)):
        for item in new[user]:
            if item >= 0:
                found[user] += np.any(old[user] == item)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _overlap(new, old, k, persistence, found):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    for user in range(len(new)):
        shared, in_new, in_old = 0, 0, 0
        weight, total, most = 1.0, 0.0, 0.0
        for depth in range(k):
            a, b = new[user, depth], old[user, depth]
            in_new += a >= 0
            in_old += b >= 0
            for place in range(depth + 1):  # each pair of equals is met once, at the deeper of its two places
                shared += a >= 0 and a == old[user, place]
                shared += b >= 0 and b == new[user, place] and place < depth
            total += weight * shared / max(in_new, in_old, 1)
            most += weight
            weight *= persistence
        found[user] = total / most
