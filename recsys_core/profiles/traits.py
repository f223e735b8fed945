"""What each shopper or product of a dataset has, so that some of them can be told from the rest: made once, asked of many cohorts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError
from recsys_core.profiles.groups import load_groups
from recsys_core.profiles.labels import Vocabulary, read_vocabulary
from recsys_core.profiles.material import Material, read_material
from recsys_core.profiles.segments import load_segments
from recsys_core.profiles.settling import one_hot

GROUP, PRODUCT, TERM, SEGMENT, ATTRIBUTE, MAKER = "group", "product", "term", "segment", "attribute", "maker"
PRICE, PRODUCTS, SPEND, BUYERS = "price", "products", "spend", "buyers"
BOUGHT = frozenset({GROUP, PRODUCT, TERM})  # what a shopper who buys more has more of
STRATA = 10  # of shoppers by how many products they have
MOST = 1000  # of the products, and of the words, that are looked at: those of the most shoppers, of whatever cohort
FEWEST = 5  # shoppers or products that have a trait; of fewer nothing could be shown
_DIFFERENT, _VALUES = 40, 10  # an attribute with more values is none of a kind; and how many of them are looked at
_OWN = ("user_id", "n_events", "n_items", "n_orders", "spend", "first_seen", "last_seen")


@dataclass(frozen=True)
class Trait:
    """Something that one has or has not. kind: group, product, term, segment, attribute or maker. item: the product's index, else None."""

    kind: str
    name: str
    item: int | None = None


@dataclass(frozen=True)
class Traits:
    """What n shoppers or products have.

    what: "users" or "items". traits: T of them; has: csr int8 [n, T] of ones. counted: bool [n], who is compared: shoppers that bought
    something, all products. figures: float64 [n] each, more than 0, NaN where unknown.
    """

    what: str
    traits: tuple[Trait, ...]
    has: csr_matrix
    counted: NDArray[np.bool_]
    figures: Mapping[str, NDArray[np.float64]]

    @cached_property
    def stratum(self) -> NDArray[np.int32]:
        """Of each row, int32 [n]: shoppers with about as many products, tenths of all where they can be told apart; 0 for all products."""
        products = self.figures.get(PRODUCTS)
        if products is None or not self.counted.any():
            return np.zeros(len(self.counted), dtype=np.int32)
        edges = np.unique(np.quantile(products[self.counted], np.arange(1, STRATA) / STRATA, method="higher"))
        return np.where(self.counted, np.searchsorted(edges, products), 0).astype(np.int32)

    @cached_property
    def holders(self) -> NDArray[np.int64]:
        """How many of those counted have each trait, in each stratum: int [strata, T]."""
        return self.among(np.arange(len(self.counted)))

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """How many are counted in each stratum, int [strata]."""
        return np.bincount(self.stratum[self.counted])

    def among(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """How many of these rows have each trait, in each stratum: int [strata, T]."""
        of = self.stratum[rows]
        found = [np.asarray(self.has[rows[of == s]].sum(axis=0, dtype=np.int64)).ravel() for s in range(len(self.sizes))]
        return np.array(found, dtype=np.int64).reshape(len(self.sizes), self.has.shape[1])


def traits_of(dataset: Dataset, what: str) -> Traits:
    """What the shoppers ("users") or the products ("items") of a dataset have, by numpy and scipy alone.

    Of shoppers: groups of products, products and words of titles that they bought (once is enough: a heavy shopper counts as one), the
    segment that was found, their attributes; price level (geometric mean over their products), products and spend. Of products: group,
    words, maker, attributes; price and buyers. Worth keeping: a cohort then costs milliseconds. Raises InputError for another `what`.
    """
    if what not in ("users", "items"):
        raise InputError(f"The option what is '{what}'.", "Use one of: users, items.")
    material = read_material(dataset)
    words = read_vocabulary(material.titles)
    return (_of_users if what == "users" else _of_items)(dataset, material, words)


def _of_users(dataset: Dataset, material: Material, words: Vocabulary) -> Traits:
    bought = material.positives
    counted = np.diff(bought.indptr) > 0
    groups, segments = load_groups(dataset), load_segments(dataset)
    buyers = np.bincount(bought.indices, minlength=material.n_items)
    products = _most(buyers)
    titles = [title or id for title, id in zip(material.titles, material.ids, strict=True)]
    spoken = _most(np.asarray(words.present.T @ buyers).ravel())
    parts = [
        ([Trait(GROUP, label) for label in groups.labels], bought @ one_hot(np.asarray(groups.codes), len(groups.labels))),
        ([Trait(PRODUCT, titles[item], item) for item in products.tolist()], bought[:, products]),
        ([Trait(TERM, words.written[word]) for word in spoken.tolist()], bought @ words.present[:, spoken]),
        ([Trait(SEGMENT, label) for label in segments.labels], one_hot(np.asarray(segments.codes), len(segments.labels))),
        _attributes(dataset.users, _OWN),
    ]
    return _joined("users", parts, counted, _figures_of_users(dataset, material))


def _of_items(dataset: Dataset, material: Material, words: Vocabulary) -> Traits:
    groups = load_groups(dataset)
    kinds = [tuple(one for one in own if groups.source != "category" or not one.startswith("category=")) for own in material.kinds]
    spoken = _most(words.present.getnnz(axis=0))
    parts = [
        ([Trait(GROUP, label) for label in groups.labels], one_hot(np.asarray(groups.codes), len(groups.labels))),
        ([Trait(TERM, words.written[word]) for word in spoken.tolist()], words.present[:, spoken]),
        _listed(MAKER, [(maker,) if maker else () for maker in material.maker]),
        _listed(ATTRIBUTE, [tuple(one.replace("=", ": ", 1) for one in own) for own in kinds]),
    ]
    buyers = np.bincount(material.positives.indices, minlength=material.n_items).astype(np.float64)
    figures = {PRICE: _positive(material.price), BUYERS: _positive(buyers)}
    return _joined("items", parts, np.ones(material.n_items, dtype=np.bool_), figures)


def _figures_of_users(dataset: Dataset, material: Material) -> dict[str, NDArray[np.float64]]:
    price = _positive(material.price)
    known = np.isfinite(price)
    priced = np.asarray(material.positives @ known.astype(np.float64))
    log = np.asarray(material.positives @ np.where(known, np.log(np.where(known, price, 1.0)), 0.0))
    return {
        PRICE: np.exp(log / np.where(priced > 0, priced, np.nan)),
        PRODUCTS: _positive(np.diff(material.positives.indptr).astype(np.float64)),
        SPEND: _positive(dataset.users["spend"].to_numpy(np.float64)),
    }


def _attributes(table: pd.DataFrame, own: Sequence[str]) -> tuple[list[Trait], csr_matrix]:
    """The commonest values of columns with few of them."""
    traits, columns = [], []
    for name in table.columns:
        if name in own or not 2 <= table[name].nunique() <= _DIFFERENT:
            continue
        for value in table[name].value_counts().index[:_VALUES]:
            traits.append(Trait(ATTRIBUTE, f"{name}: {value}"))
            columns.append((table[name] == value).to_numpy(dtype=np.bool_, na_value=False))
    return traits, csr_matrix(np.array(columns, dtype=np.int8).reshape(len(columns), len(table)).T)


def _listed(kind: str, values: Sequence[tuple[str, ...]]) -> tuple[list[Trait], csr_matrix]:
    """The commonest values of lists, one list a row."""
    places: dict[str, int] = {}
    cells = [(row, places.setdefault(value, len(places))) for row, own in enumerate(values) for value in dict.fromkeys(own)]
    rows, columns = np.array(cells, dtype=np.int64).reshape(-1, 2).T
    matrix = csr_matrix((np.ones(len(rows), np.int8), (rows, columns)), shape=(len(values), len(places)))
    used, names = _most(matrix.getnnz(axis=0)), list(places)
    return [Trait(kind, names[place]) for place in used.tolist()], matrix[:, used]


def _joined(
    what: str,
    parts: Sequence[tuple[list[Trait], csr_matrix]],
    counted: NDArray[np.bool_],
    figures: Mapping[str, NDArray[np.float64]],
) -> Traits:
    blocks = [csr_matrix(matrix) for _, matrix in parts]
    has = csr_matrix(hstack([csr_matrix((np.ones(m.nnz, np.int8), m.indices, m.indptr), shape=m.shape) for m in blocks]).tocsr()[counted])
    used = np.flatnonzero(has.getnnz(axis=0) >= FEWEST)
    whole = csr_matrix((has.data, has.indices, _spread(has.indptr, counted)), shape=(len(counted), has.shape[1]))[:, used]
    traits = [trait for own, _ in parts for trait in own]
    told = {name: np.where(counted, values, np.nan) for name, values in figures.items()}
    return Traits(what, tuple(traits[place] for place in used), csr_matrix(whole), counted, told)


def _spread(indptr: NDArray[np.integer], counted: NDArray[np.bool_]) -> NDArray[np.integer]:
    """The row starts of those counted as row starts of everybody, the others' rows empty."""
    return np.asarray(indptr[np.concatenate([[0], np.cumsum(counted)])])


def _most(shared: NDArray[np.integer]) -> NDArray[np.intp]:
    """The places of the 1,000 largest, ties by place."""
    return np.argsort(-np.asarray(shared), kind="stable")[:MOST]


def _positive(values: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.where(np.isfinite(values) & (values > 0), values, np.nan).astype(np.float64)
