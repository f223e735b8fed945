"""Where a group of products has no price that it should have: empty ranges of price, and what would be sold in each.

A family of groups (the subcategories of a department, the clusters of a shop) shares a price axis. What the other groups sell along it,
tilted by the group's own level, slope and curvature outside the range in question (a Poisson regression, the tilts drawn to what tilts
are usual in the family), says how many products the group would have in the range. Real ranges are empty for reasons, too: a range
counts by how surprising it is that nothing is there, the counts taken as overdispersed, times the logarithm of what would be sold, times
the root of how many products its thinner side alone would make expect. The rule was chosen on hidden cells of complete_journey;
tests/acceptance/test_gaps.py hides others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

BINS = 40  # of equal numbers of products along the price axis of a family
WIDEST = 0.6  # of a bin, in log price, so that a hole of the only large group shows
SMOOTHED = 0.1  # of the usual shares come from the family's prices smoothed, not counted
BANDWIDTH = 0.3  # of that, in log price
DAMPED = 0.5  # large groups count by this power of their size in what is usual
FEWEST_TILTED = 8.0  # of a group that says what tilts are usual, in effective products
FEWEST_GROUPS = 5
STEPS = 12  # of Newton's method
FARTHEST = 2.0  # normal score of the outermost bins: a single dear product is no lever
SIDE = 5  # bins beside an open end: the model may not rise beyond them
NEAR = 0.5  # how far products count for what one sells, in normal scores
LATER_HOLES = (1.0, 0.7, 0.5)  # of the second and further ranges of one group
LOOSE = 1.0  # variance of the rate beside the model's own, relative: products come in families
HELD = 0.98  # of what an open end is expected to hold lies inside the range that is told

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Products:
    """Priced products of one family. group: int64 [n], from 0. log_price, events: float64 [n]."""

    group: NDArray[np.int64]
    log_price: Floats
    events: Floats


@dataclass(frozen=True)
class Range:
    """An empty range of one group. low, high: log prices of the real products beside it, of open ends the outermost that matters.

    items, events: what it would hold; spread: standard deviation of the logarithm of both. score: by which ranges are ranked.
    """

    group: int
    low: float
    high: float
    is_open: bool
    items: float
    events: float
    spread: float
    score: float


def empty_ranges(products: Products) -> list[Range]:
    """All empty ranges of a family's groups, the most telling first; none where there are fewer than three different prices."""
    axis = _axis(products.log_price)
    if axis is None:
        return []
    table = _Table.of(products, axis)
    usual = _usual(table.effective, table.smooth)
    prior = _prior(table, usual)
    found = [each for group in range(len(table.items)) for each in _of_group(group, products, table, usual[group], prior)]
    return _ranked(found)


def _axis(log_price: Floats) -> Floats | None:
    """Edges of the bins, ascending."""
    if len(np.unique(log_price)) < 3:
        return None
    edges = np.unique(np.quantile(log_price, np.linspace(0, 1, BINS + 1)))
    cut = [np.linspace(a, b, int(np.ceil((b - a) / WIDEST)) + 1)[:-1] for a, b in pairwise(edges)]
    return np.append(np.concatenate(cut), edges[-1] + 1e-9)


@dataclass(frozen=True)
class _Table:
    """Groups by bins. items, events: counted. effective: products, many at one price counting less. smooth: all groups' items, smoothed.

    place: of the bins, as normal scores of how many products lie below.
    """

    items: Floats
    events: Floats
    effective: Floats
    smooth: Floats
    edges: Floats
    place: Floats

    @classmethod
    def of(cls, products: Products, edges: Floats) -> _Table:
        n_groups, n_bins = int(products.group.max()) + 1, len(edges) - 1
        bins = np.clip(np.searchsorted(edges, products.log_price, "right") - 1, 0, n_bins - 1)
        cell, shape = products.group * n_bins + bins, n_groups * n_bins

        def counted(cells: NDArray[np.int64], weights: Floats | None = None) -> Floats:
            return np.bincount(cells, weights, minlength=shape).reshape(n_groups, n_bins).astype(np.float64)

        items = counted(cell)
        prices = np.unique(np.stack([cell, np.round(products.log_price * 1e4).astype(np.int64)], axis=1), axis=0)
        effective = np.sqrt(items * counted(prices[:, 0]))
        middle = (edges[1:] + edges[:-1]) / 2
        total = items.sum(axis=0)
        before = (np.cumsum(total) - total / 2 + 0.5) / (total.sum() + 1)
        kernel = np.exp(-0.5 * ((middle[:, None] - middle[None]) / BANDWIDTH) ** 2)
        smooth = (kernel / (kernel @ np.diff(edges))[:, None] * np.diff(edges)[:, None]) @ total
        return cls(items, counted(cell, products.events), effective, smooth, edges, np.clip(ndtri(before), -FARTHEST, FARTHEST))


def _usual(effective: Floats, smooth: Floats) -> Floats:
    """Shares of the bins in what the other groups have, for each group: [groups, bins]."""
    weighted = effective / np.maximum(effective.sum(axis=1, keepdims=True), 1.0) ** DAMPED
    others = np.maximum(weighted.sum(axis=0) - weighted, 0.0)
    sums = others.sum(axis=1, keepdims=True)
    counted = np.divide(others, sums, out=np.zeros_like(others), where=sums > 1e-9)
    found = counted + SMOOTHED * smooth / max(smooth.sum(), 1e-9) + 1e-6
    return np.asarray(found / found.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class _Fit:
    """rate: products by bin [bins]. spread: of the logarithm of the sum over some bins."""

    rate: Floats
    tilt: Floats
    design: Floats
    covariance: Floats

    def spread(self, bins: slice) -> float:
        """Standard deviation of the logarithm of the sum over these bins."""
        weights = self.rate[bins] / max(float(self.rate[bins].sum()), 1e-12)
        along = weights @ self.design[bins]
        return float(np.sqrt(max(float(along @ self.covariance @ along), 0.0)))


def _fit(count: Floats, usual: Floats, place: Floats, kept: Bools, prior: tuple[Floats, Floats]) -> _Fit:
    """Poisson regression of the kept bins' counts on level, slope and curvature over what is usual. prior: mean and precision of both."""
    design = np.stack([np.ones_like(place), place, place * place - 1], axis=1)
    start = np.array([np.log((count[kept].sum() + 0.5) / max(usual[kept].sum(), 1e-9)), *prior[0]])
    precision = np.zeros((3, 3))
    precision[0, 0] = 1e-2
    precision[1:, 1:] = prior[1]
    tilt, seen, log_usual = start.copy(), design[kept], np.log(usual[kept])
    hessian = precision
    for _ in range(STEPS):
        rate = np.exp(np.clip(log_usual + seen @ tilt, -30, 30))
        slope = seen.T @ (count[kept] - rate) - precision @ (tilt - start)
        hessian = (seen * rate[:, None]).T @ seen + precision
        step = np.clip(np.linalg.solve(hessian, slope), -1, 1)
        tilt = tilt + step
        if np.abs(step).max() < 1e-4:
            break
    return _Fit(usual * np.exp(np.clip(design @ tilt, -30, 30)), tilt, design, np.asarray(np.linalg.inv(hessian), dtype=np.float64))


def _prior(table: _Table, usual: Floats) -> tuple[Floats, Floats]:
    """Mean and precision of slope and curvature in this family; wide where it has few groups."""
    wide = np.zeros(2), np.eye(2)
    large = np.flatnonzero(table.effective.sum(axis=1) >= FEWEST_TILTED)
    if len(large) < FEWEST_GROUPS:
        return wide
    every = np.ones(table.items.shape[1], dtype=np.bool_)
    loose = np.zeros(2), 0.3 * np.eye(2)
    tilts: Floats = np.array([_fit(table.effective[g], usual[g], table.place, every, loose).tilt[1:] for g in large])
    return np.asarray(np.median(tilts, axis=0)), np.asarray(np.linalg.inv(np.cov(tilts.T) + 0.05 * np.eye(2)), dtype=np.float64)


def _of_group(group: int, products: Products, table: _Table, usual: Floats, prior: tuple[Floats, Floats]) -> Iterator[Range]:
    count = table.effective[group]
    if np.count_nonzero(count) < 2:
        return
    prices = np.sort(products.log_price[products.group == group])
    for first, last in _runs(count == 0):
        kept = np.ones(len(count), dtype=np.bool_)
        kept[first:last] = False
        fit = _fit(count, usual, table.place, kept, prior)
        yield _range(group, first, last, fit, usual, table, prices)


def _runs(empty: Bools) -> Iterator[tuple[int, int]]:
    """(first, one past the last) of each run of True."""
    change = np.flatnonzero(np.diff(np.concatenate([[0], empty.astype(np.int8), [0]])))
    yield from zip(change[::2].tolist(), change[1::2].tolist(), strict=True)


def _range(group: int, first: int, last: int, fit: _Fit, usual: Floats, table: _Table, prices: Floats) -> Range:
    count, n_bins = table.effective[group], table.items.shape[1]
    rate, low, high = fit.rate[first:last], table.edges[first], table.edges[last]
    is_open = first == 0 or last == n_bins
    if is_open:  # no more than beside it
        side = slice(last, last + SIDE) if first == 0 else slice(max(first - SIDE, 0), first)
        rate = np.minimum(rate, usual[first:last] * count[side].sum() / max(float(usual[side].sum()), 1e-9))
        told = np.flatnonzero(np.cumsum(rate if last == n_bins else rate[::-1]) >= HELD * rate.sum())
        bins = int(told[0]) + 1 if len(told) else last - first
        low, high = (table.edges[last - bins], high) if first == 0 else (low, table.edges[first + bins])
    expected = float(rate.sum()) * _beside(count, fit.rate, first, last)
    if first > 0:
        low = prices[np.searchsorted(prices, low, "left") - 1] if prices[0] < low else low
    if last < n_bins:
        place = int(np.searchsorted(prices, table.edges[last], "left"))
        high = prices[place] if place < len(prices) else high
    kept = count > 0
    near = np.exp(-np.abs(table.place - table.place[first:last].mean()) / NEAR) * kept
    own = 1 / table.effective[group].sum()
    a_product = (near @ table.events[group] + own * table.events[group].sum()) / (near @ count + own * count.sum())
    doubled = (near @ table.items[group] + own * table.items[group].sum()) / (near @ count + own * count.sum())
    spread = fit.spread(slice(first, last))
    loose = min(spread**2, 25.0) + LOOSE
    surprise = float(np.log1p(expected * loose) / loose)
    events = expected * float(a_product)
    score = surprise * float(np.log1p(events)) * float(np.sqrt(usual[first:last].sum() * _thinner_side(count, usual, first, last)))
    return Range(group, float(low), float(high), is_open, expected * float(doubled), events, spread, score)


def _beside(count: Floats, rate: Floats, first: int, last: int) -> float:
    """How much of what the model says is there on both sides, at most 1: thin beside a range, it is thin in it."""
    sides = [np.arange(max(first - 2, 0), first), np.arange(last, min(last + 2, len(count)))]
    found = [float((count[side] / rate[side]).max()) for side in sides if len(side)]
    return min(max(float(np.mean(found)), 0.2), 1.0)


def _thinner_side(count: Floats, usual: Floats, first: int, last: int) -> float:
    """Products per usual share in the three bins beside a range, on the side where they are fewer."""
    sides = [slice(max(first - 3, 0), first), slice(last, last + 3)]
    return min(float(count[side].sum() / usual[side].sum()) for side in sides if len(count[side]))


def _ranked(found: list[Range]) -> list[Range]:
    """By score; a group's second and further ranges after a discount, so that a list is not of one group."""
    seen: dict[int, int] = {}
    scored = []
    for each in sorted(found, key=lambda one: (-one.score, one.group, one.low)):
        place = seen.get(each.group, 0)
        seen[each.group] = place + 1
        scored.append((each.score * LATER_HOLES[min(place, len(LATER_HOLES) - 1)], each))
    scored.sort(key=lambda pair: (-pair[0], pair[1].group, pair[1].low))
    return [replace(each, score=score) for score, each in scored]
