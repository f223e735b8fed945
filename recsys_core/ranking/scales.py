"""What the position of a slider means: the share of what can be had, on every dataset, model and score scale (guides/studio.md §6.2).

A raw weight is turned up over sampled users and what it buys is measured at 24 weights; a position is read off between them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.evaluation.beyond_accuracy import intra_list_distance
from recsys_core.ranking.kernel import rank
from recsys_core.ranking.plan import SMOOTHING, Plan
from recsys_core.ranking.pools import Pool

SAMPLED_USERS = 500
SAMPLED_BY_TERM = 2000  # terms of an item need no vectors: four times the users for less time
POINTS = 24
COARSE = 7  # points set evenly before the others go where the measure moves
NARROWEST = 1e-4
LARGEST = 100.0  # a weight at which a term outweighs relevance, both in 0..1: the end of a slider
Lists = NDArray[np.int32]


@dataclass(frozen=True)
class Scale:
    """What a slider's positions mean: raw weights and the share of the gain each brings, both float64 [n], ascending, shares from 0 to 1.

    low, high: the measure without the term and at the end of the slider, in its own unit. Where nothing can be gained (flat), every
    position is weight 0.
    """

    weights: NDArray[np.float64]
    shares: NDArray[np.float64]
    low: float
    high: float

    @property
    def flat(self) -> bool:
        """Whether there is nothing to be gained."""
        return len(self.weights) < 2

    def weight(self, position: float) -> float:
        """The raw weight of a position, 0 to 100. Raises InputError outside."""
        if not 0 <= position <= 100:
            raise InputError(f"A slider stands at {position:g}.", "Use a number from 0 to 100.")
        if position == 0 or self.flat:
            return 0.0
        return float(np.interp(position / 100, self.shares, self.weights))

    def position(self, weight: float) -> float:
        """The position, 0 to 100, of a raw weight."""
        return 0.0 if self.flat else 100 * float(np.interp(weight, self.weights, self.shares))


def variety_scale(plan: Plan, pool: Pool, unit_vectors: NDArray[np.float32], *, seed: int = 0) -> Scale:
    """Trade-off (0 to 1) against mean intra-list distance. The plan brings engine, window, pins and caps, its other terms at 0."""

    def ranked(part: Plan, some: Pool, trade_off: float) -> Lists:
        return rank(replace(part, trade_off=np.full(len(some), trade_off)), some, unit_vectors).items

    def measure(lists: Lists, _: Plan) -> float:
        return float(intra_list_distance(lists, unit_vectors).mean()) if len(lists) else 0.0

    return _calibrate(plan, pool, ranked, measure, lambda x: x, 1.0, SAMPLED_USERS, seed)


def balance_scale(plan: Plan, pool: Pool, unit_vectors: NDArray[np.float32] | None = None, *, seed: int = 0) -> Scale:
    """gamma against the reduction of KL(p || q~), the mean over users with a known taste (Steck 2018). The plan brings mix and group.

    Measured as minus the divergence, in bits. Raises ValueError for a plan without them.
    """
    mix, group = plan.mix, plan.group
    if mix is None or group is None:
        raise ValueError("taste balance needs `mix` and `group`")

    def ranked(part: Plan, some: Pool, weight: float) -> Lists:
        return rank(replace(part, balance=weight), some, unit_vectors).items

    def measure(lists: Lists, part: Plan) -> float:
        assert part.mix is not None
        known = np.diff(part.mix.indptr) > 0
        return -float(divergence(part.mix, lists, group)[known].mean()) if known.any() else 0.0

    return _calibrate(plan, pool, ranked, measure, _odds, _share(LARGEST), SAMPLED_BY_TERM, seed)


def item_scale(
    plan: Plan,
    pool: Pool,
    term: NDArray[np.floating],
    shown: NDArray[np.floating],
    unit_vectors: NDArray[np.float32] | None = None,
    *,
    seed: int = 0,
) -> Scale:
    """The weight of a per-item term against the mean of `shown` over all places; term and shown: float [items].

    Discovery: term novelty, shown 1 for the long tail, so that the measure is the tail's share of exposure. Freshness, margin, price:
    both the decay or percentile.
    """
    values, bought = np.asarray(term, dtype=np.float32), np.asarray(shown, dtype=np.float64)

    def ranked(part: Plan, some: Pool, weight: float) -> Lists:
        return rank(replace(part, static=part.static + np.float32(weight) * values), some, unit_vectors).items

    def measure(lists: Lists, _: Plan) -> float:
        placed = lists[lists >= 0]
        return float(bought[placed].mean()) if len(placed) else 0.0

    return _calibrate(plan, pool, ranked, measure, _odds, _share(LARGEST), SAMPLED_BY_TERM, seed)


def divergence(tastes: NDArray[np.floating] | sparse.csr_matrix, lists: Lists, group: NDArray[np.int32]) -> NDArray[np.float64]:
    """KL(p || .99 q + .01 p) in bits for each user: p = tastes [U, G], q = the mix of the list, counts over its k places."""
    known = sparse.csr_matrix(tastes)
    found = np.zeros(known.shape[0])
    groups = max(known.shape[1], int(group.max(initial=-1)) + 1)
    start, shares = np.asarray(known.indptr, dtype=np.int64), np.asarray(known.data, dtype=np.float64)
    shown = (np.ascontiguousarray(lists, dtype=np.int32), np.ascontiguousarray(group, dtype=np.int32))
    _divergences(start, np.asarray(known.indices, dtype=np.int32), shares, *shown, groups, found)
    return found


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _divergences(start, groups, shares, lists, group, width, found):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    count, k = np.zeros(width), lists.shape[1]
    for user in range(len(lists)):
        for item in lists[user]:
            if item >= 0 and group[item] >= 0:
                count[group[item]] += 1
        for at in range(start[user], start[user + 1]):
            share = shares[at]
            if share > 0:
                found[user] += share * np.log2(share / ((1 - SMOOTHING) * count[groups[at]] / k + SMOOTHING * share))
        for item in lists[user]:
            if item >= 0 and group[item] >= 0:
                count[group[item]] = 0


def _odds(x: float) -> float:
    """0..1 to 0..infinity, even on both sides of 1."""
    return x / (1 - x)


def _share(weight: float) -> float:
    return weight / (1 + weight)


def _sample(pool: Pool, k: int, most: int, seed: int) -> NDArray[np.int64]:
    """At most `most` users, of those whose pool fills a list where there are any."""
    filled = (pool.items >= 0).sum(axis=1)
    users = np.flatnonzero(filled >= min(k, pool.items.shape[1], int(filled.max(initial=0))))
    return np.sort(np.random.default_rng(seed).choice(users, min(most, len(users)), replace=False))


def _calibrate(
    plan: Plan,
    pool: Pool,
    ranked: Callable[[Plan, Pool, float], Lists],
    measure: Callable[[Lists, Plan], float],
    weight_at: Callable[[float], float],
    end: float,
    most: int,
    seed: int,
) -> Scale:
    """Measure at COARSE even points of x in 0..end, then halve where the measure moves most until there are 24; raw weight = weight_at(x).

    The measure is made monotone (running maximum).
    """
    users = _sample(pool, plan.k, most, seed)
    part, some = plan.of(users), pool.of(users)

    def at(x: float) -> float:
        return measure(ranked(part, some, weight_at(x)), part)

    xs = np.linspace(0, end, COARSE).tolist()
    found = [at(x) for x in xs]
    while len(xs) < POINTS:
        moves = np.diff(np.maximum.accumulate(found)) * (np.diff(xs) > NARROWEST * end)  # a step is not halved for ever
        widest = int(np.argmax(moves))
        x = (xs[widest] + xs[widest + 1]) / 2
        xs.insert(widest + 1, x)
        found.insert(widest + 1, at(x))
    raised = np.maximum.accumulate(found) - found[0]
    if raised[-1] <= 1e-9:
        return Scale(np.zeros(1), np.zeros(1), found[0], found[0])
    shares = raised / raised[-1]
    keep = np.append(np.diff(shares) > 1e-9, False)  # of a plateau the last point, of the final one the first
    keep[int(np.argmax(shares >= 1 - 1e-12))] = True
    weights = np.array([weight_at(x) for x in xs])
    return Scale(weights[keep], shares[keep], found[0], found[0] + float(raised[-1]))
