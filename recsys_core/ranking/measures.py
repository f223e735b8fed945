"""What a re-ranking costs and buys, measured on the lists themselves. Lists are int [users, k] of item indices, -1 where short."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recsys_core.ranking.pools import Pool

PerUser = NDArray[np.float64]


def relevance_of(pool: Pool, lists: NDArray[np.integer]) -> NDArray[np.float64]:
    """Relative relevance of every listed item, float64 [U, k]; 0 for places that are empty or not from the pool."""
    found = np.zeros(lists.shape)
    _relevance(_own(lists), _own(pool.items), np.ascontiguousarray(pool.relevance, dtype=np.float32), found)
    return found


def relevance_kept(pool: Pool, lists: NDArray[np.integer], plain: NDArray[np.integer] | None = None) -> PerUser:
    """Discounted relevance of the new lists over that of the plain ones, one share a user (1 = nothing given up).

    sum_k r(new_k)/log2(k+1) / sum_k r(plain_k)/log2(k+1) (guides/studio.md §2.1). It is no forecast of revenue. plain: the first k of the
    pool unless given.
    """
    k = lists.shape[1]
    discount = 1.0 / np.log2(np.arange(2, k + 2))
    best = pool.relevance[:, :k].astype(np.float64) if plain is None else relevance_of(pool, plain)
    new, old = relevance_of(pool, lists) @ discount, best @ discount[: best.shape[1]]
    return np.where(old > 0, new / np.where(old > 0, old, 1.0), 1.0)


def mean_of_listed(values: NDArray[np.floating] | NDArray[np.bool_], lists: NDArray[np.integer]) -> PerUser:
    """The mean of what is known of a list's items, NaN where nothing is. values: float [items], NaN where unknown."""
    found = np.full(len(lists), np.nan)
    _means(_own(lists), np.ascontiguousarray(values, dtype=np.float64), found)
    return found


def groups_listed(group: NDArray[np.int32], lists: NDArray[np.integer]) -> PerUser:
    """How many groups a list shows. group: int32 [items], -1 none."""
    found = np.zeros(len(lists))
    _distinct(_own(lists), _own(group), found)
    return found


def _own(numbers: NDArray[np.integer]) -> NDArray[np.int32]:
    return np.ascontiguousarray(numbers, dtype=np.int32)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _relevance(lists, items, relevance, found):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    size = 1
    for user in range(len(items)):
        for item in items[user]:
            size = max(size, item + 1)
    where = np.full(size, -1, np.int32)
    for user in range(len(lists)):
        for c in range(items.shape[1]):
            if items[user, c] >= 0:
                where[items[user, c]] = c
        for place in range(lists.shape[1]):
            item = lists[user, place]
            if 0 <= item < size and where[item] >= 0:
                found[user, place] = relevance[user, where[item]]
        for c in range(items.shape[1]):
            if items[user, c] >= 0:
                where[items[user, c]] = -1


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _means(lists, values, found):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    for user in range(len(lists)):
        total, count = 0.0, 0
        for item in lists[user]:
            if item >= 0 and np.isfinite(values[item]):
                total += values[item]
                count += 1
        if count:
            found[user] = total / count


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _distinct(lists, group, found):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    for user in range(len(lists)):
        for place in range(lists.shape[1]):
            item = lists[user, place]
            if item < 0 or group[item] < 0:
                continue
            new = True
            for at in range(place):
                new &= lists[user, at] < 0 or group[lists[user, at]] != group[item]
            found[user] += new
