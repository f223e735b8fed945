"""Two ideas of what is alike: who is near whom in one space, and in another. Light: numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import TooSmallError
from recsys_core.evaluation.intervals import Interval, bootstrap_intervals
from recsys_core.latent.nearest import unit_rows

NEAREST = 10
SAMPLE = 1000
AT_A_TIME = 128
EXAMPLES = 8


@dataclass(frozen=True)
class Pair:
    """A point and another, by their places in what was compared. near: the other's place among the nearest in the one space (1 is the
    nearest). far: the share of all points that are nearer in the other space.
    """

    one: int
    other: int
    near: int
    far: float


@dataclass(frozen=True)
class Likeness:
    """How far two spaces agree on who is near whom.

    shared: share of the k nearest in the first that are among the k nearest in the second, over sampled points. chance: the same of points
    strewn at random, k / (n - 1). first_only, second_only: pairs near in one and far in the other, farthest first, no point twice.
    each: float64 [sampled], shared point by point; rows: int64 [sampled], their places.
    """

    shared: Interval
    chance: float
    k: int
    points: int
    first_only: tuple[Pair, ...]
    second_only: tuple[Pair, ...]
    rows: NDArray[np.int64]
    each: NDArray[np.float64]


def compare_neighbours(
    first: NDArray[np.floating],
    second: NDArray[np.floating],
    *,
    k: int = NEAREST,
    known: NDArray[np.bool_] | None = None,
    seed: int = 0,
) -> Likeness:
    """The k nearest by cosine of rows of `first` [n, d] and of `second` [n, e], the same points in both.

    known: bool [n], those that may be an example (enough shoppers had them); all unless given. Up to 1,000 points are looked up, among all.
    Raises TooSmallError for fewer than k + 2 points.
    """
    n = len(first)
    if n < k + 2:
        raise TooSmallError(f"{n} are too few to compare their neighbours.", f"It takes {k + 2}.")
    one, two = unit_rows(first), unit_rows(second)
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(n, min(SAMPLE, n), replace=False))
    may = np.ones(n, np.bool_) if known is None else known
    each, found = np.empty(len(rows)), ([], [])  # type: ignore[var-annotated]
    for start in range(0, len(rows), AT_A_TIME):
        some = rows[start : start + AT_A_TIME]
        here, there = _others(one, some), _others(two, some)
        near_here, near_there = _nearest(here, k), _nearest(there, k)
        each[start : start + len(some)] = [
            len(np.intersect1d(a, b, assume_unique=True)) / k for a, b in zip(near_here, near_there, strict=True)
        ]
        for pairs, near, far in ((found[0], near_here, there), (found[1], near_there, here)):
            pairs.extend(_pairs(some, near, far, may))
    return Likeness(
        bootstrap_intervals(each, seed=seed)[0], k / (n - 1), k, n, _farthest(found[0]), _farthest(found[1]), rows.astype(np.int64), each
    )


def _others(unit: NDArray[np.float32], rows: NDArray[np.integer]) -> NDArray[np.float32]:
    """Cosines of these rows with all points, their own below all others."""
    found = unit[rows] @ unit.T
    found[np.arange(len(rows)), rows] = -np.inf
    return np.asarray(found)


def _nearest(cosines: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """[m, k], the nearest first, ties by number."""
    near = np.sort(np.argpartition(-cosines, k - 1, axis=1)[:, :k], axis=1)
    order = np.argsort(-np.take_along_axis(cosines, near, axis=1), axis=1, kind="stable")
    return np.take_along_axis(near, order, axis=1)


def _pairs(rows: NDArray[np.integer], near: NDArray[np.int64], far: NDArray[np.float32], may: NDArray[np.bool_]) -> list[Pair]:
    """Of each row that may be one, its three nearest that may be one too, with how many points the other space puts between."""
    found = []
    for place, row in enumerate(map(int, rows)):
        if not may[row]:
            continue
        for rank, other in enumerate(map(int, near[place, :3]), start=1):
            if may[other]:
                between = float((far[place] > far[place, other]).mean())
                found.append(Pair(row, other, rank, between))
    return found


def _farthest(pairs: list[Pair]) -> tuple[Pair, ...]:
    taken: set[int] = set()
    found = []
    for pair in sorted(pairs, key=lambda pair: (-pair.far, pair.near, pair.one)):
        if pair.one not in taken and pair.other not in taken:
            taken |= {pair.one, pair.other}
            found.append(pair)
        if len(found) == EXAMPLES:
            break
    return tuple(found)
