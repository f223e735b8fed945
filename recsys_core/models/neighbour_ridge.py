"""EASE and EDLAE on catalogues too large for a dense inverse: each item's ridge regression on its nearest items alone.

The weights of all other items are held at 0, as in SLIM with feature selection (Ning & Karypis 2011, fsSLIM): a column costs size^3 and
the memory is items x size. The same as the dense form where every two items share a user and `size` is the catalogue's. On shop logs
this is no mere approximation: items that never met a product get no negative weight for it, and lists are better for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.cholesky import cholesky_solve
from recsys_core.models.memo import shared
from recsys_core.training.events import Listener

BLOCK = 512  # items between two checks
PAIRS = 60_000_000  # co-occurrences kept: 0.5 GB; every pair on Gowalla, the 600 most frequent of each item at 100,000 items


def co_occurrences(train: sparse.csr_matrix, listener: Listener, *, pairs: int = PAIRS) -> sparse.csr_matrix:
    """X'X as csr float32 [items, items], sorted; above `pairs` in all, of each item only itself and its most frequent partners."""
    items = train.shape[1]
    by_item, most = train.T.tocsr(), max(pairs // items, 1)
    blocks, cut = [], False
    for start in range(0, items, BLOCK):
        listener.check()
        block = (by_item[start : start + BLOCK] @ train).tocsr()
        if np.diff(block.indptr).max(initial=0) > most:
            block, cut = _most_frequent(block, most, start), True
        block.sort_indices()
        blocks.append(block)
    found = sparse.vstack(blocks, format="csr")
    if cut:  # a pair counts where either of its items keeps it
        found = found.maximum(found.T).tocsr()
        found.sort_indices()
    return found


def shared_co_occurrences(train: sparse.csr_matrix, memo: dict[str, Any], listener: Listener) -> sparse.csr_matrix:
    """`co_occurrences`, made once for all fits on the same rows that share `memo`."""
    return shared(memo, "co-occurrences", train, None, lambda: co_occurrences(train, listener))


def neighbour_weights(
    pairs: sparse.csr_matrix, penalty: NDArray[np.float64], size: int, listener: Listener, products: NDArray[np.float32] | None = None
) -> sparse.csr_matrix:
    """B with at most `size` weights a column, diagonal 0: csr float32 [items, items].

    pairs: X'X, csr float32 with sorted indices. penalty: float64 [items]. The neighbours of j are the items that explain most of it alone:
    largest G_ij^2 / (G_ii + penalty_i), the first step of matching pursuit. products: (Y'X)_ji at each pair (j, i), aligned with
    `pairs.data`, where it is not X but other targets Y [users, items] that are to be predicted.
    """
    products = pairs.data if products is None else products
    items = pairs.shape[0]
    diagonal = (pairs.diagonal() + penalty).astype(np.float32)
    size = min(size, max(items - 1, 1))
    neighbours = np.full((items, size), -1, dtype=np.int32)
    weights = np.zeros((items, size), dtype=np.float32)
    for start in range(0, items, BLOCK):
        listener.check()
        stop = min(start + BLOCK, items)
        _nearest(pairs.indptr, pairs.indices, pairs.data, diagonal, start, stop, neighbours)
        _solve(pairs.indptr, pairs.indices, pairs.data, products, diagonal, start, stop, neighbours, weights)
    used = neighbours >= 0
    indptr = np.concatenate([[0], np.cumsum(used.sum(axis=1))])
    by_target = sparse.csr_matrix((weights[used], neighbours[used], indptr), shape=(items, items))
    found: sparse.csr_matrix = by_target.T.tocsr()
    found.eliminate_zeros()
    return found


def _most_frequent(block: sparse.csr_matrix, most: int, first: int) -> sparse.csr_matrix:
    """The largest of each row. The diagonal stays, whatever ties with it: row r of the block is item first + r."""
    kept = np.zeros(block.nnz, dtype=np.bool_)
    rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    _mark_largest(block.indptr, block.data, most, kept)
    kept |= block.indices == rows + first
    return sparse.csr_matrix((block.data[kept], (rows[kept], block.indices[kept])), shape=block.shape)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _mark_largest(indptr, values, most, kept):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Mark the `most` largest values of each row, the first of equal ones."""
    for row in range(len(indptr) - 1):
        start, stop = indptr[row], indptr[row + 1]
        if stop - start <= most:
            kept[start:stop] = True
            continue
        edge = np.partition(values[start:stop], stop - start - most)[stop - start - most]
        left = most
        for place in range(start, stop):
            if values[place] > edge:
                kept[place] = True
                left -= 1
        for place in range(start, stop):
            if left > 0 and values[place] == edge:
                kept[place] = True
                left -= 1


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _nearest(indptr, indices, counts, diagonal, start, stop, neighbours):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Fill rows start to stop of `neighbours` [items, size], sorted by index, -1 where there are no more."""
    size = neighbours.shape[1]
    for item in range(start, stop):
        first, last = indptr[item], indptr[item + 1]
        gains = np.empty(last - first, dtype=np.float32)
        for place in range(first, last):
            other = indices[place]
            gains[place - first] = 0.0 if other == item else counts[place] * counts[place] / diagonal[other]
        kept = np.zeros(last - first, dtype=np.bool_)
        _mark_largest(np.array([0, last - first]), gains, size, kept)
        filled = 0
        for place in range(first, last):
            if kept[place - first] and gains[place - first] > 0.0:
                neighbours[item, filled] = indices[place]
                filled += 1


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _solve(  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    indptr, indices, counts, products, diagonal, start, stop, neighbours, weights
):
    """Fill rows start to stop of `weights` with the ridge regression of each item on its neighbours, by Cholesky."""
    size = neighbours.shape[1]
    place_of = np.full(len(indptr) - 1, -1, dtype=np.int32)
    factor = np.empty((size, size), dtype=np.float32)
    for item in range(start, stop):
        count = 0
        while count < size and neighbours[item, count] >= 0:
            place_of[neighbours[item, count]] = count
            count += 1
        solution = weights[item]
        for row in range(count):
            factor[row, : row + 1] = 0.0
            own = neighbours[item, row]
            _gather(indptr, indices, counts, own, place_of, factor[row])
            factor[row, row] = diagonal[own]
        for place in range(indptr[item], indptr[item + 1]):
            if place_of[indices[place]] >= 0:
                solution[place_of[indices[place]]] = products[place]
        cholesky_solve(factor, solution, count)
        for row in range(count):
            place_of[neighbours[item, row]] = -1


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _gather(indptr, indices, counts, own, place_of, out):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """out[place_of[other]] = the co-occurrences of item `own` with the items before it that have a place."""
    for place in range(indptr[own], indptr[own + 1]):
        other = indices[place]
        if other >= own:
            return
        if place_of[other] >= 0:
            out[place_of[other]] = counts[place]
