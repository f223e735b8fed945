"""A shop's products as cells can be made of them: category, finer group within it, price, titles, and who bought what how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.errors import NotFoundError
from recsys_core.profiles.bag import Bag, read_bag
from recsys_core.profiles.groups import has_categories, load_clusters
from recsys_core.profiles.segments import load_segments

CLUSTERS = "clusters"
NAMED = ("subcategory", "sub_category", "subclass", "subdepartment", "product_group", "product_type", "class", "commodity")
FINEST = 4.0  # products a group, on average; a column with fewer names no groups
WITHIN = 0.9  # of a group's products are of one category, on average: else it is no part of it
KNOWN = 0.5  # of the products have it

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Assortment:
    """Products by number. category, group: int64 [items], -1 none; a group has one category. group_names: "" where a category is its own
    only group. price: NaN where unknown. events: csr float64 [users, items], how often. segment: int64 [users], -1 none.
    """

    name: str
    currency: str | None
    category: Ints
    categories: tuple[str, ...]
    group: Ints
    group_names: tuple[str, ...]
    category_column: str
    group_column: str
    price: Floats
    ids: Sequence[str]
    titles: Sequence[str]
    brands: Sequence[str]
    events: sparse.csr_matrix
    segment: Ints
    segments: tuple[str, ...]

    @property
    def n_items(self) -> int:
        """Products."""
        return len(self.price)

    @cached_property
    def sold(self) -> Floats:
        """Events of each product [items]."""
        return np.asarray(self.events.sum(axis=0), dtype=np.float64).ravel()

    @cached_property
    def buyers(self) -> sparse.csr_matrix:
        """Who bought what: csr of ones [users, items]."""
        found = self.events.copy()
        found.data = (found.data > 0).astype(np.float64)
        found.eliminate_zeros()
        return found

    @cached_property
    def by_segment(self) -> Floats:
        """Events of each segment and product [segments, items]."""
        known = np.flatnonzero(self.segment >= 0)
        one = sparse.csr_matrix((np.ones(len(known)), (self.segment[known], known)), shape=(len(self.segments), len(self.segment)))
        return np.asarray((one @ self.events).toarray(), dtype=np.float64)

    @cached_property
    def bag(self) -> Bag:
        """The words of the titles."""
        return read_bag(self.titles)


def read_assortment(dataset: Dataset, events: sparse.csr_matrix) -> Assortment:
    """The products of a dataset. events: csr [users, items], how often; what is held out left out by whoever asks.

    The category is the catalogue's, the group a finer column of it (subcategory, or one that lies within the categories), else the
    profile's clusters within each category; without categories the clusters are the categories.
    """
    items = dataset.items
    clusters = load_clusters(dataset)
    if has_categories(dataset):
        category, categories = _coded(items["category"])
        column = finer_column(items)
        fine = items[column] if column else _labels(clusters.codes, clusters.labels)
        source = column or (CLUSTERS if clusters.labels else "category")
        category_column = "category"
    else:
        category, categories = np.asarray(clusters.codes, dtype=np.int64), tuple(clusters.labels)
        fine, source, category_column = None, CLUSTERS, CLUSTERS
    group, names = _within(category, fine)
    found = load_segments(dataset)
    brand = items["brand"] if "brand" in items else pd.Series([None] * len(items))
    return Assortment(
        name=dataset.name,
        currency=dataset.currency,
        category=category,
        categories=categories,
        group=group,
        group_names=names,
        category_column=category_column,
        group_column=source,
        price=items["price"].to_numpy(dtype=np.float64),
        ids=[str(id) for id in items["item_id"]],
        titles=[str(title) for title in items["title"]],
        brands=[value if isinstance(value, str) else "" for value in brand],
        events=sparse.csr_matrix(events, dtype=np.float64),
        segment=np.asarray(found.codes, dtype=np.int64),
        segments=tuple(found.labels),
    )


def finer_column(items: pd.DataFrame) -> str | None:
    """The column that names groups within categories: one of the usual names, else the coarsest text column that lies within them."""
    possible = []
    for column in items.columns:
        if column in ("item_id", "title", "title_raw", "category", "categories", "brand", "description", "image") or not _is_text(
            items[column]
        ):
            continue
        known = items[[column, "category"]].dropna()
        n = known[column].nunique()
        if len(known) < KNOWN * len(items) or n <= items["category"].nunique() or len(known) < FINEST * n:
            continue
        largest = known.groupby([column, "category"]).size().groupby(level=0).max().sum()
        if largest >= WITHIN * len(known):
            named = NAMED.index(column) if column in NAMED else len(NAMED)
            possible.append((named, n, str(column)))
    return min(possible)[2] if possible else None


def code_of(names: tuple[str, ...], name: str, what: str) -> int:
    """The place of a name, case aside; a number counts as one. Raises NotFoundError."""
    wanted = name.strip().lower()
    for code, known in enumerate(names):
        if known.lower() == wanted:
            return code
    if wanted.isdecimal() and int(wanted) < len(names):
        return int(wanted)
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    raise NotFoundError(f"There is no {what} '{name}'.", f"There are: {shown}.")


def _is_text(column: pd.Series) -> bool:
    return column.dtype.kind not in "ifbMmu"


def _coded(column: pd.Series) -> tuple[Ints, tuple[str, ...]]:
    codes, names = pd.factorize(column, sort=True)
    return codes.astype(np.int64), tuple(str(name) for name in names)


def _labels(codes: NDArray[np.integer], labels: Sequence[str]) -> pd.Series | None:
    if not labels:
        return None
    return pd.Series([labels[code] if code >= 0 else None for code in codes.tolist()])


def _within(category: Ints, fine: pd.Series | None) -> tuple[Ints, tuple[str, ...]]:
    """Codes of (category, finer name) pairs, and the finer names; products without either are in no group."""
    codes, names = _coded(fine) if fine is not None else (np.zeros(len(category), dtype=np.int64), ("",))
    known = (category >= 0) & (codes >= 0)
    pairs, places = np.unique(category[known] * max(len(names), 1) + codes[known], return_inverse=True)
    group = np.full(len(category), -1, dtype=np.int64)
    group[known] = places
    return group, tuple(names[pair % max(len(names), 1)] for pair in pairs.tolist())
