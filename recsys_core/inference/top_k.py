"""The k best of each row, ties broken by the smaller index, so that a list never depends on how a library partitions."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _top_k_rows(scores, k, indices, values):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Insertion into a sorted buffer a row: few items beat the current k-th, so it is a scan with rare shifts."""
    for row in range(scores.shape[0]):
        filled = 0
        for item in range(scores.shape[1]):
            value = scores[row, item]
            if value == -np.inf or np.isnan(value) or (filled == k and value <= values[row, k - 1]):
                continue
            place = filled if filled < k else k - 1
            while place > 0 and values[row, place - 1] < value:
                values[row, place] = values[row, place - 1]
                indices[row, place] = indices[row, place - 1]
                place -= 1
            values[row, place] = value
            indices[row, place] = item
            if filled < k:
                filled += 1


def top_k(scores: NDArray[np.float32], k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The k best columns of each row of `scores` [n, items], best first: indices int32 [n, k] and their scores float32 [n, k].

    -inf and NaN mean "not to be listed"; places that cannot be filled are -1 with -inf.
    """
    indices = np.full((len(scores), k), -1, dtype=np.int32)
    values = np.full((len(scores), k), -np.inf, dtype=np.float32)
    if k and scores.size:
        _top_k_rows(np.ascontiguousarray(scores, dtype=np.float32), k, indices, values)
    return indices, values


def mask_seen(scores: NDArray[np.float32], seen: sparse.csr_matrix) -> NDArray[np.float32]:
    """Set the score of everything in the same row of `seen` [n, items] to -inf, in place, and return it."""
    rows = np.repeat(np.arange(seen.shape[0]), np.diff(seen.indptr))
    scores[rows, seen.indices] = -np.inf
    return scores
