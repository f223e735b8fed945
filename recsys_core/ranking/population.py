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

from recsys_core.evaluation.against_past import breadth, echo
from recsys_core.evaluation.between_lists import churn, personalisation, rank_biased_overlap
from recsys_core.evaluation.beyond_accuracy import coverage_of, exposure_counts, gini_of, intra_list_distance
from recsys_core.evaluation.intervals import bootstrap_intervals, mean_of
from recsys_core.evaluation.protocol import list_hits
from recsys_core.evaluation.ranking_metrics import ndcg_at_k
from recsys_core.ranking.ground import Floats, Ground
from recsys_core.ranking.measures import relevance_kept
from recsys_core.ranking.pools import Pool, make_pool
from recsys_core.ranking.scales import divergence

TOP_SHARE = 0.01  # of the products: the most shown ones, whose share of all places is a guardrail
NEW_DAYS = 90.0  # a product is new for so long
Lists = NDArray[np.int32]
PerUser = NDArray[np.float64]


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


def reference_pool(ground: Ground, size: int, users: NDArray[np.integer] | None = None) -> Pool:
    """The candidates of these shoppers without any rule or filter: what relevance is told by, so that what a rule takes away counts."""
    rows = slice(None) if users is None else users
    return make_pool(ground.candidates[rows], ground.scores[rows], size)


def population(
    ground: Ground, before: Lists, after: Lists, *, pool: Pool, held: Held | None = None, users: NDArray[np.integer] | None = None
) -> Population:
    """Compare two sets of lists of the same shoppers. pool: their `reference_pool`. users: int [U], which rows of the ground (None: all).

    Figures by shopper: relevance_kept, ild, groups, tail, price, margin, fresh, novelty, calibration, breadth, echo, churn, overlap, and
    with `held` ndcg and revenue; of all lists: coverage, never_shown, gini, personalisation, top_share. What the data cannot tell is
    left out.
    """
    rows = np.arange(ground.n_users) if users is None else np.asarray(users)
    sides = [_by_user(ground, lists, rows, held) for lists in (before, after)]
    plain = np.full_like(after, -1)
    plain[:, : min(after.shape[1], pool.items.shape[1])] = pool.items[:, : after.shape[1]]
    kept = [relevance_kept(pool, lists, plain) for lists in (before, after)]
    by_user: dict[str, tuple[PerUser, PerUser]] = {"relevance_kept": (kept[0], kept[1])}
    by_user |= {name: (sides[0][name], sides[1][name]) for name in sides[0]}
    by_user["churn"] = (np.zeros(len(rows)), churn(after, before))
    by_user["overlap"] = (np.ones(len(rows)), rank_biased_overlap(after, before))
    whole = [_whole(lists, ground.n_items) for lists in (before, after)]
    return Population(before, after, by_user, {name: (whole[0][name], whole[1][name]) for name in whole[0]})


def _by_user(ground: Ground, lists: Lists, rows: NDArray[np.integer], held: Held | None) -> dict[str, PerUser]:
    shown, place = lists >= 0, np.maximum(lists, 0)
    found: dict[str, PerUser] = {}
    past = ground.had[rows]
    vectors = ground.model_vectors if ground.model_vectors is not None else ground.attribute_vectors
    if vectors is not None:
        found["ild"] = intra_list_distance(lists, vectors)
        found["breadth"] = breadth(lists, past, vectors)
        found["echo"] = echo(lists, past, vectors)
    found["novelty"] = _mean(ground.surprise, place, shown)
    found["tail"] = _mean(ground.tail.astype(np.float64), place, shown)
    if ground.has("freshness"):
        found["fresh"] = _mean(np.where(np.isfinite(ground.age), ground.age <= NEW_DAYS, np.nan), place, shown)
    for name in ("price", "margin"):
        if ground.has(name):
            found[name] = _mean(getattr(ground, name), place, shown)
    if ground.has("balance"):
        tastes = ground.mix[rows].toarray().astype(np.float64)
        gap = divergence(tastes, lists, ground.group)
        found["calibration"] = np.where(tastes.sum(axis=1) > 0, gap, np.nan)
        found["groups"] = _distinct(ground.group, place, shown)
    if held is not None:
        found |= _held_out(ground, lists, held.targets[rows])
    return found


def _held_out(ground: Ground, lists: Lists, targets: sparse.csr_matrix) -> dict[str, PerUser]:
    """ndcg: of the held-out purchases; revenue: of those found, what they cost together. NaN for shoppers with nothing held out."""
    wanted = np.diff(targets.indptr).astype(np.int64)
    hits = list_hits(lists, targets)
    found = {"ndcg": np.where(wanted > 0, ndcg_at_k(hits, np.maximum(wanted, 1)), np.nan)}
    if ground.has("price"):
        worth = np.where(hits, np.nan_to_num(ground.price)[np.maximum(lists, 0)], 0.0).sum(axis=1)
        found["revenue"] = np.where(wanted > 0, worth, np.nan)
    return found


def _whole(lists: Lists, n_items: int) -> dict[str, float]:
    counts = exposure_counts(lists, n_items)
    most = max(1, round(TOP_SHARE * n_items))
    top = np.partition(counts, n_items - most)[n_items - most :].sum() / max(counts.sum(), 1)
    return {
        "coverage": coverage_of(counts),
        "never_shown": float((counts == 0).sum()),
        "gini": gini_of(counts),
        "personalisation": personalisation(lists, n_items),
        "top_share": float(top),
    }


def _mean(values: NDArray[np.floating], place: NDArray[np.integer], shown: NDArray[np.bool_]) -> PerUser:
    """The mean of what is known of a list's items, NaN where nothing is."""
    of_list = np.asarray(values, dtype=np.float64)[place]
    known = shown & np.isfinite(of_list)
    count = known.sum(axis=1)
    total = np.where(known, of_list, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _distinct(group: NDArray[np.int32], place: NDArray[np.integer], shown: NDArray[np.bool_]) -> PerUser:
    """How many groups a list shows."""
    codes = np.sort(np.where(shown, group[place], -1), axis=1)
    new = np.ones(codes.shape, dtype=np.bool_)
    new[:, 1:] = codes[:, 1:] != codes[:, :-1]
    return np.asarray((new & (codes >= 0)).sum(axis=1), dtype=np.float64)


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
