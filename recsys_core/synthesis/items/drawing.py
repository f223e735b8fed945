"""New products drawn from what a catalogue is like, in the profile's space, weighted by who asks for what.

A catalogue is a mixture of normal laws, one around every product: the mean and spread of its nearest neighbours of the same group. A new
product is a draw from a law chosen by demand, of all shoppers or of one segment. What it is called and costs, and who would buy it, is
learned from the real products nearest to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import InputError, NotFoundError, TooSmallError
from recsys_core.profiles.fusing import unit
from recsys_core.synthesis.items.assortment import Assortment, code_of
from recsys_core.synthesis.items.gaps import near, typical_words
from recsys_core.synthesis.items.records import Estimate, NewItem, NewItems, Taste

NEAREST = 10  # real products that say what a new one is like
FEWEST = 10  # products with a vector, to learn from
MOST_COUNT = 1000
DRAWN = 6  # candidates for each product asked for
CHECKED = 400  # real products predicted from the others, for the interval
SAME = 0.9  # likeness: two new products so alike are one
FARTHER = 0.1  # of real products have a nearest one so far away: beyond, nothing real is near
AROUND = 15  # products of the group whose mean and spread a draw has
SPREAD = 0.8  # of their own, so that draws stay among them
SHOWN_NEAR, SHOWN_TASTES, TITLE_WORDS = 3, 4, 4
COPIES_OF_MOST = 0.5  # of the nearest products must share an attribute for a new one to have it

Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """Products that are learned from. rows: their numbers [n]. vectors: float32 [n, d] of length 1. weight: demand of each, sums to 1."""

    shop: Assortment
    rows: NDArray[np.intp]
    vectors: Vectors
    weight: Floats

    @cached_property
    def buyers(self) -> Floats:
        """How many shoppers have each [n]."""
        return np.bincount(self.shop.buyers.indices, minlength=self.shop.n_items)[self.rows].astype(np.float64)

    def nearest(self, vectors: Vectors, without: NDArray[np.intp] | None = None) -> tuple[NDArray[np.intp], Floats]:
        """(places in `rows`, likeness 0..1) of the nearest real products, nearest first: both [m, k]. without: one each to leave out."""
        likeness = (vectors @ self.vectors.T).astype(np.float64)
        if without is not None:
            likeness[np.arange(len(vectors)), without] = -np.inf
        k = min(NEAREST, len(self.rows) - (without is not None))
        order = np.argsort(-likeness, axis=1, kind="stable")[:, :k]
        return order, np.clip(np.take_along_axis(likeness, order, axis=1), 0.0, 1.0)

    def audience(self, places: NDArray[np.intp], likeness: Floats) -> Floats:
        """Expected shoppers of products with these nearest ones: their mean on the log scale, the nearer counting more."""
        weight = np.exp(8.0 * (likeness - likeness[:, :1]))
        return np.asarray(np.expm1((weight * np.log1p(self.buyers[places])).sum(axis=1) / weight.sum(axis=1)))

    @cached_property
    def checked(self) -> tuple[float, float, float]:
        """Of real products predicted from the others: the 10th and 90th percentile of log (real / predicted), the likeness of a far one."""
        some = np.unique(np.linspace(0, len(self.rows) - 1, min(CHECKED, len(self.rows))).astype(np.intp))
        places, likeness = self.nearest(self.vectors[some], some)
        error = np.log1p(self.buyers[some]) - np.log1p(self.audience(places, likeness))
        low, high = np.quantile(error, [0.1, 0.9])
        return float(min(low, 0.0)), float(max(high, 0.0)), float(np.quantile(likeness[:, 0], FARTHER))


def learn(shop: Assortment, vectors: Vectors, category: int | None = None, segment: int | None = None) -> Model:
    """A model of a category's products, or of all as one segment buys them. vectors: float32 [items, d], rows of zeros unknown.

    Raises TooSmallError where fewer than ten products can be learned from.
    """
    demand = shop.sold if segment is None else shop.by_segment[segment]
    chosen = (np.abs(vectors).sum(axis=1) > 0) & (demand > 0) & (shop.group >= 0)
    if category is not None:
        chosen &= shop.category == category
    rows = np.flatnonzero(chosen)
    if len(rows) < FEWEST:
        raise TooSmallError(
            f"Only {len(rows)} products there have a description and a buyer; new ones are learned from {FEWEST} or more.",
            "Ask for a larger category or segment, or take in a catalogue that says more.",
        )
    return Model(shop, rows, unit(np.asarray(vectors[rows])), demand[rows] / demand[rows].sum())


def draw(model: Model, count: int, seed: int, spread: float = SPREAD) -> tuple[Vectors, NDArray[np.int64]]:
    """(vectors [count, d] of length 1, the group of each). spread: of the laws, 1 as wide as the real products around lie."""
    rng = np.random.default_rng(seed)
    group = model.shop.group[model.rows]
    centres = rng.choice(len(model.rows), count, p=model.weight)
    found = np.empty((count, model.vectors.shape[1]), np.float32)
    for place, centre in enumerate(centres.tolist()):
        of = np.flatnonzero(group == group[centre])
        around = of[np.argsort(-(model.vectors[of] @ model.vectors[centre]), kind="stable")[:AROUND]]
        weight = np.sqrt(model.weight[around])  # the best seller alone is not the neighbourhood
        weight /= weight.sum()
        mean = weight @ model.vectors[around]
        found[place] = mean + spread * ((rng.standard_normal(len(around)) * np.sqrt(weight)) @ (model.vectors[around] - mean))
    return unit(found), group[centres]


def new_items(
    shop: Assortment,
    vectors: Vectors,
    count: int,
    *,
    category: str | None = None,
    segment: str | None = None,
    seed: int = 0,
    attributes: Mapping[str, list[str]] | None = None,
) -> tuple[NewItems, Vectors]:
    """`count` new products of a category or for a segment's taste, those with the largest expected audience first, and their vectors.

    attributes: further text columns of the catalogue, one value a product ("" unknown). Fewer come where new ones would be near copies of
    each other. Raises InputError, NotFoundError, TooSmallError.
    """
    model = learn(shop, vectors, *wished(shop, count, category, segment))
    drawn, groups = draw(model, DRAWN * count, seed)
    places, likeness = model.nearest(drawn)
    audience = model.audience(places, likeness)
    chosen = different(drawn, np.argsort(-audience, kind="stable"), count)
    rng = np.random.default_rng([seed, 1])
    endings = _endings(shop.price[model.rows])
    known = attributes or {}
    made = tuple(
        _item(model, f"new-{number}", int(groups[each]), places[each], likeness[each], float(audience[each]), rng, endings, known)
        for number, each in enumerate(chosen, start=1)
    )
    fewer = (f"{len(made)} of {count} came out: further ones would be near copies of these.",) if len(made) < count else ()
    return NewItems(made, category, segment, seed, shop.currency, fewer), drawn[chosen]


def wished(shop: Assortment, count: int, category: str | None, segment: str | None) -> tuple[int | None, int | None]:
    """Codes of the category and segment asked for. Raises InputError, NotFoundError."""
    if not 1 <= count <= MOST_COUNT:
        raise InputError(f"{count:,} new products cannot be drawn.", f"Ask for a number from 1 to {MOST_COUNT:,}.")
    if (category is None) == (segment is None):
        raise InputError("New products are drawn for a category or for a segment.", "Give one of both: --category or --segment.")
    if category is not None:
        return code_of(shop.categories, category, "category"), None
    if not shop.segments:
        raise NotFoundError(f"No segments were made of '{shop.name}'.", "Make them with the command `profile`.")
    assert segment is not None
    return None, code_of(shop.segments, segment, "segment")


def different(drawn: Vectors, order: NDArray[np.intp], count: int) -> list[int]:
    """The places of the first `count` in this order that are not as good as the same product as one before them."""
    kept: list[int] = []
    for each in order.tolist():
        if len(kept) == count:
            break
        if not kept or float((drawn[kept] @ drawn[each]).max()) < SAME:
            kept.append(each)
    return kept


def _item(
    model: Model, id: str, group: int, places: NDArray[np.intp], likeness: Floats, audience: float,
    rng: np.random.Generator, endings: Floats, attributes: Mapping[str, list[str]],
) -> NewItem:  # fmt: skip
    shop, rows = model.shop, model.rows[places]
    words = typical_words(shop, rows)
    low, high, far = model.checked
    is_gap = bool(likeness[0] < far)
    shoppers = Estimate(audience, max(float(np.expm1(np.log1p(audience) + low)), 0.0), float(np.expm1(np.log1p(audience) + high)))
    told = tuple(near(shop, int(row), round(float(like), 3)) for row, like in zip(rows[:SHOWN_NEAR], likeness[:SHOWN_NEAR], strict=True))
    category = shop.categories[int(shop.category[np.flatnonzero(shop.group == group)[0]])]
    return NewItem(
        id=id,
        title=" ".join(words[:TITLE_WORDS]).capitalize() or category,
        category=category,
        group=shop.group_names[group],
        brand=_shared([shop.brands[row] for row in rows]),
        price=_priced(shop.price[rows], likeness, rng, endings),
        words=words,
        attributes={name: value for name, column in attributes.items() if (value := _shared([column[row] for row in rows]))},
        shoppers=shoppers,
        tastes=_tastes(shop, rows, likeness),
        nearest=told,
        is_gap=is_gap,
        why=f"Shoppers of {told[0].title} and {told[1].title} would buy it; "
        + ("no real product is as near as real ones are to each other." if is_gap else "it stands beside them."),
    )


def _shared(values: list[str]) -> str:
    """What most of these have, "" where none is had by most."""
    known = sorted(value for value in values if value)
    if not known:
        return ""
    best = max(dict.fromkeys(known), key=known.count)
    return best if known.count(best) >= COPIES_OF_MOST * len(values) else ""


def _tastes(shop: Assortment, rows: NDArray[np.intp], likeness: Floats) -> tuple[Taste, ...]:
    if not shop.segments:
        return ()
    bought = shop.by_segment[:, rows] @ (likeness / max(float(likeness.sum()), 1e-9))
    order = np.argsort(-bought, kind="stable")[:SHOWN_TASTES]
    return tuple(Taste(shop.segments[code], float(bought[code] / bought.sum())) for code in order.tolist() if bought[code] > 0)


def _endings(prices: Floats) -> Floats:
    """The commonest cents that prices here end in."""
    known = prices[prices > 0]
    if not len(known):
        return np.zeros(0)
    cents, counts = np.unique(np.round(known * 100).astype(np.int64) % 100, return_counts=True)
    return np.asarray(cents[np.argsort(-counts, kind="stable")][:4] / 100.0)


def _priced(prices: Floats, likeness: Floats, rng: np.random.Generator, endings: Floats) -> float | None:
    """A price like those of the nearest products, with an ending that is usual; None where none of them has one."""
    noise = float(rng.standard_normal())
    known = prices > 0
    if not known.any():
        return None
    weight, logs = likeness[known] + 1e-9, np.log(prices[known])
    mean = float(np.average(logs, weights=weight))
    price = float(np.exp(mean + 0.5 * noise * np.sqrt(np.average((logs - mean) ** 2, weights=weight))))
    usual = np.floor(price) + np.concatenate([endings - 1, endings, endings + 1])
    usual = usual[usual > 0]
    if len(usual):
        price = float(usual[np.argmin(np.abs(usual - price))])
    return round(price, 2)
