"""What a set of lists does to the catalogue and to each list's mix: coverage, concentration, variety.

Lists are int arrays [users, k] of item indices, -1 where a list is short.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Lists = NDArray[np.integer]
REORDERED = {"reassoc", "contract", "nsz", "arcp"}
"""What a compiler may do to sums so that they run several at a time; NaN and infinity keep their meaning."""


def exposure_counts(lists: Lists, n_items: int) -> NDArray[np.int64]:
    """How many lists hold each item: int64 [n_items]."""
    shown = lists[lists >= 0]
    return np.bincount(shown, minlength=n_items).astype(np.int64)


def coverage_at_k(lists: Lists, n_items: int) -> float:
    """Share of the whole catalogue that is in at least one list, 0 to 1."""
    return coverage_of(exposure_counts(lists, n_items))


def gini_at_k(lists: Lists, n_items: int) -> float:
    """Gini coefficient of exposure over the whole catalogue, items never shown included; 0 is even, 1 is one item only."""
    return gini_of(exposure_counts(lists, n_items))


def coverage_of(exposures: NDArray[np.integer]) -> float:
    """`coverage_at_k` of exposure counts [items]."""
    return float((exposures > 0).sum() / max(len(exposures), 1))


def gini_of(exposures: NDArray[np.integer]) -> float:
    """`gini_at_k` of exposure counts [items]."""
    counts = np.sort(exposures).astype(np.float64)
    total, n_items = counts.sum(), len(counts)
    if total == 0:
        return 0.0
    ranks = 2 * np.arange(1, n_items + 1) - n_items - 1
    return float(ranks @ counts / (n_items * total))


def intra_list_distance(lists: Lists, unit_vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean of 1 - cosine over all pairs of a list, one value a user: 1 - (|sum e|^2 - n) / (n (n - 1)), exact without a pair loop.

    `unit_vectors`: float [n_items, d] of length 1. A row of zeros (no vector) and -1 places are left out; lists with fewer than two
    vectors get 0. Source: Ziegler et al. 2005 (intra-list similarity), in its closed form for unit vectors.
    """
    found = np.zeros(len(lists))
    _distances(np.ascontiguousarray(lists, dtype=np.int32), np.ascontiguousarray(unit_vectors, dtype=np.float32), found)
    return found


@njit(nogil=True, cache=True, fastmath=REORDERED)  # type: ignore[untyped-decorator]
def _distances(lists, vectors, found):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    total = np.empty(vectors.shape[1])
    for user in range(len(lists)):
        total[:] = 0.0
        n = 0
        for place in range(lists.shape[1]):
            item, length = lists[user, place], np.float32(0.0)
            if item < 0:
                continue
            for d in range(vectors.shape[1]):
                total[d] += vectors[item, d]
                length += vectors[item, d] * vectors[item, d]
            if length > 0:
                n += 1
        if n > 1:
            squared = 0.0
            for d in range(vectors.shape[1]):
                squared += total[d] * total[d]
            found[user] = 1 - (squared - n) / (n * (n - 1))
