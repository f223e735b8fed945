"""Shopper profiles: how often, how recently, how much and what, one named column for each thing, so that a segment can be explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.data.dataset import Dataset
from recsys_core.profiles.bag import Bag
from recsys_core.profiles.settling import one_hot

_VALUES = 10  # most frequent values of an attribute that get a column; of a column with more than _DIFFERENT, none
_DIFFERENT = 40
_WORDS, _CELLS = 200, 20_000_000  # words that get a column; fewer in a shop with very many shoppers
_DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True)
class Behaviour:
    """A column about how somebody shops. one, many: how a value of it is said. spreads: over magnitudes. money: it is an amount."""

    one: str
    many: str
    spreads: bool = True
    money: bool = False


BEHAVIOURS: dict[str, Behaviour] = {
    "orders": Behaviour("{} order", "{} orders"),
    "products": Behaviour("{} different product", "{} different products"),
    "spend": Behaviour("{} spent", "{} spent", money=True),
    "per_order": Behaviour("{} an order", "{} an order", money=True),
    "price": Behaviour("{} a product", "{} a product", money=True),
    "recency": Behaviour("last seen {} day before the log ends", "last seen {} days before the log ends"),
    "span": Behaviour("{} day from first to last event", "{} days from first to last event"),
    "breadth": Behaviour("spread over {} group of products", "spread over {} groups of products", spreads=False),
}


@dataclass(frozen=True)
class ShopperProfile:
    """names: of the columns, such as 'orders', 'group: Candles', 'country: Germany', 'word: candle'.

    values: float32 (n_users, columns), NaN where not known.
    """

    names: list[str]
    values: NDArray[np.float32]

    def column(self, name: str) -> NDArray[np.float32]:
        """One column."""
        found: NDArray[np.float32] = self.values[:, self.names.index(name)]
        return found

    def starting(self, start: str) -> tuple[list[str], NDArray[np.float32]]:
        """The columns whose names begin so, named by the rest."""
        places = [place for place, name in enumerate(self.names) if name.startswith(start)]
        return [self.names[place].removeprefix(start) for place in places], self.values[:, places]


def read_shoppers(dataset: Dataset, codes: NDArray[np.int32], labels: Sequence[str], bag: Bag) -> ShopperProfile:
    """The profile of every shopper. codes, labels: the groups of products."""
    mix = group_mix(dataset.touched, codes, len(labels))
    columns = {**_behaviours(dataset, mix)}
    blocks: list[NDArray[np.floating]] = [np.column_stack(list(columns.values()))] if columns else []
    names = [*columns]
    names += [f"group: {label}" for label in labels]
    blocks.append(mix)
    for name, values in _attributes(dataset).items():
        names.append(name)
        blocks.append(values[:, None])
    words, shares = _words(dataset.touched, bag)
    names += [f"word: {word}" for word in words]
    blocks.append(shares)
    return ShopperProfile(names, np.hstack([block.astype(np.float32) for block in blocks]))


def group_mix(positives: csr_matrix, codes: NDArray[np.int32], n_groups: int) -> NDArray[np.float32]:
    """The share of each group among each shopper's products: (n_users, n_groups); zeros for those who have none in any group."""
    counts = np.asarray((positives @ one_hot(codes, n_groups)).todense(), dtype=np.float32)
    shares: NDArray[np.float32] = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares


def _behaviours(dataset: Dataset, mix: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
    """What can be told of this log, by name; a column that is the same for everybody says nothing and is left out."""
    users, positives = dataset.users, dataset.positives
    orders, spend = users["n_orders"].to_numpy(np.float64), users["spend"].to_numpy(np.float64)
    products = np.diff(positives.indptr).astype(np.float64)
    found = {"orders": orders, "products": products, "spend": spend, "per_order": spend / np.where(orders > 0, orders, np.nan)}
    price = dataset.items["price"].to_numpy(np.float64)
    known = np.isfinite(price) & (price > 0)
    log = np.where(known, np.log(np.where(known, price, 1.0)), 0.0)
    priced = np.asarray(positives @ known.astype(np.float64))
    found["price"] = np.exp(np.asarray(positives @ log) / np.where(priced > 0, priced, np.nan))
    if dataset.has_times:
        first, last = (pd.to_datetime(users[name]).to_numpy("datetime64[us]") for name in ("first_seen", "last_seen"))
        missing = np.isnat(last)
        if not missing.all():
            end = last[~missing].max()
            found["recency"] = np.where(missing, np.nan, (end - last).astype(np.int64) / _DAY)
            found["span"] = np.where(missing, np.nan, (last - first).astype(np.int64) / _DAY)
    if mix.shape[1] > 1:
        entropy = -(mix * np.log(np.maximum(mix, 1e-12))).sum(axis=1)
        found["breadth"] = np.where(mix.sum(axis=1) > 0, np.exp(entropy), np.nan)
    return {name: values for name, values in found.items() if len(np.unique(values[np.isfinite(values)][:100_000])) > 1}


def _attributes(dataset: Dataset) -> dict[str, NDArray[np.float64]]:
    """Ones where a shopper has a value of an attribute, for attributes with few values."""
    own = ("user_id", "n_events", "n_items", "n_orders", "spend", "first_seen", "last_seen")
    found = {}
    for name in dataset.users.columns:
        column = dataset.users[name]
        if name in own or not 2 <= column.nunique() <= _DIFFERENT:
            continue
        counts = column.value_counts().sort_index(kind="stable").sort_values(ascending=False, kind="stable")
        for value in counts.index[:_VALUES]:
            found[f"{name}: {value}"] = (column == value).to_numpy(dtype=np.float64)
    return found


def _words(positives: csr_matrix, bag: Bag) -> tuple[list[str], NDArray[np.float32]]:
    """The mean TF-IDF of each shopper's products over the most telling words: what their titles speak of."""
    n_users, n_items = positives.shape
    if not bag.words:
        return [], np.zeros((n_users, 0), dtype=np.float32)
    rarity = np.log((1 + n_items) / (1 + bag.titles_with)) + 1
    most = min(_WORDS, max(8, _CELLS // max(n_users, 1)))
    best = np.sort(np.argsort(-bag.titles_with * rarity, kind="stable")[:most])
    weights = csr_matrix(bag.present[:, best].multiply(rarity[best][None, :]), dtype=np.float32)
    bought = np.maximum(np.diff(positives.indptr), 1).astype(np.float32)
    return [bag.words[place] for place in best], np.asarray((positives @ weights).todense()) / bought[:, None]
