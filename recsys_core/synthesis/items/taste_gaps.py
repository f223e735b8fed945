"""Gaps where prices say nothing: places in the profile's space that tastes lead to and no real product is near."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import TooSmallError
from recsys_core.synthesis.items.assortment import Assortment
from recsys_core.synthesis.items.drawing import Model, Vectors, different, draw, learn
from recsys_core.synthesis.items.gaps import Check, near, tastes, typical_words
from recsys_core.synthesis.items.records import Estimate, Gap, GapReport

WIDE = 1.5  # drawn wider than products lie, so as to come where none is
CANDIDATES, KEPT = 120, 8  # of a category
SHOWN_NEAR = 4
NO_PRICES = "The log has no prices, so a gap is a place between products as their descriptions and buyers have it."


def taste_gaps(shop: Assortment, vectors: Vectors, seed: int = 0, progress: Check = lambda fraction, message: None) -> GapReport:
    """Gaps by expected buyers, ranked within each category and overall. vectors: float32 [items, d], rows of zeros unknown.

    Raises TooSmallError where no category has ten products that are described and bought.
    """
    found: list[Gap] = []
    learned = 0
    for code in range(len(shop.categories)):
        progress(0.1 + 0.8 * code / len(shop.categories), "looking for gaps")
        try:
            model = learn(shop, vectors, code)
        except TooSmallError:
            continue
        learned += len(model.rows)
        found += _of_category(model, seed)
    if not learned:
        raise TooSmallError(
            f"Hardly any product of '{shop.name}' is described and bought.", "Take in prices, or a catalogue with titles or categories."
        )
    found.sort(key=lambda gap: (-gap.shoppers.value, gap.category, gap.rank))
    gaps = tuple(replace(gap, overall=place) for place, gap in enumerate(found, start=1))
    rows = int(shop.sold.sum())
    return GapReport(gaps, shop.category_column, shop.group_column, shop.categories, rows, learned, shop.currency, (NO_PRICES,))


def _of_category(model: Model, seed: int) -> list[Gap]:
    drawn, groups = draw(model, CANDIDATES, seed, WIDE)
    places, likeness = model.nearest(drawn)
    low, high, far = model.checked
    audience = model.audience(places, likeness)
    open_ = np.flatnonzero(likeness[:, 0] < far)
    chosen = different(drawn, open_[np.argsort(-audience[open_], kind="stable")], KEPT)
    return [_gap(model, rank, int(groups[each]), places[each], audience[each], (low, high)) for rank, each in enumerate(chosen, start=1)]


def _gap(model: Model, rank: int, group: int, places: NDArray[np.intp], audience: float, error: tuple[float, float]) -> Gap:
    shop, rows = model.shop, model.rows[places]
    low, high = (max(float(np.expm1(np.log1p(audience) + shift)), 0.0) for shift in error)
    a_shopper = float(shop.sold[rows].sum() / max(model.buyers[places].sum(), 1.0))  # events
    beside = tuple(near(shop, int(row)) for row in rows[:SHOWN_NEAR])
    return Gap(
        rank=rank,
        overall=0,
        category=shop.categories[int(shop.category[rows[0]])],
        group=shop.group_names[group],
        price_from=None,
        price_to=None,
        words=typical_words(shop, rows),
        demand=Estimate(audience * a_shopper, low * a_shopper, high * a_shopper),
        shoppers=Estimate(float(audience), low, high),
        real_items=0,
        expected_items=1.0,
        tastes=tastes(shop, rows),
        nearest=beside,
        why=f"Tastes lead between {beside[0].title} and {beside[1].title}; no product is as near to it as products are to each other.",
    )
