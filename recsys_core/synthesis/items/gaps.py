"""The gaps of an assortment: empty ranges of price where shoppers would buy, with how much, who, and what is sold beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import TooSmallError
from recsys_core.synthesis.items.assortment import Assortment
from recsys_core.synthesis.items.empty_ranges import Products, Range, empty_ranges
from recsys_core.synthesis.items.records import Estimate, Gap, GapReport, Near, Taste

OF_A_CATEGORY = 40  # gaps kept
LEAST_ITEMS = 1.0  # expected: where less than one product is missing, none is
LEAST_EVENTS = 3.0
BESIDE = 30  # products of the group, nearest by price, that say who buys there and in what words
SHOWN_NEAR, SHOWN_WORDS, SHOWN_TASTES = 4, 6, 4
MIDDLE_80 = 1.2816  # standard deviations of a normal law
OWN_SPREAD = 1.0  # of the logarithm of what a range sells beside what is predicted, measured on hidden ranges of complete_journey
BANDS = 5  # of a group's prices, to learn how many shoppers so many events are

Floats = NDArray[np.float64]
Check = Callable[[float, str], None]


def find_gaps(shop: Assortment, progress: Check = lambda fraction, message: None) -> GapReport:
    """All gaps, ranked within each category and overall. Raises TooSmallError where hardly any product has a price and a group."""
    priced = np.flatnonzero((shop.group >= 0) & (shop.price > 0) & (shop.sold > 0))
    if len(priced) < 3:
        raise TooSmallError(
            f"Hardly any product of '{shop.name}' has a price and a category or cluster.",
            "Gaps are cells of both: take in prices, and a catalogue with categories or titles.",
        )
    log_price = np.log(shop.price)
    scale = _ShoppersOf.learned(shop, priced, log_price)
    found: list[tuple[float, Gap]] = []
    families = _families(shop, priced)
    for place, family in enumerate(families):
        progress(0.1 + 0.8 * place / len(families), "looking for gaps")
        groups, codes = np.unique(shop.group[family], return_inverse=True)
        ranges = empty_ranges(Products(codes.astype(np.int64), log_price[family], shop.sold[family]))
        kept: dict[int, int] = {}
        for each in ranges:
            members = family[codes == each.group]
            category = int(shop.category[members[0]])
            if each.items < LEAST_ITEMS or each.events < LEAST_EVENTS or kept.get(category, 0) >= OF_A_CATEGORY:
                continue
            kept[category] = kept.get(category, 0) + 1
            found.append((each.score, _gap(shop, each, int(groups[each.group]), members, log_price, scale, kept[category])))
    found.sort(key=lambda pair: -pair[0])
    gaps = tuple(replace(gap, overall=place + 1) for place, (_, gap) in enumerate(found))
    notes = _notes(shop)
    names = tuple(name for code, name in enumerate(shop.categories) if (shop.category[priced] == code).any())
    return GapReport(gaps, shop.category_column, shop.group_column, names, int(shop.sold.sum()), len(priced), shop.currency, notes)


def _families(shop: Assortment, priced: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Products whose groups are compared with each other: those of a category, or all where a category is one group."""
    if len(shop.group_names) <= len(shop.categories):
        return [priced]
    return [priced[shop.category[priced] == code] for code in np.unique(shop.category[priced]).tolist()]


@dataclass(frozen=True)
class _ShoppersOf:
    """How many different shoppers so many events are: exp(a + b log events), learned from cells of group and price band."""

    a: float
    b: float
    most: int

    @classmethod
    def learned(cls, shop: Assortment, priced: NDArray[np.intp], log_price: Floats) -> _ShoppersOf:
        order = priced[np.lexsort((log_price[priced], shop.group[priced]))]
        group = shop.group[order]
        first = np.searchsorted(group, group, "left")
        size = np.searchsorted(group, group, "right") - first
        band = np.minimum((np.arange(len(order)) - first) * BANDS // size, BANDS - 1)
        cell = np.unique(group * BANDS + band, return_inverse=True)[1]
        member = sparse.csr_matrix((np.ones(len(order)), (order, cell)), shape=(shop.n_items, int(cell.max()) + 1))
        shoppers = np.bincount((shop.buyers @ member).tocsr().indices, minlength=member.shape[1])
        x, y = np.log(np.bincount(cell, shop.sold[order])), np.log(np.maximum(shoppers, 1))
        slope = float(np.cov(x, y)[0, 1] / x.var(ddof=1)) if len(x) > 2 and x.std() > 0 else 1.0
        slope = min(max(slope, 0.2), 1.0)
        return cls(float((y - slope * x).mean()), slope, shop.events.shape[0])

    def __call__(self, events: float) -> float:
        return float(min(np.exp(self.a + self.b * np.log(max(events, 1.0))), events, self.most))


def _gap(
    shop: Assortment, each: Range, group: int, members: NDArray[np.intp], log_price: Floats, scale: _ShoppersOf, rank: int
) -> Gap:  # fmt: skip
    low, high = _price(np.exp(each.low)), _price(np.exp(each.high))
    distance = np.maximum(np.maximum(each.low - log_price[members], log_price[members] - each.high), 0.0)
    beside = members[np.lexsort((-shop.sold[members], distance))][:BESIDE]
    spread = float(np.sqrt(OWN_SPREAD**2 + min(each.spread, 2.0) ** 2))
    demand = _estimate(each.events, spread)
    expected = scale(each.events)
    shoppers = Estimate(expected, scale(demand.low), scale(demand.high))
    category, name = shop.categories[int(shop.category[members[0]])], shop.group_names[group]
    return Gap(
        rank=rank,
        overall=0,
        category=category,
        group=name,
        price_from=low,
        price_to=high,
        words=typical_words(shop, beside),
        demand=demand,
        shoppers=shoppers,
        real_items=0,
        expected_items=round(each.items, 1),
        tastes=tastes(shop, beside),
        nearest=tuple(near(shop, int(item)) for item in beside[np.argsort(-shop.sold[beside[:10]], kind="stable")][:SHOWN_NEAR]),
        why=_why(shop, each, name or category, members, log_price),
    )


def _estimate(value: float, spread: float) -> Estimate:
    factor = float(np.exp(MIDDLE_80 * spread))
    return Estimate(value, value / factor, value * factor)


def _price(price: float) -> float:
    return round(float(price), 2) if price < 1000 else round(float(price))


def typical_words(shop: Assortment, items: NDArray[np.intp]) -> tuple[str, ...]:
    """The words that titles of these products have more often than others."""
    present = shop.bag.present
    inside = np.asarray(present[items].sum(axis=0)).ravel() / max(len(items), 1)
    everywhere = shop.bag.titles_with / max(present.shape[0], 1)
    score = inside * np.log((inside + 1e-3) / (everywhere + 1e-3))
    best = np.argsort(-score, kind="stable")[:SHOWN_WORDS]
    return tuple(shop.bag.words[word] for word in best if score[word] > 0)


def tastes(shop: Assortment, items: NDArray[np.intp]) -> tuple[Taste, ...]:
    """The segments that buy these products, the largest share first."""
    if not shop.segments:
        return ()
    bought = shop.by_segment[:, items].sum(axis=1)
    order = np.argsort(-bought, kind="stable")[:SHOWN_TASTES]
    return tuple(Taste(shop.segments[code], float(bought[code] / bought.sum())) for code in order if bought[code] > 0)


def near(shop: Assortment, item: int, likeness: float | None = None) -> Near:
    """A real product, to be shown."""
    price = float(shop.price[item])
    return Near(shop.ids[item], shop.titles[item], None if np.isnan(price) else price, likeness)


def _why(shop: Assortment, each: Range, name: str, members: NDArray[np.intp], log_price: Floats) -> str:
    prices = log_price[members]
    below, above = members[prices <= each.low + 1e-9], members[prices >= each.high - 1e-9]
    sides = []
    if len(below):
        sides.append(f"{len(below):,} products up to {_told(shop, np.exp(prices[prices <= each.low + 1e-9].max()))}")
    if len(above):
        sides.append(f"{len(above):,} from {_told(shop, np.exp(prices[prices >= each.high - 1e-9].min()))}")
    around = " and ".join(sides) or "products elsewhere"
    expected = f"about {each.items:,.0f} product{'s' if round(each.items) != 1 else ''} and {each.events:,.0f} purchases"
    return f"{name} has {around}, none between; its other prices and what others sell at these would make it {expected}."


def _told(shop: Assortment, price: float) -> str:
    return f"{shop.currency or ''}{price:,.2f}"


def _notes(shop: Assortment) -> tuple[str, ...]:
    unsold = int(((shop.sold <= 0) & (shop.group >= 0)).sum())
    unpriced = int(((shop.sold > 0) & (shop.group >= 0) & ~(shop.price > 0)).sum())
    ungrouped = int(((shop.group < 0) & (shop.sold > 0)).sum())
    told = (
        (unsold, "products that nobody bought are left out: they show no demand"),
        (unpriced, "products without a price are left out"),
        (ungrouped, "products without a category or cluster are left out"),
    )
    return tuple(f"{count:,} {words}." for count, words in told if count)
