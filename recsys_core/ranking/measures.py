"""What a re-ranking costs and buys, measured on the lists themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys_core.ranking.pools import Pool


def relevance_of(pool: Pool, lists: NDArray[np.integer]) -> NDArray[np.float64]:
    """Relative relevance of every listed item, float64 [U, k]; 0 for places that are empty or not from the pool."""
    match = lists[:, :, None] == pool.items[:, None, :]
    match &= (lists >= 0)[:, :, None]
    return np.asarray(np.einsum("ukc,uc->uk", match, pool.relevance, optimize=True), dtype=np.float64)


def relevance_kept(pool: Pool, lists: NDArray[np.integer], plain: NDArray[np.integer]) -> NDArray[np.float64]:
    """Discounted relevance of the new lists over that of the plain ones, one share a user (1 = nothing given up).

    sum_k r(new_k)/log2(k+1) / sum_k r(plain_k)/log2(k+1) (guides/studio.md §2.1). It is no forecast of revenue.
    """
    discount = 1.0 / np.log2(np.arange(2, lists.shape[1] + 2))
    new, old = relevance_of(pool, lists) @ discount, relevance_of(pool, plain) @ discount
    return np.where(old > 0, new / np.where(old > 0, old, 1.0), 1.0)
