"""How many kinds there are in a model's vectors, and which vector is of which: spherical k-means, judged by clarity and repeatability.

A model's vectors hold its kinds in a few leading directions and much chance in the others. So kinds are looked for in all directions and,
where the variance falls at a step, in those above it; the finest number counts that is found again in both halves of the points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_samples
from threadpoolctl import threadpool_limits

from recsys_core.profiles.number_sklearn import by_size, sample

Points = NDArray[np.float64]
FEWEST, MOST = 8, 40  # suggested where no number is plain: fewer say too little, more cannot be kept in mind
_TRIED = (*range(2, 25), 28, 32, 36, 40)
_LOOKED, _FITTED, _JUDGED = 2_500, 20_000, 1_500  # points on which numbers are tried, centres are found, and silhouettes are taken
_MEMBERS = 8  # points that a group must have on average
_REPEATED = 0.85  # adjusted Rand index between halves from which on groups are plain; real logs have .2-.8, planted groups .9-1
_CLEAR, _ROUND = 0.4, 0.7  # silhouette above a step from which on; in two directions a circle cut in pieces has .6 already
_TWO = 0.82  # of the variance along the line between two groups, that they must explain: a bell curve has .64, an even spread .75
_STEP = 0.12  # of the logarithm of the deviation: the demo has .08 and less, planted groups .2-1.5
_STEPS, _WIDEST = 3, 40  # steps that are looked at, and the most directions above one
_SHORTLIST = 4  # numbers of which the repeatability is measured: the clearest
_HALVINGS = 3
_GOOD_ENOUGH, _LARGEST = 0.7, 0.15  # where no number is plain: share of the best silhouette, and of the points in the largest group
_AT_A_TIME = 20_000


@dataclass(frozen=True)
class Groups:
    """codes: int32 [n], by size, -1 for a vector of zeros. n_groups: how many. suggested: what the data says. plain: whether anybody would
    find the same. scores: silhouette by number, in the directions that were chosen."""

    codes: NDArray[np.int32]
    n_groups: int
    suggested: int
    plain: bool
    scores: dict[int, float]


@dataclass(frozen=True)
class _Trial:
    groups: int
    silhouette: float
    agreement: float


@dataclass(frozen=True)
class _Space:
    """Directions in which groups are looked for: points become rows of length 1.

    scores: silhouette by number. largest: share of the points in the largest group. best: the number that is plain, None for none.
    """

    middle: NDArray[np.float64]
    axes: NDArray[np.float64]  # [d, directions]
    scores: dict[int, float]
    largest: dict[int, float]
    best: _Trial | None

    def points(self, vectors: NDArray[np.floating]) -> Points:
        """Rows of length 1, [n, directions]."""
        return _unit((_unit(vectors) - self.middle) @ self.axes)


def find_groups(
    vectors: NDArray[np.floating], *, seed: int = 0, n_groups: int | None = None, check: Callable[[], None] = lambda: None
) -> Groups:
    """The groups of vectors [n, d] by direction. n_groups: as many, whatever the data says; None: as many as it says.

    With fewer than 16 vectors there are none. The same seed gives the same codes: on one thread sums have one order, and small matrices
    gain nothing from more.
    """
    with threadpool_limits(1):
        return _found(vectors, seed, n_groups, check)


def _found(vectors: NDArray[np.floating], seed: int, n_groups: int | None, check: Callable[[], None]) -> Groups:
    rng = np.random.Generator(np.random.PCG64(seed))
    known = np.flatnonzero(np.linalg.norm(vectors, axis=1) > 1e-12)
    codes = np.full(len(vectors), -1, dtype=np.int32)
    if len(known) < 2 * _MEMBERS:
        return Groups(codes, 0, 0, False, {})
    looked = np.asarray(vectors[sample(known, _LOOKED, rng)], dtype=np.float64)
    spaces = []
    for middle, axes in _directions(looked):
        check()
        spaces.append(_tried(looked, middle, axes, seed))
    plain = [space for space in spaces if space.best is not None]
    chosen = max(plain, key=lambda space: (space.best.groups, space.best.agreement)) if plain else spaces[0]  # type: ignore[union-attr]
    suggested = chosen.best.groups if chosen.best is not None else _suggest(chosen)
    k = max(2, min(n_groups or suggested, len(known) // 2))
    check()
    centres = _centres(chosen.points(vectors[sample(known, _FITTED, rng)]), k, seed, rng)
    for start in range(0, len(known), _AT_A_TIME):
        rows = known[start : start + _AT_A_TIME]
        codes[rows] = (chosen.points(vectors[rows]) @ centres.T - np.square(centres).sum(axis=1) / 2).argmax(axis=1)
    k = int(codes.max()) + 1
    return Groups(by_size(codes, k), k, suggested, chosen.best is not None and k == suggested, chosen.scores)


def _unit(table: NDArray[np.floating]) -> Points:
    table = np.asarray(table, dtype=np.float64)
    return np.asarray(table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12))


def _directions(vectors: Points) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """(middle, axes) of every direction, then of those above the largest steps of the spectrum: what is below is chance."""
    unit = _unit(vectors)
    middle = unit.mean(axis=0)
    _, values, turned = np.linalg.svd(unit - middle, full_matrices=False)
    values, axes = values[values > 1e-3 * values[0]], turned.T
    falls = -np.diff(np.log(values))[:_WIDEST]
    steps = [int(at) + 1 for at in np.argsort(-falls, kind="stable")[:_STEPS] if falls[at] >= _STEP and at >= 1]
    return [(middle, axes[:, :d]) for d in dict.fromkeys([len(values), *steps])]


def _tried(vectors: Points, middle: NDArray[np.float64], axes: NDArray[np.float64], seed: int) -> _Space:
    """Every number of groups in some directions; of the clearest few, whether both halves of the points show the same groups."""
    rng = np.random.Generator(np.random.PCG64(seed))
    points = _Space(middle, axes, {}, {}, None).points(vectors)
    judged = sample(np.arange(len(points)), _JUDGED, rng)
    apart = 2 - 2 * points[judged] @ points[judged].T
    apart = np.sqrt(np.maximum(apart - np.diag(np.diag(apart)), 0))
    tree = linkage(points, "ward")
    scores: dict[int, float] = {}
    largest: dict[int, float] = {}
    for k in _TRIED:
        if k * _MEMBERS > len(points):
            break
        codes = _k_means(points, _cut(points, tree, k)).labels_
        several = len(np.unique(codes[judged])) > 1
        scores[k] = float(silhouette_samples(apart, codes[judged], metric="precomputed").mean()) if several else 0.0
        largest[k] = float(np.bincount(codes).max() / len(codes))
    clearest = sorted(scores, key=lambda k: (-scores[k], k))[:_SHORTLIST]
    repeated = _agreements(points, clearest, rng)
    trials = [_Trial(k, scores[k], repeated[k]) for k in clearest]
    best = max(trials, key=lambda trial: (round(trial.silhouette * trial.agreement, 6), -trial.groups))
    width = axes.shape[1]
    clear = 0.0 if width == vectors.shape[1] else _CLEAR if width > 2 else _ROUND  # among all directions chance hides most of it
    told = best.agreement >= _REPEATED and best.silhouette >= clear and best.groups <= 2 * width + 3
    stands = told and (best.groups > 2 or _two_heaps((_unit(vectors) - middle) @ axes, _k_means(points, _cut(points, tree, 2)).labels_))
    return _Space(middle, axes, scores, largest, best if stands else None)


def _agreements(points: Points, numbers: Sequence[int], rng: np.random.Generator) -> dict[int, float]:
    """Adjusted Rand index between the groups found in two halves of the points, each applied to all (prediction strength, Tibshirani &
    Walther 2005), the mean of three halvings."""
    found: dict[int, list[float]] = {k: [] for k in numbers}
    for _ in range(_HALVINGS):
        order = rng.permutation(len(points))
        halves = [points[half] for half in (order[: len(order) // 2], order[len(order) // 2 :])]
        trees = [linkage(half, "ward") for half in halves]
        for k in numbers:
            one, other = (_k_means(half, _cut(half, tree, k)).predict(points) for half, tree in zip(halves, trees, strict=True))
            found[k].append(float(adjusted_rand_score(one, other)))
    return {k: float(np.mean(values)) for k, values in found.items()}


def _cut(points: Points, tree: NDArray[np.float64], k: int) -> Points:
    """Centres of the k branches of a Ward tree: a start for k-means that does not hang on luck."""
    codes = fcluster(tree, k, "maxclust") - 1
    return np.vstack([points[codes == group].mean(axis=0) for group in range(int(codes.max()) + 1)])


def _k_means(points: Points, start: Points) -> KMeans:
    return KMeans(n_clusters=len(start), init=start, n_init=1, max_iter=100).fit(points)


def _centres(points: Points, k: int, seed: int, rng: np.random.Generator) -> Points:
    """Centres of k groups: of Ward's start and three random ones that with the least spread."""
    some = sample(points, _LOOKED, rng)
    fits = [_k_means(points, _cut(some, linkage(some, "ward"), k)), KMeans(k, n_init=3, max_iter=100, random_state=seed).fit(points)]
    centres: Points = min(fits, key=lambda fit: float(fit.inertia_)).cluster_centers_
    return centres


def _two_heaps(points: Points, codes: NDArray[np.int32]) -> bool:
    """Whether two groups are two heaps, not the halves of one. points: at their own lengths, for rows of length 1 make a gap themselves."""
    along = points @ (points[codes == 1].mean(axis=0) - points[codes == 0].mean(axis=0))
    within = sum(float(np.square(along[codes == side] - along[codes == side].mean()).sum()) for side in (0, 1))
    return 1 - within / max(float(np.square(along - along.mean()).sum()), 1e-12) >= _TWO


def _suggest(space: _Space) -> int:
    """The fewest groups, of 8 to 40, nearly as clear as the clearest, without a heap of leftovers."""
    numbers = [k for k in space.scores if k >= FEWEST] or list(space.scores) or [2]
    best = max(space.scores.get(k, 0.0) for k in numbers)
    fine = [k for k in numbers if space.scores.get(k, 0.0) >= _GOOD_ENOUGH * best] or numbers
    return next((k for k in fine if space.largest.get(k, 0.0) <= _LARGEST), fine[-1])
