"""Segments of shoppers: kinds that are plain to see in what they buy and how, else k-means on their standardised profiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.profiles.clusters_sklearn import Clusters, Views
from recsys_core.profiles.number_sklearn import Trial, by_size, clearest, k_means, nearest, sample, try_numbers
from recsys_core.profiles.plain_groups_sklearn import MOST_GROUPS, PlainGroups, plain_groups
from recsys_core.profiles.settling import one_hot, settle
from recsys_core.profiles.shoppers import BEHAVIOURS, ShopperProfile
from recsys_core.profiles.splitting_sklearn import split_kinds

_SIZES = range(4, 11)  # suggested for a shop without plain kinds of shopper: what a merchandiser can treat differently
_NEAR = 0.9  # of the best agreement: the most segments that come out nearly as repeatably
_FEWEST = 30
_FITTED = 20_000  # shoppers on which the segments are found; the others go to the nearest
_FAR = 2.5  # standard deviations beyond which a shopper counts as no more extreme
_TASTE = 1.5  # weight of what is bought against how it is bought: a merchandiser acts on the first
_HABITS = ("orders", "products")  # levels of these make kinds of shopper; of dates they are one-timers, of amounts single dear products
_SURE = 5  # products of a shopper from which on they help to find kinds
_SEEMS = 0.25
TOO_FEW = "Too little is known of the shoppers to tell segments apart: at least 30 of them with a few products each are needed."
# Share of the variance that the best 2, 3 or 4 groups of one column explain, from which on it falls apart into them: a bell curve has
# .64, .81 and .88 of its own, an even spread .75, .89 and .94; and the share of two neighbouring groups that may lie midway between them.
_APART = {2: 0.82, 3: 0.93, 4: 0.965}
_MIDWAY = 0.03
_FACTOR = 0.5  # logarithm of how many times as much the next level is, at least: 1.65


@dataclass(frozen=True)
class FoundSegments:
    """codes: int32, the segment of each shopper by size, -1 for none. The rest as in `Clusters`."""

    codes: NDArray[np.int32]
    n_segments: int
    trials: list[Trial]
    suggested: int
    plain: bool
    reason: str = ""


def find_segments(
    views: Views,
    clusters: Clusters,
    positives: csr_matrix,
    profile: ShopperProfile,
    seed: int,
    n_segments: int | None = None,
    check: Callable[[], None] = lambda: None,
) -> FoundSegments:
    """The segments of all shoppers. clusters: of the items. n_segments: as many, whatever the data says; None: as many as it says."""
    active = np.diff(positives.indptr) > 0
    if active.sum() < _FEWEST:
        return FoundSegments(np.full(len(active), -1, dtype=np.int32), 0, [], 0, False, TOO_FEW)
    check()
    plain = _plain(views, clusters.codes, clusters.n_groups, clusters.plain, positives, profile, seed)
    if plain is not None and n_segments in (None, plain.n_segments):
        return plain
    check()
    points = profile_points(profile)
    if not points.shape[1]:  # nothing is known of them but who they are
        return FoundSegments(np.full(len(active), -1, dtype=np.int32), 0, [], 0, False, TOO_FEW)
    rng = np.random.Generator(np.random.PCG64(seed))
    rows = np.flatnonzero(active)
    fitted = sample(rows, _FITTED, rng)
    trials = plain.trials if plain is not None else try_numbers(points[fitted], _SIZES, seed)
    suggested = plain.n_segments if plain is not None else _suggest(trials)
    k = max(2, min(n_segments or suggested, len(rows) // 4))
    inner = k_means(points[fitted], k, seed)
    centres = np.vstack([points[fitted][inner == segment].mean(axis=0) for segment in range(k)])
    codes = np.full(len(active), -1, dtype=np.int32)
    codes[rows] = nearest(points[rows], centres)
    return FoundSegments(by_size(codes, k), k, trials, suggested, False)


def profile_points(profile: ShopperProfile) -> NDArray[np.float32]:
    """Standardised profiles: behaviours on a log scale, clipped; the mix of groups as roots (Hellinger), of 1.5 times their weight."""
    behaviours = standardised(profile)
    _, mix = profile.starting("group: ")
    taste = np.sqrt(mix)
    taste -= taste.mean(axis=0)
    spread = float(np.sqrt((taste**2).sum(axis=1).mean()))
    blocks = [behaviours / np.sqrt(max(behaviours.shape[1], 1))]
    if spread > 1e-9:
        blocks.append(taste * np.float32(np.sqrt(_TASTE) / spread))
    return np.hstack(blocks, dtype=np.float32, casting="same_kind")


def standardised(profile: ShopperProfile, names: Iterable[str] = tuple(BEHAVIOURS)) -> NDArray[np.float64]:
    """Behaviours of mean 0 and standard deviation 1, those over orders of magnitude as logarithms; what is not known counts as the mean."""
    columns = []
    for name in names:
        if name not in profile.names:
            continue
        values = profile.column(name).astype(np.float64)
        values = np.log1p(np.maximum(values, 0)) if BEHAVIOURS[name].spreads else values
        known = np.isfinite(values)
        spread = values[known].std()
        scaled = (values - values[known].mean()) / spread if spread > 1e-9 else values * 0
        columns.append(np.clip(np.where(known, scaled, 0.0), -_FAR, _FAR))
    return np.column_stack(columns) if columns else np.zeros((len(profile.values), 0))


def _plain(
    views: Views,
    groups: NDArray[np.int32],
    n_groups: int,
    plain_items: bool,
    positives: csr_matrix,
    profile: ShopperProfile,
    seed: int,
) -> FoundSegments | None:
    """Kinds of shopper by what they buy, each of them split by how they buy where that falls apart, too."""
    found = plain_groups(views.purchases, np.diff(views.bought.indptr), seed)
    if plain_items:
        mix, known, bought = _mix(views, groups, n_groups)
        found = _clearer(found, _by_group(mix, known, n_groups, seed))
        found = None if found is None else _finer(found, mix, known, bought, seed)
    tastes = None if found is None else _everybody(found, views, groups, n_groups, positives)
    habits = _telling(profile, seed)
    if found is None or tastes is None:
        return _by_habit(habits, positives, seed) if habits.shape[1] else None
    codes, k = tastes, found.n_groups
    if habits.shape[1]:
        codes, k = _split(codes, k, habits, seed)
    return FoundSegments(by_size(codes, k), k, found.trials, k, True)


def _mix(views: Views, groups: NDArray[np.int32], n_groups: int) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """The mix of groups that each shopper buys, as roots; of whom it tells enough to look for kinds in it; of how many products it is."""
    counts = np.asarray((views.bought @ one_hot(groups, n_groups)).todense())
    bought = counts.sum(axis=1)
    usual = (counts.sum(axis=0) + 1) / (counts.sum() + n_groups)
    mix = np.sqrt((counts + 2 * usual) / (bought + 2)[:, None])  # two purchases of a usual shopper are added, so that one does not say all
    return mix, (bought > 0) & (bought >= min(_SURE, float(np.median(bought)))), bought


def _by_group(mix: NDArray[np.float64], known: NDArray[np.bool_], n_groups: int, seed: int) -> PlainGroups | None:
    """Kinds of shopper in the mix of plain groups of products that they buy: titles tell of products that few have bought."""
    trials = try_numbers(mix[known], range(2, min(MOST_GROUPS, 2 * n_groups + 2) + 1), seed)
    best = clearest(trials)
    if best is None:
        return None
    return PlainGroups(_spread(k_means(mix[known], best.groups, seed), best.groups, mix, known), best.groups, trials)


def _finer(found: PlainGroups, mix: NDArray[np.float64], known: NDArray[np.bool_], bought: NDArray[np.float64], seed: int) -> PlainGroups:
    """The same kinds, those in two that fall apart in two: who likes one group of products, and who likes that and another."""
    codes, k = split_kinds(mix[known] ** 2, found.codes[known], found.n_groups, seed, bought[known])
    return found if k == found.n_groups else PlainGroups(_spread(codes, k, mix, known), k, found.trials)


def _spread(inner: NDArray[np.int32], k: int, mix: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The nearest kind of everybody, from the kinds of those who are known well."""
    centres = np.vstack([mix[known][inner == kind].mean(axis=0) for kind in range(k)])
    return nearest(mix, centres)


def _clearer(one: PlainGroups | None, other: PlainGroups | None) -> PlainGroups | None:
    """The mix of groups, unless what single products tell is clearer by more than its many dimensions make it seem."""
    if one is None or other is None:
        return one or other
    return one if one.clarity > other.clarity + _SEEMS else other


def _everybody(found: PlainGroups, views: Views, groups: NDArray[np.int32], n_groups: int, positives: csr_matrix) -> NDArray[np.int32]:
    """The kind of every shopper, of those that were not read for the search too: settled by the groups of products they buy."""
    codes = np.full(positives.shape[0], -1, dtype=np.int32)
    codes[views.shoppers] = found.codes
    tables = [csr_matrix(positives @ one_hot(groups, n_groups), dtype=np.float64)] if n_groups > 1 else []
    settled = settle(codes, found.n_groups, tables) if tables else codes
    both = (codes >= 0) & (settled >= 0)
    stands = (codes[both] == settled[both]).mean() >= 0.7  # else the groups of products cut across the kinds of shopper
    return settled if stands else settle(codes, found.n_groups, [csr_matrix(positives, dtype=np.float64)])


def _telling(profile: ShopperProfile, seed: int) -> NDArray[np.float64]:
    """Logarithms of the habits that fall apart into a few levels: (n_users, habits)."""
    columns = []
    for name in _HABITS:
        values = np.log1p(profile.column(name).astype(np.float64)) if name in profile.names else np.zeros(0)
        known = np.isfinite(values)
        if known.any():
            values = np.where(known, values, values[known].mean())
            columns += [values] if levels(values, seed) is not None else []
    return np.column_stack(columns) if columns else np.zeros((len(profile.values), 0))


def levels(values: NDArray[np.float64], seed: int) -> NDArray[np.int32] | None:
    """The level of each logarithm, where they fall apart into 2 to 4 levels, far apart, of 8 % or more, with little between; else None."""
    total = float(((values - values.mean()) ** 2).sum())
    if total < 1e-9:
        return None
    for k, enough in _APART.items():
        if len(np.unique(values)) <= k:
            return None  # as many levels as numbers
        codes = k_means(values[:, None], k, seed, restarts=2)
        within = sum(float(((values[codes == level] - values[codes == level].mean()) ** 2).sum()) for level in range(k))
        share = np.bincount(codes, minlength=k) / len(codes)
        if 1 - within / total >= enough and share.min() >= 0.08 and _valleys(values, codes, k):
            return codes
    return None


def _valleys(values: NDArray[np.float64], codes: NDArray[np.int32], k: int) -> bool:
    """Whether neighbouring levels are far apart and hardly any value lies midway between their centres."""
    order = sorted(range(k), key=lambda level: float(values[codes == level].mean()))
    for low, high in pairwise(order):
        both = values[(codes == low) | (codes == high)]
        start, end = float(values[codes == low].mean()), float(values[codes == high].mean())
        if end - start < _FACTOR:
            return False
        place = (both - start) / (end - start)
        if float(((place > 0.35) & (place < 0.65)).mean()) > _MIDWAY:
            return False
    return True


def _split(codes: NDArray[np.int32], k: int, habits: NDArray[np.float64], seed: int) -> tuple[NDArray[np.int32], int]:
    """Each kind of shopper by itself: one in which a habit still falls apart into levels becomes as many."""
    finer, count = np.full_like(codes, -1), 0
    for kind in range(k):
        rows = np.flatnonzero(codes == kind)
        apart = [level for column in habits.T if len(rows) >= _FEWEST and (level := levels(column[rows], seed)) is not None]
        inner = apart[0] if apart else np.zeros(len(rows), dtype=np.int32)
        finer[rows] = inner + count
        count += int(inner.max()) + 1 if len(rows) else 0
    return finer, count


def _by_habit(habits: NDArray[np.float64], positives: csr_matrix, seed: int) -> FoundSegments | None:
    rng = np.random.Generator(np.random.PCG64(seed))
    rows = np.flatnonzero(np.diff(positives.indptr) > 0)
    fitted = sample(rows, _FITTED, rng)
    trials = try_numbers(habits[fitted], range(2, 13), seed)
    best = clearest(trials)
    if best is None:
        return None
    inner = k_means(habits[fitted], best.groups, seed)
    centres = np.vstack([habits[fitted][inner == segment].mean(axis=0) for segment in range(best.groups)])
    codes = np.full(positives.shape[0], -1, dtype=np.int32)
    codes[rows] = nearest(habits[rows], centres)
    return FoundSegments(by_size(codes, best.groups), best.groups, trials, best.groups, True)


def _suggest(trials: list[Trial]) -> int:
    """The most segments that come out nearly as repeatably as the most repeatable number does."""
    if not trials:
        return 2
    best = max(trial.agreement for trial in trials)
    return max(trial.groups for trial in trials if trial.agreement >= _NEAR * best)
