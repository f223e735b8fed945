"""Orders of a log: what was bought at one go, as a matrix of ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.data.dataset import Dataset
from recsys_core.data.kinds import PURCHASES
from recsys_core.data.matrices import from_pairs
from recsys_core.data.pairs import NO_TIME
from recsys_core.errors import UnsupportedError

_MICROSECONDS_A_DAY = 86_400_000_000


@dataclass(frozen=True)
class Orders:
    """Orders by time, then shopper. items: csr of ones, float32 [orders, all items]. user: int32 [orders].

    time: int64 [orders], when the first row of each was (microseconds since 1970, NO_TIME where unknown).
    """

    items: csr_matrix
    user: NDArray[np.int32]
    time: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.user)


def check_orders(dataset: Dataset) -> None:
    """Raise UnsupportedError where orders cannot be told: neither numbers nor times, or no purchases (ratings of a day are no order)."""
    positive = dataset.manifest.get("positive")
    bought = bool(PURCHASES & set(positive or dataset.kinds)) or {"quantity", "price"} <= dataset.roles.keys()
    if "order_id" not in dataset.roles and not (bought and dataset.has_times):
        raise UnsupportedError(
            f"It cannot be told what was bought together in '{dataset.name}': it has no order numbers, and no purchases with times.",
            "Ingest it again with --map order_id=COLUMN, or with --map timestamp=COLUMN.",
        )


def read_orders(dataset: Dataset) -> Orders:
    """The positive rows of each shopper with one order number; without order numbers, of one day. Raises as `check_orders` does."""
    check_orders(dataset)
    positive, min_rating = dataset.manifest.get("positive"), dataset.manifest.get("min_rating")
    by_number = "order_id" in dataset.roles
    table = dataset.events(["user", "item", "timestamp", "event", "rating", "order_id"])
    if positive is not None:
        table = table.filter(pc.is_in(table["event"], value_set=pa.array(list(positive), pa.string())))
    if min_rating is not None:
        table = table.filter(pc.greater_equal(table["rating"], min_rating))
    if by_number:
        table = table.filter(pc.is_valid(table["order_id"]))
        number = table["order_id"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    else:
        table = table.filter(pc.is_valid(table["timestamp"]))
        number = _times(table) // _MICROSECONDS_A_DAY
    return _gather(table["user"].to_numpy(), table["item"].to_numpy(), number, _times(table), dataset.n_items)


def _gather(user: NDArray[np.int32], item: NDArray[np.int32], number: NDArray[np.int64], time: NDArray[np.int64], n_items: int) -> Orders:
    number = number - number.min(initial=0)
    key, of_row = np.unique(user.astype(np.int64) * (number.max(initial=0) + 1) + number, return_inverse=True)
    first = np.full(len(key), np.iinfo(np.int64).max)
    np.minimum.at(first, of_row, time)
    owner = np.zeros(len(key), dtype=np.int32)
    owner[of_row] = user
    order = np.lexsort((key, first))  # the key ascends by shopper
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    pairs = np.unique(place[of_row] * np.int64(n_items) + item)
    items = from_pairs(pairs // n_items, pairs % n_items, (len(key), n_items))
    return Orders(items, owner[order], first[order])


def _times(table: pa.Table) -> NDArray[np.int64]:
    found: NDArray[np.int64] = pc.fill_null(table["timestamp"].cast(pa.int64()), NO_TIME).to_numpy()
    return found
