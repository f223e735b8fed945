"""The log's other columns: a product's own (its category), a shopper's own (its country), or a row's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.synthesis.happenings.rows import Ints, LogRows

SAME = 0.99  # share of rows that agree with their product's, or shopper's, commonest value
SHARED = 5  # shoppers (or rows) that a value needs: an address or an account number is nobody else's to have
MOST = 500  # different values of a column that is no product's


@dataclass(frozen=True)
class Further:
    """belongs: "item" (values by product, None unknown), "user" or "row" (values, with their cumulative chance)."""

    name: str
    belongs: str
    values: NDArray[Any]
    chance: NDArray[np.float64]


def learn_further(column: pd.Series, rows: LogRows) -> Further:
    """column: by row, as `rows`."""
    code, names = pd.factorize(column)
    item_value = _commonest(rows.item, code, rows.n_items)
    if (item_value[rows.item] == code).mean() >= SAME:
        return Further(str(column.name), "item", np.append(names.to_numpy(dtype=object), [None])[item_value], np.empty(0))
    user_value = _commonest(rows.user, code, int(rows.user.max()) + 1)
    own = (user_value[rows.user] == code).mean() >= SAME
    count = np.bincount((user_value if own else code) + 1, minlength=len(names) + 1)
    count[1:][count[1:] < SHARED] = 0
    count[0] += not count.any()
    kept = np.argsort(-count, kind="stable")[:MOST]
    values = np.append([None], names.to_numpy(dtype=object))[kept]
    return Further(str(column.name), "user" if own else "row", values, np.cumsum(count[kept]) / count[kept].sum())


def draw_further(further: Further, item: Ints, user: Ints, rng: np.random.Generator) -> NDArray[Any]:
    """A value for every event: by join for a product's own, else drawn."""
    if further.belongs == "item":
        return np.asarray(further.values[item])
    n = int(user.max(initial=-1)) + 1 if further.belongs == "user" else len(user)
    pick = np.minimum(np.searchsorted(further.chance, rng.random(n), "right"), len(further.values) - 1)
    return np.asarray(further.values[pick[user] if further.belongs == "user" else pick])


def _commonest(group: Ints, code: Ints, groups: int) -> Ints:
    """The commonest code, -1 for missing, of every group; -1 for an empty group."""
    width = int(code.max(initial=-1)) + 2
    pair, count = np.unique(group * width + code + 1, return_counts=True)
    order = np.lexsort([count, pair // width])
    found = np.full(groups, -1, dtype=np.int64)
    found[pair[order] // width] = pair[order] % width - 1
    return found
