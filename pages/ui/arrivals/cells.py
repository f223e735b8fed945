"""The range as a table: kinds of product by bands of price, and in which cell a gap lies. Knows no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pages.ui import formats
from pages.ui import words_arrivals as say
from pages.ui.charts.arrivals.gap_map import Mark
from recsys_core.synthesis.items.records import Gap

BANDS, ROWS = 6, 12
MOST_MARKS = 20
STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True)
class Cells:
    """counts: int [rows, bands], products in each. marks: of the gaps that lie in them."""

    counts: NDArray[np.int64]
    rows: list[str]
    bands: list[str]
    marks: list[Mark]


def round_edges(prices: NDArray[np.floating], bands: int = BANDS) -> list[float]:
    """Round prices between which about equally many products lie; fewer where prices are few, none where there are none."""
    known = prices[np.isfinite(prices) & (prices > 0)]
    if not len(known):
        return []
    found = [_rounded(float(edge)) for edge in np.quantile(known, np.arange(1, bands) / bands)]
    return sorted({edge for edge in found if known.min() < edge <= known.max()})


def _rounded(value: float) -> float:
    unit = 10.0 ** np.floor(np.log10(value))
    return float(round(min(STEPS, key=lambda step: abs(step * unit - value)) * unit, 6))


def band_names(edges: Sequence[float], currency: str | None) -> list[str]:
    """What each band is called on an axis, in two lines: "under £1", "£1 – £2", "£2 or more"."""
    told = [price(edge, currency) for edge in edges]
    if not told:
        return []
    under, between, over = say.BAND_TICKS
    return [under.format(high=told[0]), *(between.format(low=low, high=high) for low, high in pairwise(told)), over.format(low=told[-1])]


def price(value: float, currency: str | None) -> str:
    """A round price without needless noughts."""
    return formats.money(value, currency).replace(".00", "")


def cells(gaps: Sequence[Gap], kinds: Sequence[str], prices: NDArray[np.floating], currency: str | None, *, by_group: bool) -> Cells | None:
    """The table of the kinds that these gaps are of, filled up with the largest others. None where there are no prices, or no kinds.

    kinds: of each product, "" where unknown. by_group: whether they are the gaps' groups, else their categories.
    """
    edges = round_edges(prices)
    found, sizes = np.unique([kind for kind in kinds if kind], return_counts=True)
    if not edges or not len(found):
        return None
    of_gaps = [gap.group if by_group else gap.category for gap in gaps]
    largest = [str(found[place]) for place in np.argsort(-sizes, kind="stable")]
    known = set(largest)
    rows = [row for row in dict.fromkeys([*of_gaps, *largest]) if row in known][:ROWS]
    at = {row: place for place, row in enumerate(rows)}
    counts = np.zeros((len(rows), len(edges) + 1), dtype=np.int64)
    priced = np.isfinite(prices)
    lines = np.array([at.get(kind, -1) for kind in kinds])
    shown = priced & (lines >= 0)
    np.add.at(counts, (lines[shown], np.searchsorted(edges, prices[shown], side="right")), 1)
    marks = [
        _mark(gap, at[kind], place, edges, currency)
        for place, (gap, kind) in enumerate(zip(gaps, of_gaps, strict=True), 1)
        if kind in at and gap.price_from is not None and place <= MOST_MARKS
    ]
    return Cells(counts, rows, band_names(edges, currency), marks)


def _mark(gap: Gap, row: int, place: int, edges: Sequence[float], currency: str | None) -> Mark:
    column, first = (int(np.searchsorted(edges, value, side="right")) for value in (middle(gap), gap.price_from or 0.0))
    last = int(np.searchsorted(edges, gap.price_to or middle(gap), side="left"))
    return Mark(row, column, str(place), story(gap, currency), (first, max(first, last)))


def middle(gap: Gap) -> float:
    """A price in the middle of the empty range, 0 where prices say nothing."""
    low, high = gap.price_from, gap.price_to
    if low is None or high is None:
        return float(low or high or 0)
    return float(np.sqrt(low * high)) if low > 0 else high / 2


def price_range(gap: Gap, currency: str | None) -> str:
    """The empty range in words, "" where prices say nothing."""
    if gap.price_from is None or gap.price_to is None:
        return ""
    low, high = price(gap.price_from, currency), price(gap.price_to, currency)
    return low if low == high else say.BAND_BETWEEN.format(low=low, high=high)


def story(gap: Gap, currency: str | None) -> str:
    """All that is known of a gap, for hover."""
    lines = [f"<b>{formats.on_chart(name(gap))}</b>", price_range(gap, currency), audience(gap), real(gap)]
    return "<br>".join(line for line in lines if line)


def real(gap: Gap) -> str:
    """How many products there are in it."""
    return say.GAP_REAL.format(n=gap.real_items) if gap.real_items else say.GAP_REAL_NONE


def name(gap: Gap) -> str:
    """What a gap is of: its category and its finer group."""
    return f"{gap.category} · {gap.group}" if gap.group and gap.group != gap.category else gap.category


def audience(gap: Gap) -> str:
    """How many shoppers are expected, with the interval."""
    who = gap.shoppers
    low, high = formats.count(who.low), formats.count(who.high)
    return say.GAP_AUDIENCE.format(n=formats.plural(round(who.value), "shopper"), low=low, high=high)
