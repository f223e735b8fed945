"""Lists against the shopper's own past: how much broader or narrower, and how much of an echo.

Lists are int arrays [users, k] of item indices, -1 where a list is short; pasts are csr [users, items]; vectors are float32
[items, d] of length 1, or 0 where an item has none.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.evaluation.beyond_accuracy import REORDERED, Lists, intra_list_distance

Vectors = NDArray[np.float32]


def past_distance(pasts: sparse.csr_matrix, unit_vectors: Vectors) -> NDArray[np.float64]:
    """Mean of 1 - cosine over all pairs of each past, by the closed form of `intra_list_distance`; NaN below two vectors."""
    has = np.any(unit_vectors != 0, axis=1).astype(np.float32)
    ones = sparse.csr_matrix((np.ones(pasts.nnz, dtype=np.float32), pasts.indices, pasts.indptr), shape=pasts.shape)
    n = np.asarray(ones @ has, dtype=np.float64)
    squared = np.square(np.asarray(ones @ unit_vectors, dtype=np.float64)).sum(axis=1)
    return np.where(n > 1, 1 - (squared - n) / np.maximum(n * (n - 1), 1), np.nan)


def breadth(
    lists: Lists, pasts: sparse.csr_matrix, unit_vectors: Vectors, before: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Distance within the list over distance within the past: below 1 the list is narrower than the shopper already is (NaN: no past).

    before: the `past_distance` of these shoppers, where it is known already.
    """
    own = past_distance(pasts, unit_vectors) if before is None else before
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(own > 1e-9, intra_list_distance(lists, unit_vectors) / own, np.nan)


def echo(lists: Lists, pasts: sparse.csr_matrix, unit_vectors: Vectors) -> NDArray[np.float64]:
    """Mean over the list of the greatest cosine with anything in the past, 0..1: a filter bubble's proxy. NaN without list or past."""
    found = np.full(len(lists), np.nan)
    _echo(
        np.ascontiguousarray(lists, dtype=np.int32),
        np.asarray(pasts.indptr, dtype=np.int64),
        np.asarray(pasts.indices, dtype=np.int32),
        np.ascontiguousarray(unit_vectors, dtype=np.float32),
        found,
    )
    return found


@njit(nogil=True, cache=True, fastmath=REORDERED)  # type: ignore[untyped-decorator]
def _echo(lists, start, items, vectors, found):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Every product of the past is read once and held against the whole list, which stays in the processor's own memory."""
    k, width = lists.shape[1], vectors.shape[1]
    listed, nearest = np.empty((k, width), np.float32), np.empty(k, np.float32)
    for user in range(len(lists)):
        count = 0
        for place in range(k):
            if lists[user, place] >= 0:
                listed[count] = vectors[lists[user, place]]
                nearest[count] = 0.0
                count += 1
        if count == 0 or start[user + 1] == start[user]:
            continue
        for at in range(start[user], start[user + 1]):
            item = items[at]
            for place in range(count):
                cosine = np.float32(0.0)
                for d in range(width):
                    cosine += listed[place, d] * vectors[item, d]
                nearest[place] = max(nearest[place], cosine)
        total = 0.0
        for place in range(count):
            total += min(nearest[place], np.float32(1.0))
        found[user] = total / count
