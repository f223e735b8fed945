"""How a shopper's events come together: how many visits, how large, and in how many moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.synthesis.happenings.quantile_law import QuantileLaw, even_chances, learn_law
from recsys_core.synthesis.happenings.rows import Ints, LogRows, runs

N_EDGES = (2, 3, 5, 8, 12, 16, 20, 25, 32, 40, 50, 64, 80, 100, 128, 160, 200, 256, 320, 400, 512, 1024, 2048)
RATIO_EDGES = (1.02, 1.15, 1.5)  # events a different product
LEFT_EDGES = (3, 4, 5, 7, 10, 16, 32)  # visits still to come
MEAN_EDGES = (2, 3, 5, 8, 12, 18, 27, 40, 60, 100)  # events a visit still to come
SIZE_EDGES = (2, 3, 4, 6, 9, 14, 20, 30, 50, 100, 200)
RUNS = 400  # a moment's longest told length


@dataclass(frozen=True)
class Baskets:
    """visits: how many, given events and events a product. share: of the events left, beyond one for each visit left, that the next takes.

    single: float64 [sizes], the chance that a visit is one moment. ends: float64 [sizes, RUNS], the chance that a moment ends after its
    r-th event, in visits of several moments.
    """

    visits: QuantileLaw
    share: QuantileLaw
    single: NDArray[np.float64]
    ends: NDArray[np.float64]


def learn_baskets(rows: LogRows) -> Baskets:
    """From a log with times."""
    n = np.bincount(rows.user)
    visit_start, size = runs(rows.visit)
    visits = np.bincount(rows.user[visit_start])
    different = np.bincount(np.unique(rows.user * rows.n_items + rows.item) // rows.n_items)
    law = learn_law(visits, n, n / different, edges=(N_EDGES, RATIO_EDGES))

    of = rows.user[visit_start]
    first = np.repeat(np.cumsum(visits) - visits, visits)
    left = visits[of] - (np.arange(len(size)) - first)
    before = np.cumsum(size) - size
    remaining = n[of] - (before - before[first])
    open_ = (left > 1) & (remaining > left)
    left, remaining, taken = left[open_], remaining[open_], size[open_]
    share = learn_law((taken - 1) / (remaining - left), left, remaining / left, edges=(LEFT_EDGES, MEAN_EDGES))
    return Baskets(law, share, *_moments(rows, visit_start, size))


def _moments(rows: LogRows, visit_start: Ints, size: Ints) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    start, length = runs(rows.moment)
    of = rows.visit[start]
    cell = np.searchsorted(SIZE_EDGES, size, "right")
    several = np.bincount(of) > 1
    cells = len(SIZE_EDGES) + 1
    usual = 1.0 - several.mean()
    single = (np.bincount(cell[~several], minlength=cells) + 2.0 * usual) / (np.bincount(cell, minlength=cells) + 2.0)
    last = np.diff(of, append=-1) != 0
    told, by = np.minimum(length, RUNS) - 1, cell[of]
    every, ended, judged = np.zeros((cells, RUNS)), np.zeros((cells, RUNS)), several[of]
    np.add.at(every, (by[judged], told[judged]), 1.0)
    np.add.at(ended, (by[judged & ~last], told[judged & ~last]), 1.0)
    at_risk = np.cumsum(every[:, ::-1], axis=1)[:, ::-1] - (every - ended)  # the visit's end says nothing of its last event
    pooled = ended.sum(axis=0) / np.maximum(at_risk.sum(axis=0), 1.0)
    ends = (ended + 5.0 * pooled) / (at_risk + 5.0)
    return single, np.where(at_risk.sum(axis=0) > 0, ends, 1.0)


def draw_visits(baskets: Baskets, n: Ints, different: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """For shoppers with n events of `different` products: how many visits each has, and every visit's size, shopper by shopper."""
    visits = np.clip(baskets.visits.draw(even_chances(n, rng), n, n / np.maximum(different, 1)).astype(np.int64), 1, n)
    sizes, first = np.ones(int(visits.sum()), dtype=np.int64), np.cumsum(visits) - visits
    left, remaining = visits.copy(), n.copy()
    who = np.arange(len(n))
    for ordinal in range(int(visits.max(initial=0))):
        who = who[visits[who] > ordinal]
        k, events = left[who], remaining[who]
        share = baskets.share.draw(rng.random(len(who)), k, events / k)
        size = np.where(k == 1, events, 1 + np.floor(share * (events - k) + rng.random(len(who))).astype(np.int64))
        size = np.minimum(size, events - k + 1)
        sizes[first[who] + ordinal] = size
        left[who] -= 1
        remaining[who] -= size
    return visits, sizes


def draw_moments(baskets: Baskets, sizes: Ints, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which events begin a moment, visit by visit: bool [sum of sizes]."""
    begins = np.zeros(int(sizes.sum()), dtype=np.bool_)
    first = np.cumsum(sizes) - sizes
    begins[first] = True
    cell = np.searchsorted(SIZE_EDGES, sizes, "right")
    lasts = 1.0 - np.cumprod(1.0 - baskets.ends, axis=1)
    who = np.flatnonzero((rng.random(len(sizes)) >= baskets.single[cell]) & (sizes > 1))
    done = np.zeros(len(sizes), dtype=np.int64)
    while len(who):
        u, length = rng.random(len(who)), np.empty(len(who), dtype=np.int64)
        for own in np.unique(cell[who]):
            here = np.flatnonzero(cell[who] == own)
            size = np.minimum(sizes[who[here]] - 2, RUNS - 1)
            most = np.where(done[who[here]] == 0, lasts[own][size], 1.0)  # the first of several ends before the visit does
            length[here] = 1 + np.searchsorted(lasts[own], u[here] * most, "right")
        done[who] += length
        who = who[done[who] < sizes[who]]
        begins[first[who] + done[who]] = True
    return begins
