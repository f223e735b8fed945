"""The k-core: users with enough items and items with enough users, cut until both hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PAIRS_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Core:
    """Who remains: a mask of users and one of items. Of the pairs, those whose user and item both remain."""

    users: NDArray[np.bool_]
    items: NDArray[np.bool_]


def k_core(indptr: NDArray[np.integer], indices: NDArray[np.integer], n_items: int, min_user_items: int, min_item_users: int) -> Core:
    """The core of the distinct pairs that are the entries of a CSR matrix, users by items; both minimums are 1 or more.

    Every remaining user has `min_user_items` of the remaining items or more, every item `min_item_users`. The result is the largest such
    set and does not depend on the order of the cuts (Seidman 1983, for two-mode graphs). Memory does not grow with the pairs.
    """
    core = Core(np.ones(len(indptr) - 1, dtype=bool), np.ones(n_items, dtype=bool))
    while True:
        items_of, users_of = np.zeros(len(core.users), dtype=np.int64), np.zeros(n_items, dtype=np.int64)
        for users, pairs, inside in core_pairs(indptr, indices, core):
            ends = np.concatenate([[0], np.cumsum(inside)])
            items_of[users] = np.diff(ends[indptr[users.start : users.stop + 1] - pairs.start])
            users_of += np.bincount(indices[pairs][inside], minlength=n_items)
        left = Core(items_of >= min_user_items, users_of >= min_item_users)
        if np.array_equal(left.users, core.users) and np.array_equal(left.items, core.items):
            return core
        core = left


def core_pairs(indptr: NDArray[np.integer], indices: NDArray[np.integer], core: Core) -> Iterator[tuple[slice, slice, NDArray[np.bool_]]]:
    """Stretches of users, of their pairs, and which of these pairs are inside."""
    first, n_users = 0, len(indptr) - 1
    while first < n_users:
        last = max(first + 1, int(np.searchsorted(indptr, int(indptr[first]) + PAIRS_AT_ONCE, side="right")) - 1)
        pairs = slice(int(indptr[first]), int(indptr[last]))
        user_stays = np.repeat(core.users[first:last], np.diff(indptr[first : last + 1]))
        yield slice(first, last), pairs, user_stays & core.items[indices[pairs]]
        first = last


def sum_inside(indptr: NDArray[np.integer], indices: NDArray[np.integer], core: Core, values: NDArray[np.integer]) -> int:
    """The sum of the values, one for each entry of the CSR matrix, over the entries inside."""
    return sum(int(values[pairs][inside].sum()) for _, pairs, inside in core_pairs(indptr, indices, core))
