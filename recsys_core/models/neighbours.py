"""The nearest items of every item, exactly, without a matrix of all pairs: what item-kNN and RP3beta share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import psutil
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.inference.contract import Floats

BLOCK = 512  # items between two checks: a second on the largest logs here
BYTES_A_NEIGHBOUR = 40  # number and value, then the same as rows and as columns while the weights are made


@dataclass(frozen=True)
class Neighbours:
    """items: int32 [items, k], nearest first, -1 where an item has fewer; values: float32 [items, k], how near, 0 there."""

    items: NDArray[np.int32]
    values: Floats

    def weights(self, k: int) -> sparse.csr_matrix:
        """The k nearest of each item as csr float32 [items, items]: entry (i, j) where j is one of i's."""
        n = len(self.items)
        kept = self.items[:, :k] >= 0
        rows = np.repeat(np.arange(n, dtype=np.int32), kept.sum(axis=1))
        found = sparse.csr_matrix((self.values[:, :k][kept], (rows, self.items[:, :k][kept])), shape=(n, n))
        found.sort_indices()
        return found


def nearest_items(
    left: sparse.csr_matrix, right: sparse.csr_matrix, lengths: NDArray[np.float64], shrink: float, k: int, check: Callable[[], None]
) -> Neighbours:
    """For each item i the k others with the largest (left right)_ij / (lengths_i lengths_j + shrink), ties to the smaller number.

    left: csr [items, users], right: csr [users, items], nothing negative; lengths: [items]. Work is the sum over users of the square of
    their items; memory the two matrices and the result. Raises InputError where the result would not fit. check: called between blocks.
    """
    n = left.shape[0]
    k = min(k, n - 1)
    _check_memory(n, k)
    items, values = np.full((n, k), -1, dtype=np.int32), np.zeros((n, k), dtype=np.float32)
    parts = [(m.data.astype(np.float64), m.indices.astype(np.int32), m.indptr.astype(np.int64)) for m in (left, right)]
    for start in range(0, n, BLOCK):
        check()
        _nearest(*parts[0], *parts[1], lengths.astype(np.float64), shrink, start, min(start + BLOCK, n), items, values)
    return Neighbours(items, values)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _nearest(ld, li, lp, rd, ri, rp, lengths, shrink, start, stop, items, values):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    n, k = len(lengths), items.shape[1]
    totals = np.zeros(n)
    reached = np.full(n, -1, np.int32)  # the last item from which each was
    touched = np.empty(n, np.int32)
    for i in range(start, stop):
        count = 0
        for a in range(lp[i], lp[i + 1]):
            for b in range(rp[li[a]], rp[li[a] + 1]):
                j = ri[b]
                if reached[j] != i:
                    reached[j] = i
                    touched[count] = j
                    count += 1
                totals[j] += ld[a] * rd[b]
        near = np.sort(touched[:count])
        value = np.empty(count)
        for c in range(count):
            j = near[c]
            value[c] = totals[j] / (lengths[i] * lengths[j] + shrink) if j != i and totals[j] > 0.0 else 0.0
            totals[j] = 0.0
        least = np.partition(value, count - k)[count - k] if count > k else 0.0
        kept = np.flatnonzero((value >= least) & (value > 0.0))
        order = kept[np.argsort(-value[kept], kind="mergesort")][:k]
        for place in range(len(order)):
            items[i, place] = near[order[place]]
            values[i, place] = value[order[place]]


def _check_memory(items: int, k: int) -> None:
    needed, free = items * k * BYTES_A_NEIGHBOUR, psutil.virtual_memory().available
    if needed > 0.8 * free:
        raise InputError(
            f"{k} neighbours of each of {items:,} products need {needed / 2**30:.1f} GB of memory and {free / 2**30:.1f} GB are free.",
            "Set a smaller k, or raise --min-item-users so that fewer products train.",
        )
