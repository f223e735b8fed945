"""Maximal marginal relevance (Carbonell & Goldstein 1998), for many users at once.

At each place, over the candidates not yet picked, the greatest
    (1 - trade_off) relevance_i - trade_off max_{j picked} clip(cos(i, j), 0, 1);
the first pick is the most relevant; ties go to the more relevant, then to the smaller item index.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recsys_core.ranking.pools import Pool

Lists = NDArray[np.int32]
BLOCK = 1024  # users a task: enough to hide the hand-over, few enough to keep two threads busy


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz", "arcp"})  # type: ignore[untyped-decorator]
def _mmr_kernel(items, relevance, vectors, trade_off, start, stop, picks):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Fills picks[start:stop] with places in the pool; -1 where a pool is shorter than the list."""
    pool_size, dimensions, k = items.shape[1], vectors.shape[1], picks.shape[1]
    gathered = np.empty((pool_size, dimensions), np.float32)
    nearest = np.empty(pool_size, np.float32)
    free = np.empty(pool_size, np.bool_)
    for user in range(start, stop):
        weight = trade_off[user]
        for c in range(pool_size):
            free[c] = items[user, c] >= 0
            nearest[c] = 0.0
            if free[c]:
                for d in range(dimensions):
                    gathered[c, d] = vectors[items[user, c], d]
        for place in range(k):
            best, best_value = -1, np.float32(0.0)
            for c in range(pool_size):
                if not free[c]:
                    continue
                value = relevance[user, c] if place == 0 else (1 - weight) * relevance[user, c] - weight * nearest[c]
                if best < 0 or value > best_value:
                    best, best_value = c, value
                elif value == best_value:
                    better = relevance[user, c] > relevance[user, best]
                    tied = relevance[user, c] == relevance[user, best]
                    if better or (tied and items[user, c] < items[user, best]):
                        best = c
            picks[user, place] = best
            if best < 0:
                continue
            free[best] = False
            if weight > 0:
                for c in range(pool_size):
                    if free[c]:
                        cosine = np.float32(0.0)
                        for d in range(dimensions):
                            cosine += gathered[c, d] * gathered[best, d]
                        nearest[c] = max(nearest[c], min(cosine, np.float32(1.0)))


def mmr(pool: Pool, unit_vectors: NDArray[np.float32], trade_off: float | NDArray[np.floating], k: int, *, threads: int = 1) -> Lists:
    """Re-rank every user of `pool`: int32 [U, k] item indices, -1 where a pool is too short.

    unit_vectors: float32 [items, d], rows of length 1 or 0. trade_off: 0 (plain relevance) to 1, one for all or one a user.
    """
    picks = np.full((len(pool), k), -1, dtype=np.int32)
    weights = np.ascontiguousarray(np.broadcast_to(np.asarray(trade_off, dtype=np.float32), (len(pool),)))
    arguments = (pool.items, pool.relevance, np.ascontiguousarray(unit_vectors, dtype=np.float32), weights)
    if threads <= 1 or len(pool) <= BLOCK:
        _mmr_kernel(*arguments, 0, len(pool), picks)
    else:
        with ThreadPoolExecutor(threads) as executor:
            starts = range(0, len(pool), BLOCK)
            list(executor.map(lambda s: _mmr_kernel(*arguments, s, min(s + BLOCK, len(pool)), picks), starts))
    return items_at(pool, picks)


def mmr_reference(pool: Pool, unit_vectors: NDArray[np.float32], trade_off: float, k: int) -> Lists:
    """The same in plain numpy, a user at a time: the oracle of the kernel, and what a reader should read first."""
    picks = np.full((len(pool), k), -1, dtype=np.int32)
    for user in range(len(pool)):
        items, relevance = pool.items[user], pool.relevance[user]
        chosen: list[int] = []
        for place in range(min(k, int((items >= 0).sum()))):
            value = relevance.astype(np.float32).copy()
            if place:
                similarity = np.clip(unit_vectors[items] @ unit_vectors[items[chosen]].T, 0, 1).max(axis=1)
                value = (1 - np.float32(trade_off)) * relevance - np.float32(trade_off) * similarity
            value = np.where((items >= 0) & ~np.isin(np.arange(len(items)), chosen), value, -np.inf)
            chosen.append(int(np.lexsort((items, -relevance, -value))[0]))
        picks[user, : len(chosen)] = chosen
    return items_at(pool, picks)


def items_at(pool: Pool, picks: NDArray[np.int32]) -> Lists:
    """Item indices at the picked places of the pool, -1 where there is none."""
    found = np.take_along_axis(pool.items, np.maximum(picks, 0), axis=1) if pool.items.shape[1] else np.full_like(picks, -1)
    return np.where(picks >= 0, found, -1).astype(np.int32)
