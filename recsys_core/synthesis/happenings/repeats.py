"""Products that a shopper takes again, as often and in such visits as in the real log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.synthesis.happenings.quantile_law import QuantileLaw, even_chances, learn_law
from recsys_core.synthesis.happenings.rows import Ints, LogRows, runs, within

DIFFERENT_EDGES = (3, 5, 8, 12, 17, 24, 34, 48, 68, 96, 136, 192, 272, 384, 544, 1088)
ORDINALS = (1, 2, 3, 4, 6, 9, 14, 22, 35)  # the visits of a shopper, from 0, in groups
PRIOR = 10.0  # shoppers of a usual product in each product's repeats
TRIES = 8  # products that may be taken again, of which one is, by how often each is taken again at all
MOST_SCALED = 2.0  # times that drawn repeats are scaled up or down
REDRAWS = 4  # of products that would be in one visit twice


@dataclass(frozen=True)
class Repeats:
    """more: repeats a different product, over exp(trend[0] log different + trend[1]), given how many different a shopper has.

    by_visit: float64 [groups of visits], share of repeats in a visit. by_item: float32 [I], repeats of a product by a shopper who has it,
    over the log's, shrunk. same_visit: the share of repeats whose product was taken earlier in the same visit.
    """

    more: QuantileLaw
    trend: NDArray[np.float64]
    by_visit: NDArray[np.float64]
    by_item: NDArray[np.float32]
    same_visit: float


def learn_repeats(rows: LogRows) -> Repeats:
    """From a log; without times every shopper has one visit."""
    again = repeated(rows.user, rows.item, rows.n_items)
    n, different = np.bincount(rows.user), np.bincount(rows.user[~again])
    group = _group(rows.user, rows.visit)
    by_visit = (np.bincount(group, again, minlength=len(ORDINALS) + 1) + 0.1) / (np.bincount(group, minlength=len(ORDINALS) + 1) + 1.0)
    usual = max(float(again.sum()), 0.5) / float((~again).sum())
    often, pairs = np.bincount(rows.item, again, minlength=rows.n_items), np.bincount(rows.item[~again], minlength=rows.n_items)
    by_item = (often + PRIOR * usual) / (pairs + PRIOR) / usual
    same = repeated(rows.visit, rows.item, rows.n_items).sum() / max(again.sum(), 1)
    trend = _trend(n - different, different)
    law = learn_law((n / different - 1) / _expected(trend, different), different, edges=(DIFFERENT_EDGES,), means=True)
    told = float((law.mean(different) * _expected(trend, different) * different).sum())
    law = QuantileLaw(law.edges, law.levels * (again.sum() / max(told, 1e-9)))  # widened cells are not exactly the log's
    return Repeats(law, trend, by_visit, by_item.astype(np.float32), float(same))


def repeated(group: Ints, item: Ints, n_items: int) -> NDArray[np.bool_]:
    """Which rows have a product that their group (a shopper, a visit) has had in an earlier row."""
    found = np.ones(len(item), dtype=np.bool_)
    found[np.unique(group.astype(np.int64) * n_items + item, return_index=True)[1]] = False
    return found


def _trend(more: Ints, different: Ints) -> NDArray[np.float64]:
    """The power law of repeats a different product: large shoppers are too few for a law of their own."""
    cell = np.searchsorted(DIFFERENT_EDGES, different, "right")
    users, events = np.bincount(cell), np.bincount(cell, different)
    excess = np.bincount(cell, more)
    told = np.flatnonzero(excess > 0)
    if len(told) < 3:
        return np.zeros(2)
    at, share = np.log(events[told] / users[told]), np.log(excess[told] / events[told])
    return np.asarray(np.polyfit(at, share, 1, w=np.sqrt(events[told])))


def _expected(trend: NDArray[np.float64], different: Ints) -> NDArray[np.float64]:
    return np.asarray(np.exp(trend[0] * np.log(different) + trend[1]))


def draw_counts(repeats: Repeats, different: Ints, rng: np.random.Generator) -> Ints:
    """How many events shoppers with so many different products have.

    A handful of large shoppers has many of a log's repeats: all counts are scaled so that their sum is the expected one.
    """
    usual = different * _expected(repeats.trend, different)
    more = np.maximum(repeats.more.draw(even_chances(different, rng), different), 0.0) * usual
    wanted = float((np.maximum(repeats.more.mean(different), 0.0) * usual).sum())
    more *= np.clip(wanted / max(float(more.sum()), 1e-9), 1 / MOST_SCALED, MOST_SCALED)
    return np.asarray(different + np.floor(more + rng.random(len(different))).astype(np.int64))


def fill(repeats: Repeats, items: Ints, n: Ints, different: Ints, visit: Ints, rng: np.random.Generator) -> Ints:
    """The product of every event. items: the different ones, shopper after shopper, in their order; visit: int64 [events], each event's."""
    user = np.repeat(np.arange(len(n)), n)
    again = _which(repeats, user, n, different, visit, rng)
    found = np.full(len(user), -1, dtype=np.int64)
    found[~again] = items
    rows = np.flatnonzero(again)
    if not len(rows):
        return found
    first = (np.cumsum(n) - n)[user]
    visit_first = np.flatnonzero(np.diff(visit, prepend=-1))[visit]
    ordinal = visit - visit[first]
    inside = (rng.random(len(user)) < repeats.same_visit) | (visit_first == first)
    low, high = np.where(inside, visit_first, first), np.where(inside, np.arange(len(user)), visit_first)
    by = np.argsort(ordinal[rows], kind="stable")
    for wave in np.split(rows[by], np.flatnonzero(np.diff(ordinal[rows[by]])) + 1):
        for part in (wave[~inside[wave]], wave[inside[wave]]):  # those of this visit come after it has the others
            found[part] = _taken_again(repeats, found, low[part], high[part], found[first[part]], rng)
    for _ in range(REDRAWS):
        twice = np.flatnonzero(again & ~inside & repeated(visit, found, len(repeats.by_item)))
        found[twice] = _taken_again(repeats, found, low[twice], high[twice], found[first[twice]], rng)
    return found


def _which(repeats: Repeats, user: Ints, n: Ints, different: Ints, visit: Ints, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Exactly n - different events of each shopper are repeats: drawn without replacement by Gumbel's maximum, never the first."""
    weight = np.log(repeats.by_visit[_group(user, visit)])
    key = weight + rng.gumbel(size=len(user))
    key[np.cumsum(n) - n] = -np.inf
    order = np.lexsort([-key, user])
    found = np.zeros(len(user), dtype=np.bool_)
    found[order] = within(n) < np.repeat(n - different, n)
    return found


def _taken_again(repeats: Repeats, found: Ints, low: Ints, high: Ints, first: Ints, rng: np.random.Generator) -> Ints:
    """Of a few earlier events between low and high the product of one, by how often it is taken again; `first` where none is known."""
    item = found[low[:, None] + (rng.random((len(low), TRIES)) * (high - low)[:, None]).astype(np.int64)]
    weight = np.where(item < 0, 1e-4, repeats.by_item[item])
    item = np.where(item < 0, first[:, None], item)
    total = np.cumsum(weight, axis=1)
    pick = (rng.random(len(low))[:, None] * total[:, -1:] >= total).sum(axis=1)
    return np.asarray(item[np.arange(len(low)), np.minimum(pick, TRIES - 1)])


def _group(user: Ints, visit: Ints) -> Ints:
    start, n = runs(user)
    return np.searchsorted(ORDINALS, visit - np.repeat(visit[start], n), "right")
