"""Scores of the users a model was trained on: item-based CFGAN's generator, folded to one vector an item and one a user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Floats, Users, need_users


@dataclass(frozen=True)
class UserItemScorer:
    """items: float32 [items, d]; users: float32 [users, d]; bias: float32 [users]. The score of user u for item i is
    items[i] . users[u] + bias[u]: what users x items scores take, without storing them.
    """

    items: Floats
    users: Floats
    bias: Floats
    model: str

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Of the users' rows alone; histories are not read. Raises UnsupportedError where the users are not known."""
        rows = need_users(users, self.model)
        return np.asarray(self.users[rows] @ self.items.T + self.bias[rows][:, None], dtype=np.float32)


def build(description: Mapping[str, Any], array: ArrayLoader) -> UserItemScorer:
    """From scorer/items.npy, scorer/users.npy and scorer/bias.npy."""
    items, users, bias = (array(f"scorer/{name}.npy") for name in ("items", "users", "bias"))
    return UserItemScorer(items, users, bias, str(description["model"]))
