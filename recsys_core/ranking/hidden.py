"""Candidates without what a list must not show, such as a product that the shopper sent back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


def without_hidden(
    candidates: NDArray[np.integer], scores: NDArray[np.floating], hidden: sparse.csr_matrix
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """(candidates, scores) [U, C] without the entries of `hidden` [U, items], in the same order, filled up with -1 and -inf.

    `Dataset.against` says what all that is known of a shopper speaks against. Metrics are of the lists before: what a shopper said after
    the split would give the answers away.
    """
    items, kept = np.array(candidates, dtype=np.int32), np.array(scores, dtype=np.float32)
    for row in np.flatnonzero(np.diff(hidden.indptr)):
        gone = np.isin(items[row], hidden.indices[hidden.indptr[row] : hidden.indptr[row + 1]])
        if gone.any():
            left = int((~gone).sum())
            items[row, :left], kept[row, :left] = items[row, ~gone], kept[row, ~gone]
            items[row, left:], kept[row, left:] = -1, -np.inf
    return items, kept
