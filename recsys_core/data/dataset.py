"""A dataset: a cleaned, encoded log with its catalogue and shopper table; immutable, memory-mapped, named by its content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.data.kinds import AGAINST, SHOWN
from recsys_core.data.matrices import read_matrix
from recsys_core.data.several_values import ItemValues, item_values
from recsys_core.errors import NotFoundError
from recsys_core.storage.artifacts import Artifact, open_artifact


class Dataset:
    """Read access to datasets/<id>/. What is heavy is loaded at first use and kept; threads may share it, for nothing changes."""

    def __init__(self, artifact: Artifact) -> None:
        self._artifact = artifact
        self._counts: dict[str | None, csr_matrix] = {}

    @classmethod
    def open(cls, folder: Path, verify: bool = False) -> Dataset:
        """The dataset in `folder`. Raises NotFoundError and CorruptArtifactError; `verify` compares every checksum."""
        return cls(open_artifact(folder, kind="dataset", verify=verify))

    @property
    def folder(self) -> Path:
        return self._artifact.folder

    @property
    def manifest(self) -> Mapping[str, Any]:
        return self._artifact.manifest

    @property
    def id(self) -> str:
        return str(self.manifest["id"])

    @property
    def name(self) -> str:
        return str(self.manifest["name"])

    @property
    def currency(self) -> str | None:
        """What to write before a price, or None."""
        return self.manifest["currency"] or None

    @property
    def n_users(self) -> int:
        return int(self.manifest["n_users"])

    @property
    def n_items(self) -> int:
        return int(self.manifest["n_items"])

    @property
    def shape(self) -> tuple[int, int]:
        return self.n_users, self.n_items

    @property
    def roles(self) -> Mapping[str, str]:
        """Role -> column of the log."""
        roles: Mapping[str, str] = self.manifest["roles"]
        return roles

    @property
    def kinds(self) -> Sequence[str]:
        """Kinds of event in the log, none where it does not say."""
        kinds: Sequence[str] = self.manifest["kinds"]
        return kinds

    @property
    def has_times(self) -> bool:
        return "timestamp" in self.roles

    @property
    def has_order(self) -> bool:
        """Whether it is known which event of a shopper came first: by time, or by place in the history."""
        return self.has_times or "seq" in self.roles

    @property
    def has_split(self) -> bool:
        return "split" in self.roles

    @cached_property
    def user_ids(self) -> NDArray[np.object_]:
        """Ids (str) in ascending order; the place is the user's number."""
        return self._ids("users.parquet", "user_id")

    @cached_property
    def item_ids(self) -> NDArray[np.object_]:
        """Ids (str) in ascending order; the place is the item's number."""
        return self._ids("items.parquet", "item_id")

    def user_index(self, id: str) -> int:
        """The number of a user. Raises NotFoundError."""
        return _place(self.user_ids, id, "shopper", self.name)

    def item_index(self, id: str) -> int:
        """The number of an item. Raises NotFoundError."""
        return _place(self.item_ids, id, "product", self.name)

    @cached_property
    def positives(self) -> csr_matrix:
        """Ones where a user has a positive event of an item: float32 (n_users, n_items), sorted indices, memory-mapped and read-only."""
        return read_matrix(self._artifact.array, "positives", self.shape)

    def counts(self, kind: str | None = None) -> csr_matrix:
        """Events of each user and item, of one kind or all: float32 (n_users, n_items). Raises NotFoundError for an unknown kind."""
        if kind is not None and kind not in self.kinds:
            raise NotFoundError(
                f"The dataset '{self.name}' has no event of kind '{kind}'.", f"Its kinds are {', '.join(self.kinds) or 'not given'}."
            )
        if kind not in self._counts:
            name = "events" if kind is None else f"kind-{list(self.kinds).index(kind)}"
            self._counts[kind] = read_matrix(self._artifact.array, name, self.shape)
        return self._counts[kind]

    def positive_array(self, name: str) -> NDArray[Any]:
        """One value for each stored entry of `positives`.

        name: "events" (how many), "weight" (what all its events are worth together, float32), or of the first one "time" (microseconds
        since 1970, the lowest int64 where unknown), "seq" and "row" (place in the file), or "part" (0 train, 1 validation, 2 test, 3 none).
        """
        return self._weights if name == "weight" else self._artifact.array(f"csr/positives.{name}.npy")

    @property
    def weights(self) -> Mapping[str, float]:
        """What an event of each kind is worth; none where the log does not tell kinds apart."""
        weights: Mapping[str, float] = self.manifest.get("weights") or {}
        return weights

    @cached_property
    def _weights(self) -> NDArray[np.float32]:
        """Of each positive pair; every event counts 1 where the log has no kinds."""
        if not self.weights:
            return self.positive_array("events").astype(np.float32)
        user = np.repeat(np.arange(self.n_users, dtype=np.int32), np.diff(self.positives.indptr))
        worth = np.zeros(len(user), dtype=np.float32)
        for kind, weight in self.weights.items():
            if weight and kind in self.kinds:
                worth += weight * np.asarray(self.counts(kind)[user, self.positives.indices], dtype=np.float32).ravel()
        return worth

    @cached_property
    def touched(self) -> csr_matrix:
        """Ones where a user did anything with an item that does not speak against it: views and carts say what somebody likes, too.

        float32 (n_users, n_items), sorted indices; the positives themselves where every event is one.
        """
        rated = self.manifest.get("min_rating") is not None
        looking = [kind for kind in self.kinds if kind not in AGAINST | SHOWN]
        if rated or not looking or self.counts().nnz == self.positives.nnz:
            return self.positives
        touched = self.positives.copy()
        for kind in looking:
            touched = touched + self.counts(kind)
        touched = touched - touched.multiply(self.against)
        touched.eliminate_zeros()
        touched.data[:] = 1
        touched.sort_indices()
        return csr_matrix(touched)

    @cached_property
    def against(self) -> csr_matrix:
        """Ones where all that is known of a user and an item speaks against it: returned, disliked, rated low. Never a positive pair.

        What a list should not show again: float32 (n_users, n_items), sorted indices; empty for datasets made before this was kept.
        """
        if not self._artifact.has("csr/against.data.npy"):
            return csr_matrix(self.shape, dtype=np.float32)
        return read_matrix(self._artifact.array, "against", self.shape)

    @cached_property
    def trains_users(self) -> NDArray[np.bool_]:
        """Users inside the k-core."""
        return self._artifact.array("trains_users.npy")

    @cached_property
    def trains_items(self) -> NDArray[np.bool_]:
        """Items inside the k-core."""
        return self._artifact.array("trains_items.npy")

    @cached_property
    def items(self) -> pd.DataFrame:
        """In item order, shared: do not change it.

        item_id, title (tidied, the id where there is none), title_raw, category (where known: one for each item), price (median paid, in
        purchases where the log tells kinds of event apart; else the catalogue's), n_users, n_events, first_seen, last_seen (of the log),
        then the attributes of the catalogue and of the log, see `item_attributes`. Of a catalogue's, these have one name in every dataset:
        description, brand, list_price, cost, margin, stock, launch_date, image (an address), tags, and categories (all of an item's,
        where it has several or a path).
        """
        return self._frame("items.parquet")

    @cached_property
    def users(self) -> pd.DataFrame:
        """In user order, shared: do not change it.

        user_id, n_events, n_items, n_orders (NaN where orders cannot be told), spend (NaN without prices), first_seen, last_seen, then the
        attributes of the shopper table and of the log, see `user_attributes`; of a table's, age, gender, region, country, city, tier and
        joined have these names whatever it calls them.
        """
        return self._frame("users.parquet")

    @cached_property
    def item_attributes(self) -> Mapping[str, Mapping[str, str]]:
        """Attribute of `items` -> {"kind", "column", "found"}.

        kind: "text", "number" (float64, NaN where unknown), "share" (the same, written in percent: 0.35), "date" (datetime64), "values"
        (text such as 'A|B|C', see `item_values`) or "image" (text, an address). column: in its file. found: "file" or "log".
        """
        return self._attributes("items")

    @cached_property
    def user_attributes(self) -> Mapping[str, Mapping[str, str]]:
        """The same of `users`."""
        return self._attributes("users")

    def item_values(self, name: str) -> ItemValues:
        """Which item has which values of a text attribute, several or one: a sparse float32 matrix of ones (n_items, n_values).

        Raises NotFoundError where there is no such attribute, or it is of numbers or dates.
        """
        kind = self.item_attributes.get(name, {}).get("kind", "text")
        if name not in self.items or kind in ("number", "share", "date") or self.items[name].dtype.kind in "ifM":
            raise NotFoundError(
                f"The products of '{self.name}' have no values called '{name}'.", "Name an attribute of text, such as category."
            )
        return item_values(self.items[name], several=kind == "values")

    @property
    def has_pictures(self) -> bool:
        return self._artifact.has("pictures/places.npy")

    def thumbnail(self, item: int) -> bytes | None:
        """An item's picture as WebP, its longer side 160 pixels; None where there is none."""
        if not self.has_pictures:
            return None
        start, length = self._thumbnail_places[item].tolist()
        if not length:
            return None
        with self._artifact.path("pictures/thumbnails.bin").open("rb") as file:
            file.seek(start)
            return file.read(length)

    @cached_property
    def _thumbnail_places(self) -> NDArray[np.int64]:
        """Where each item's thumbnail begins and how long it is: (n_items, 2)."""
        return self._artifact.array("pictures/places.npy")

    @cached_property
    def picture_features(self) -> tuple[NDArray[np.float32], NDArray[np.bool_]] | None:
        """Colour and shape of the items' pictures: float32 (n_items, 203), rows of length 1 or zeros, memory-mapped; and who has one."""
        if not self.has_pictures:
            return None
        return self._artifact.array("pictures/features.npy"), self._thumbnail_places[:, 1] > 0

    @cached_property
    def item_vectors(self) -> tuple[NDArray[np.float32], NDArray[np.bool_]] | None:
        """The vectors that were given: float32 (n_items, width), zeros where an item has none, memory-mapped; and who has one."""
        if not self._artifact.has("vectors.npy"):
            return None
        return self._artifact.array("vectors.npy"), self._artifact.array("vectors_mask.npy")

    def events(self, columns: Sequence[str] | None = None) -> pa.Table:
        """The kept rows, sorted by user, item and time.

        user, item (int32), timestamp (timestamp[us]), event, rating, quantity, price, value, order_id, seq, split (all null where the log
        has none), row (place in the file), and the log's other columns as text.
        """
        return self._artifact.table("events.parquet", None if columns is None else list(columns))

    @cached_property
    def summary(self) -> Mapping[str, Any]:
        """What the Data page draws; see `data.summary`."""
        summary: Mapping[str, Any] = self._artifact.json("summary.json")
        return summary

    def _attributes(self, side: str) -> dict[str, dict[str, str]]:
        told = self._artifact.json("attributes.json")[side] if self._artifact.has("attributes.json") else []
        return {about["name"]: {key: about[key] for key in ("kind", "column", "found")} for about in told}

    def _frame(self, table: str) -> pd.DataFrame:
        frame: pd.DataFrame = self._artifact.table(table).to_pandas()
        return frame

    def _ids(self, table: str, column: str) -> NDArray[np.object_]:
        ids = self._artifact.table(table, [column])[column]
        return np.array(ids.to_pylist(), dtype=object)


def _place(ids: NDArray[np.object_], id: str, what: str, name: str) -> int:
    place = int(np.searchsorted(ids, id))
    if place == len(ids) or ids[place] != id:
        raise NotFoundError(f"The dataset '{name}' has no {what} '{id}'.", f"Write ids as the log does, for example '{ids[0]}'.")
    return place
