"""What a scenario does to everybody: figures of all lists before and after, one value a shopper where there is one, with paired intervals.

"Before" is what is published, or the plain top k. Nothing here is a forecast: held-out figures say how many of the purchases that people
made by themselves are in the lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.evaluation.between_lists import churn, rank_biased_overlap
from recsys_core.evaluation.intervals import bootstrap_intervals, mean_of
from recsys_core.ranking.ground import Floats, Ground
from recsys_core.ranking.measures import PerUser
from recsys_core.ranking.pools import Pool
from recsys_core.ranking.shoppers import NEW_DAYS, TOP_SHARE, WHOLE, Lists, Shoppers, reference_pool, shoppers_of

__all__ = ["NEW_DAYS", "TOP_SHARE", "Lists", "PerUser", "reference_pool"]


class Change(NamedTuple):
    """A figure before and after, and the difference with a paired 95 % bootstrap interval over shoppers (NaN where it is of all lists)."""

    before: float
    after: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """After less before."""
        return self.after - self.before

    @property
    def is_clear(self) -> bool:
        """Whether the interval excludes no change."""
        return bool(self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Population:
    """before, after: the lists int32 [U, k]. by_user: name -> (before, after), float64 [U], NaN where a shopper has no value.

    whole: name -> (before, after), of all lists together.
    """

    before: Lists
    after: Lists
    by_user: Mapping[str, tuple[PerUser, PerUser]]
    whole: Mapping[str, tuple[float, float]]

    def change(self, name: str, users: NDArray[np.bool_] | None = None) -> Change:
        """One figure; users: bool [U], of these alone (figures of all lists have no parts). Raises KeyError for one that is not there."""
        return self.changes((name,), users)[name]

    def changes(self, names: Sequence[str], users: NDArray[np.bool_] | None = None) -> dict[str, Change]:
        """Several figures at once, by name: their intervals share one drawing of shoppers."""
        sides = {
            n: self.by_user[n] if users is None else (self.by_user[n][0][users], self.by_user[n][1][users])
            for n in names
            if n not in self.whole
        }
        told = [n for n, (before, after) in sides.items() if (np.isfinite(before) & np.isfinite(after)).any()]
        intervals = bootstrap_intervals(np.stack([sides[n][1] - sides[n][0] for n in told], axis=1)) if told else []
        found = {n: Change(*self.whole[n], np.nan, np.nan) if n in self.whole else Change(*[np.nan] * 4) for n in names}
        for n, interval in zip(told, intervals, strict=True):
            found[n] = Change(mean_of(sides[n][0]), mean_of(sides[n][1]), interval.low, interval.high)
        return found

    def mean_after(self, name: str) -> float:
        """One figure after, without its interval, which is most of the work. Raises KeyError for one that is not there."""
        if name in self.whole:
            return self.whole[name][1]
        return mean_of(self.by_user[name][1])

    @property
    def names(self) -> tuple[str, ...]:
        """All figures there are."""
        return (*self.by_user, *self.whole)


@dataclass(frozen=True)
class Held:
    """What was held out of a run: targets csr [U, I] of its test part; users without any have no held-out figures."""

    targets: sparse.csr_matrix


@dataclass(frozen=True)
class Measured:
    """Lists int32 [U, k] and their figures: of each shopper float64 [U], and of all together."""

    lists: Lists
    by_user: Mapping[str, PerUser]
    whole: Mapping[str, float]


def measured(shoppers: Shoppers, lists: Lists, names: Sequence[str] | None = None, *, threads: int = 1) -> Measured:
    """Measure one set of lists. names: the figures to measure; None: all that the data can tell."""
    whole = shoppers.of_all(lists) if names is None or any(name in WHOLE for name in names) else {}
    return Measured(lists, shoppers.by_user(lists, names, threads=threads), whole)


def compared(before: Measured, after: Measured) -> Population:
    """Two measured sets of lists of the same shoppers beside each other, with churn and overlap between them."""
    old, new = before.lists, after.lists
    by_user = {name: (before.by_user[name], values) for name, values in after.by_user.items()}
    by_user["churn"] = (np.zeros(len(new)), churn(new, old))
    by_user["overlap"] = (np.ones(len(new)), rank_biased_overlap(new, old))
    return Population(old, new, by_user, {name: (before.whole[name], value) for name, value in after.whole.items()})


def population(
    ground: Ground, before: Lists, after: Lists, *, pool: Pool, held: Held | None = None, users: NDArray[np.integer] | None = None
) -> Population:
    """Compare two sets of lists of the same shoppers. pool: their `reference_pool`. users: int [U], which rows of the ground (None: all).

    Figures by shopper: relevance_kept, ild, groups, tail, price, margin, fresh, novelty, calibration, breadth, echo, churn, overlap, and
    with `held` ndcg and revenue; of all lists: coverage, never_shown, gini, personalisation, top_share. What the data cannot tell is
    left out.
    """
    shoppers = shoppers_of(ground, pool, None if held is None else held.targets, users)
    return compared(measured(shoppers, before), measured(shoppers, after))


class Moved(NamedTuple):
    """What part of all exposure a group of products has, before and after; the interval is of the difference, over shoppers."""

    label: str
    items: int
    before: float
    after: float
    low: float
    high: float


def exposure(lists: Lists, n_items: int) -> Floats:
    """Share of each product in all places, weighted by 1/log2(place + 1): float64 [I], sums to 1 (0 where nothing is shown)."""
    weight = np.broadcast_to(1.0 / np.log2(np.arange(2, lists.shape[1] + 2)), lists.shape)
    shown = lists >= 0
    total = np.bincount(lists[shown], weights=weight[shown], minlength=n_items)
    return np.asarray(total / max(total.sum(), 1e-12))


def moved_groups(found: Population, codes: NDArray[np.integer], labels: tuple[str, ...]) -> list[Moved]:
    """Winners and losers among groups of products: codes int [I], -1 none; the largest gain first, the largest loss last."""
    shares = [_group_shares(lists, codes, len(labels)) for lists in (found.before, found.after)]
    intervals = bootstrap_intervals(shares[1] - shares[0]) if len(shares[0]) else []
    sizes = np.bincount(codes[codes >= 0], minlength=len(labels))
    rows = [
        Moved(label, int(sizes[g]), mean_of(shares[0][:, g]), mean_of(shares[1][:, g]), interval.low, interval.high)
        for g, (label, interval) in enumerate(zip(labels, intervals, strict=False))
    ]
    return sorted(rows, key=lambda row: row.before - row.after)


def _group_shares(lists: Lists, codes: NDArray[np.integer], groups: int) -> NDArray[np.float64]:
    """float64 [U, G]: the weighted share of each group in each list."""
    weight = np.broadcast_to(1.0 / np.log2(np.arange(2, lists.shape[1] + 2)), lists.shape)
    of_list = np.where(lists >= 0, np.asarray(codes)[np.maximum(lists, 0)], -1)
    inside = of_list >= 0
    row = np.broadcast_to(np.arange(len(lists))[:, None], lists.shape)
    flat = np.bincount((row * groups + of_list)[inside], weights=weight[inside], minlength=len(lists) * groups)
    total = np.where(lists >= 0, weight, 0.0).sum(axis=1, keepdims=True)
    return np.asarray(flat.reshape(len(lists), groups) / np.maximum(total, 1e-12))
