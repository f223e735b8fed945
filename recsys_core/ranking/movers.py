"""Winners and losers: whose exposure a scenario raises or lowers, by product or by any attribute, and how concentrated all of it is.

A list's places count 1/log2(place + 1), as shares of that list; the exposure of a product is its mean share over all lists. It is summed
place by place, so that 100,000 products cost no more than the lists are long; intervals are for the few products that are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recsys_core.evaluation.intervals import Interval, bootstrap_intervals
from recsys_core.ranking.ground import Ground
from recsys_core.ranking.population import Lists, Population

TOP = 10  # winners, and losers
BANDS = 5  # of the catalogue's prices, with as many products in each as equal prices allow
CURVE = 40  # places of a concentration curve, evenly set on a logarithmic axis
LOSING = 0.1  # of a shopper's predicted match
Shares = NDArray[np.float64]


class Grouping(NamedTuple):
    """codes: int [I], the group of each product, -1 none, below `size`. top: how many winners and losers; None: all, as they stand."""

    codes: NDArray[np.integer]
    size: int
    top: int | None = TOP


class Mover(NamedTuple):
    """One group's share of all exposure before and after, and a paired 95 % bootstrap interval over shoppers of the difference."""

    code: int
    before: float
    after: float
    low: float
    high: float


@dataclass(frozen=True)
class Concentration:
    """How few products get how much. half_before, half_after: the fewest that hold half of all exposure.

    products: how many, most shown first, from 1 to all; before, after: the share of all exposure that they hold (Lorenz, from the top).
    """

    half_before: int
    half_after: int
    products: tuple[int, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]


def weights(lists: Lists) -> Shares:
    """What each place is worth, float64 [U, k]: rows sum to 1, or are 0 where nothing is listed."""
    worth = np.where(lists >= 0, 1.0 / np.log2(np.arange(2, lists.shape[1] + 2)), 0.0)
    return np.asarray(worth / np.maximum(worth.sum(axis=1, keepdims=True), 1e-12))


def shares(lists: Lists, codes: NDArray[np.integer], size: int) -> Shares:
    """The share of all exposure of each group, float64 [size]."""
    of_place, worth = _codes(lists, codes), weights(lists)
    inside = (of_place >= 0) & (of_place < size)
    total = np.bincount(of_place[inside], weights=worth[inside], minlength=size)
    return np.asarray(total / max(len(lists), 1))


def movers(found: Population, groupings: Mapping[str, Grouping]) -> dict[str, list[Mover]]:
    """Winners and losers of each grouping: the largest gain first, the largest loss last; what did not move is left out.

    All intervals are of one drawing of shoppers.
    """
    sides = {
        name: (shares(found.before, each.codes, each.size), shares(found.after, each.codes, each.size)) for name, each in groupings.items()
    }
    chosen = {name: _chosen(after - before, groupings[name].top) for name, (before, after) in sides.items()}
    columns = [_by_shopper(found, groupings[name].codes, codes, groupings[name].size) for name, codes in chosen.items()]
    table = np.concatenate(columns, axis=1) if columns else np.empty((len(found.after), 0))
    intervals = iter(bootstrap_intervals(table) if table.size else [])
    return {name: [_mover(int(code), *sides[name], interval=next(intervals)) for code in codes] for name, codes in chosen.items()}


def concentration(before: Shares, after: Shares) -> Concentration:
    """Of the exposure of all products, float64 [I] each."""
    held = [np.cumsum(np.sort(side)[::-1]) for side in (before, after)]
    held = [side / max(float(side[-1]), 1e-12) for side in held]
    products = np.unique(np.round(np.geomspace(1, len(before), CURVE)).astype(np.int64))
    half = [int(np.searchsorted(side, 0.5 - 1e-12)) + 1 for side in held]
    return Concentration(half[0], half[1], tuple(products.tolist()), *(tuple(side[products - 1].tolist()) for side in held))


def price_bands(price: NDArray[np.floating]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """(codes int32 [I], -1 without a price; edges float64 [bands + 1]) by quintiles; fewer bands where many prices are equal."""
    known = np.isfinite(price)
    edges = np.unique(np.quantile(price[known], np.linspace(0, 1, BANDS + 1))) if known.any() else np.empty(0)
    codes = np.full(len(price), -1, dtype=np.int32)
    if len(edges) > 1:
        codes[known] = np.searchsorted(edges[1:-1], price[known], side="right")
    return codes, edges


def brands(ground: Ground) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """(codes int32 [I], -1 without; their names) where the catalogue has brands; the first one of a product with several."""
    if "brand" not in ground.table or not ground.table["brand"].notna().any():
        return np.full(ground.n_items, -1, dtype=np.int32), ()
    column = ground.table["brand"].astype("string")
    codes, names = (column.str.split("|").str[0] if "brand" in ground.several else column).factorize()
    return codes.astype(np.int32), tuple(map(str, names))


def losing(found: Population, users: NDArray[np.bool_] | None = None) -> float:
    """Share of the shoppers (of these alone) who keep less than nine tenths of the predicted match they had; NaN without any."""
    before, after = (side if users is None else side[users] for side in found.by_user["relevance_kept"])
    return float((after < (1 - LOSING) * before - 1e-9).mean()) if len(after) else float("nan")


def _mover(code: int, before: Shares, after: Shares, interval: Interval) -> Mover:
    return Mover(code, float(before[code]), float(after[code]), interval.low, interval.high)


def _codes(lists: Lists, codes: NDArray[np.integer]) -> NDArray[np.integer]:
    return np.where(lists >= 0, np.asarray(codes)[np.maximum(lists, 0)], -1)


def _chosen(change: Shares, top: int | None) -> NDArray[np.int64]:
    if top is None:
        return np.arange(len(change))
    order = np.argsort(-change, kind="stable")
    moved = np.abs(change[order]) > 1e-12
    gains, losses = order[moved & (change[order] > 0)][:top], order[moved & (change[order] < 0)][-top:]
    return np.concatenate([gains, losses])


def _by_shopper(found: Population, codes: NDArray[np.integer], chosen: NDArray[np.integer], size: int) -> Shares:
    """The difference in each shopper's list, float64 [U, chosen]."""
    column = np.full(size + 1, -1)  # the last one for products without a group
    column[chosen] = np.arange(len(chosen))
    sides = []
    for lists in (found.before, found.after):
        place = column[_codes(lists, codes)]
        row = np.broadcast_to(np.arange(len(lists))[:, None], lists.shape)
        inside = place >= 0
        flat = (row * len(chosen) + place)[inside]
        total = np.bincount(flat, weights=weights(lists)[inside], minlength=len(lists) * len(chosen))
        sides.append(total.reshape(len(lists), len(chosen)))
    return np.asarray(sides[1] - sides[0])
