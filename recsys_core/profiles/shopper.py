"""A line that says who a shopper is, from what they bought: '17850 · Christmas décor · about £3 an item · 12 orders'."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.profiles.groups import ItemGroups


@dataclass(frozen=True)
class ShopperLine:
    """Who a shopper is.

    top_group: what they buy more of than others do. typical_price: median of their products. orders: None where they cannot be told.
    """

    user_id: str
    top_group: str | None
    typical_price: float | None
    orders: int | None
    products: int
    text: str


def describe_shopper(dataset: Dataset, groups: ItemGroups, user_index: int) -> ShopperLine:
    """Describe one shopper by their number. Costs microseconds once the dataset's tables are loaded."""
    shopper = dataset.users.iloc[user_index]
    positives = dataset.positives
    items = positives.indices[positives.indptr[user_index] : positives.indptr[user_index + 1]]
    top = _top_group(dataset, groups, items)
    prices = dataset.items["price"].to_numpy()[items]
    prices = prices[np.isfinite(prices)]
    price = float(np.median(prices)) if len(prices) else None
    orders = None if np.isnan(float(shopper["n_orders"])) else int(shopper["n_orders"])
    products = len(items)
    parts = [str(shopper["user_id"]), top or ""]
    if price is not None:
        parts.append(f"about {price_in_words(price, dataset.currency)} an item")
    parts.append(_counted(orders, "order") if orders is not None else _counted(products, "product"))
    text = " · ".join(part for part in parts if part)
    return ShopperLine(str(shopper["user_id"]), top, price, orders, products, text)


def _top_group(dataset: Dataset, groups: ItemGroups, items: NDArray[np.integer]) -> str | None:
    """The group that sets a shopper apart: the largest p * log(p / q), with p its share of their products and q of everybody's.

    That is each group's part of the Kullback-Leibler divergence: a large share that everybody has says little, a rare oddity neither.
    """
    n_groups = len(groups.labels)
    codes = groups.codes[items]
    if not n_groups or not (codes >= 0).any():
        return None
    own = np.bincount(codes[codes >= 0], minlength=n_groups)
    grouped = groups.codes >= 0
    bought = dataset.items["n_users"].to_numpy()[grouped]
    everybody = np.bincount(groups.codes[grouped], weights=bought, minlength=n_groups)
    p = own / own.sum()
    q = np.maximum(everybody, 1) / max(everybody.sum(), 1)
    return groups.labels[int(np.where(own > 0, p * np.log(np.maximum(p, 1e-12) / q), -np.inf).argmax())]


def price_in_words(price: float, currency: str | None) -> str:
    """A price as one says it: '£3', '£1.65', '£12'. Whole from 10 on, and where it nearly is; fractions of a cent in full."""
    whole = price >= 10 or (price >= 0.95 and abs(price - round(price)) < 0.05)
    return (
        f"{currency or ''}{price:,.0f}" if whole else f"{currency or ''}{price:,.2f}" if price >= 0.01 else f"{currency or ''}{price:.2g}"
    )


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
