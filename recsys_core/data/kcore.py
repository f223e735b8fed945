"""The k-core: users with enough items and items with enough users, cut until both hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def k_core(
    user: NDArray[np.integer], item: NDArray[np.integer], n_users: int, n_items: int, min_user_items: int, min_item_users: int
) -> NDArray[np.bool_]:
    """Which of the distinct pairs remain. Every remaining user has `min_user_items` of them or more, every item `min_item_users`.

    The result is the largest such set and does not depend on the order of the cuts (Seidman 1983, for two-mode graphs).
    """
    kept = np.ones(len(user), dtype=bool)
    while True:
        few_items = np.bincount(user[kept], minlength=n_users) < min_user_items
        few_users = np.bincount(item[kept], minlength=n_items) < min_item_users
        left = kept & ~few_items[user] & ~few_users[item]
        if left.sum() == kept.sum():
            return kept
        kept = left
