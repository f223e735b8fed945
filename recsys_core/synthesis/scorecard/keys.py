"""Numbers for shoppers and products that depend on what they did, not on what they are called or on the order of the rows.

Everything the scorecard draws at random it draws over shoppers and products in the order of these numbers, so that a log under other
ids, or with its rows in another order, gets the same card to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
ROUNDS = 3  # of colour refinement (Weisfeiler & Leman 1968): who has the same key after it can hardly be told apart


def mixed(values: NDArray[np.generic]) -> Keys:
    """SplitMix64's finalizer (Steele et al. 2014): equal keys for equal 64-bit values, unlike ones for all others."""
    x = values.view(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)))


def row_keys(columns: Mapping[str, NDArray[np.generic]], rows: int) -> Keys:
    """What each row says besides its shopper and product: uint64 [rows]. columns: int64 or float64 arrays [rows]."""
    keys = np.zeros(rows, dtype=np.uint64)
    for name in sorted(columns):
        keys = mixed(keys * np.uint64(31) + mixed(np.ascontiguousarray(columns[name])))
    return keys


def user_keys(user: NDArray[np.int64], n_users: int, item_key_of_row: Keys, rows: Keys) -> Keys:
    """uint64 [users]: the sum over a shopper's rows, whatever their order."""
    keys = np.zeros(n_users, dtype=np.uint64)
    np.add.at(keys, user, mixed(item_key_of_row + rows))
    return keys


def item_keys(user: NDArray[np.int64], n_users: int, item: NDArray[np.int64], n_items: int, rows: Keys) -> Keys:
    """uint64 [items]: by the rows of a product, then by its shoppers, their other products and so on, a few rounds deep."""
    keys = np.zeros(n_items, dtype=np.uint64)
    np.add.at(keys, item, mixed(rows))
    for _ in range(ROUNDS):
        users = user_keys(user, n_users, keys[item], rows)
        fresh = np.zeros(n_items, dtype=np.uint64)
        np.add.at(fresh, item, mixed(users[user] + rows))
        keys = mixed(keys) + fresh
    return keys


def places(keys: Keys) -> NDArray[np.int64]:
    """The place of each in the order of the keys: int64."""
    order = np.argsort(keys, kind="stable")
    found = np.empty(len(keys), dtype=np.int64)
    found[order] = np.arange(len(keys))
    return found
