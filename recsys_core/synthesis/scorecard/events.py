"""The logs of a scorecard as numbers: shoppers, products and whatever else the rows say, encoded alike in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.synthesis.scorecard.keys import Keys, item_keys, places, row_keys, user_keys

Ints = NDArray[np.int64]
NO_TIME = np.iinfo(np.int64).min
NUMBERS = ("price", "quantity", "rating")
WORDS = ("event", "category", "segment")


@dataclass(frozen=True)
class Events:
    """Rows by shopper, then time. user: int64 [rows], 0 to n_users - 1. item: int64 [rows], -1 for a product that the real log has not.

    columns: name -> array [rows]: time (int64, microseconds since 1970, NO_TIME where unknown), event, category, segment, order (int64
    codes, -1 where missing), of_item (the catalogue's category of the row's product), price, quantity, rating (float64, NaN where
    missing), unknown (int64 codes of products that the real log has not, -1 for all others; only where there are some).
    """

    user: Ints
    item: Ints
    n_users: int
    n_items: int
    columns: Mapping[str, NDArray[np.generic]]

    def __len__(self) -> int:
        return len(self.user)

    def has(self, *names: str) -> bool:
        """Whether it has all of these columns."""
        return all(name in self.columns for name in names)

    def ints(self, name: str) -> Ints:
        """A column of codes or times."""
        return np.asarray(self.columns[name], dtype=np.int64)

    def floats(self, name: str) -> NDArray[np.float64]:
        """A column of numbers, its missing cells left out."""
        column = np.asarray(self.columns[name], dtype=np.float64)
        return column[~np.isnan(column)]

    def take(self, rows: NDArray[np.integer], user: Ints, n_users: int) -> Events:
        """These rows, under other shoppers."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        return Events(user, self.item[rows], n_users, self.n_items, columns)

    @cached_property
    def pairs(self) -> Ints:
        """A number of each row's shopper and product, the same for the same: int64 [rows]."""
        product = self.item if not self.has("unknown") else np.where(self.item >= 0, self.item, self.n_items + self.ints("unknown"))
        return np.asarray(self.user * (int(product.max(initial=0)) + 2) + product)

    @cached_property
    def matrix(self) -> sparse.csr_matrix:
        """Who had what: csr float32 of ones [n_users, n_items], indices sorted; products that the real log has not are left out."""
        known = self.item >= 0
        shape, ones = (self.n_users, self.n_items), np.ones(int(known.sum()), dtype=np.float32)
        found = sparse.csr_matrix((ones, (self.user[known], self.item[known])), shape=shape)
        found.sum_duplicates()
        found.data[:] = 1
        return found

    @cached_property
    def shoppers(self) -> sparse.csr_matrix:
        """The rows of `matrix` that are not empty."""
        return self.matrix[np.flatnonzero(np.diff(self.matrix.indptr))]

    @cached_property
    def item_counts(self) -> Ints:
        """Events of each product: int64 [n_items]."""
        return np.bincount(self.item[self.item >= 0], minlength=self.n_items).astype(np.int64)

    @cached_property
    def user_counts(self) -> Ints:
        """Events of each shopper: int64 [n_users]."""
        return np.bincount(self.user, minlength=self.n_users).astype(np.int64)


@dataclass(frozen=True)
class Logs:
    """A real log, a synthetic one and, where there is one, what was held out; encoded alike.

    holdout: its shoppers are those of `real` under the same numbers, then those that are not in it. kinds, categories: their names by
    code. own_category: whether the synthetic log has a column of its own for it (else `category` is by join, where anything is known).
    """

    real: Events
    synthetic: Events
    holdout: Events | None
    kinds: tuple[str, ...]
    categories: tuple[str, ...]
    own_category: bool


def encode(real: pd.DataFrame, synthetic: pd.DataFrame, holdout: pd.DataFrame | None = None, items: pd.DataFrame | None = None) -> Logs:
    """Tables as `read_log` and `read_items` give them, as Logs. Columns that one of both logs lacks are left out of both."""
    attributes = _attributes(real, items)
    own_category = "category" in synthetic and attributes is not None
    shared = {name for name in (*NUMBERS, *WORDS, "timestamp", "order_id") if name in real and name in synthetic}
    shared |= {"category"} if own_category else set()
    frames = [frame for frame in (real, synthetic, holdout) if frame is not None]
    names = {word: _names(frames, word) for word in ("event", "segment")}
    names["category"] = _names([*frames, *([attributes.to_frame()] if attributes is not None else [])], "category")
    columns = [_columns(frame, shared, names, attributes) for frame in frames]

    user, n_users, user_ids = _codes(real["user_id"])
    item, n_items, item_ids = _codes(real["item_id"])
    rows = row_keys(columns[0], len(real))
    keys = item_keys(user, n_users, item, n_items, rows)
    item_place, item_key = pd.Series(places(keys), index=item_ids), np.sort(keys)
    user_place = pd.Series(places(user_keys(user, n_users, keys[item], rows)), index=user_ids)

    tables = [_Table(frame, each, _placed(frame["item_id"], item_place)) for frame, each in zip(frames, columns, strict=True)]
    orders, n_items = "order_id" in shared, len(item_key)
    held = None
    if holdout is not None:
        place = _placed(holdout["user_id"], user_place)
        strange = place < 0
        place[strange], n_strange = _strangers(tables[2], item_key, strange)
        held = _events(tables[2], place + np.where(strange, n_users, 0), n_users + n_strange, n_items, orders)
    return Logs(
        _events(tables[0], _placed(real["user_id"], user_place), n_users, n_items, orders),
        _events(tables[1], *_strangers(tables[1], item_key, np.ones(len(synthetic), dtype=bool)), n_items, orders),
        held,
        names["event"],
        names["category"],
        own_category,
    )


def _attributes(real: pd.DataFrame, items: pd.DataFrame | None) -> pd.Series | None:
    """The category of each product, by its id: the catalogue's, else that of its first row in the log."""
    source = items if items is not None and "category" in items else real if "category" in real else None
    if source is None:
        return None
    found: pd.Series = source.drop_duplicates("item_id").set_index("item_id")["category"]
    return found


def _names(frames: list[pd.DataFrame], word: str) -> tuple[str, ...]:
    return tuple(sorted({str(value) for frame in frames if word in frame for value in frame[word].dropna().unique()}))


def _columns(
    frame: pd.DataFrame, shared: set[str], names: Mapping[str, tuple[str, ...]], attributes: pd.Series | None
) -> dict[str, NDArray[np.generic]]:
    """The columns of `Events`, all but the order, in the order of the frame."""
    found: dict[str, NDArray[np.generic]] = {}
    for name in sorted(shared & set(frame.columns)):
        if name in NUMBERS:
            found[name] = frame[name].to_numpy(dtype=np.float64, na_value=np.nan) + 0.0
        elif name in WORDS:
            found[name] = _coded(frame[name], names[name])
        elif name == "timestamp":
            found["time"] = pd.to_datetime(frame[name]).to_numpy(dtype="datetime64[us]").astype(np.int64)
    if attributes is not None:
        found["of_item"] = _coded(frame["item_id"].map(attributes), names["category"])
        found.setdefault("category", found["of_item"])
    return found


def _coded(column: pd.Series, names: tuple[str, ...]) -> Ints:
    return np.asarray(pd.Categorical(column, categories=list(names)).codes, dtype=np.int64)


def _codes(column: pd.Series) -> tuple[Ints, int, pd.Index]:
    codes, ids = pd.factorize(column, sort=True)
    return codes.astype(np.int64), len(ids), pd.Index(ids)


def _placed(column: pd.Series, place: pd.Series) -> Ints:
    codes, ids = pd.factorize(column)
    return np.asarray(place.reindex(ids).fillna(-1).to_numpy(dtype=np.int64)[codes])


@dataclass(frozen=True)
class _Table:
    """A log on its way into Events: its frame, its columns and its products, all in the order of the frame."""

    frame: pd.DataFrame
    columns: Mapping[str, NDArray[np.generic]]
    item: Ints


def _strangers(table: _Table, item_key: Keys, rows: NDArray[np.bool_]) -> tuple[Ints, int]:
    """Shoppers that the real log has not, of some rows, numbered by what they did; and how many they are."""
    codes, n, _ = _codes(table.frame["user_id"][rows])
    columns = {name: column[rows] for name, column in table.columns.items()}
    keys = user_keys(codes, n, np.append(item_key, np.uint64(0))[table.item[rows]], row_keys(columns, len(codes)))
    return places(keys)[codes], n


def _events(table: _Table, user: Ints, n_users: int, n_items: int, orders: bool) -> Events:
    """Rows by shopper, time, product and whatever else tells them apart."""
    rest = [table.columns[name] for name in sorted(table.columns) if name != "time"]
    order = np.lexsort([*rest, table.item, table.columns.get("time", user), user])
    kept = {name: column[order] for name, column in table.columns.items()}
    if (table.item < 0).any():
        kept["unknown"] = np.where(table.item < 0, pd.factorize(table.frame["item_id"])[0].astype(np.int64), -1)[order]
    if orders:
        kept["order"] = pd.factorize(table.frame["order_id"].to_numpy()[order])[0].astype(np.int64)
    return Events(user[order], table.item[order], n_users, n_items, kept)
