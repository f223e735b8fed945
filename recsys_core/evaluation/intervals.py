"""Intervals over users: how far a mean would move had other shoppers been in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
MOST_DRAWN = 5000  # units that are drawn one by one; of more users, as many random groups are drawn
_SMALL = 1500  # units; a drawing of so many takes 1.5 MB
_TOGETHER = 100  # draws whose weights are made numbers at once


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


def bootstrap_means(values: NDArray[np.floating], *, seed: int = 0, resamples: int = RESAMPLES) -> NDArray[np.float64]:
    """Means of `resamples` draws of the users with replacement: float64 [resamples, metrics] for `values` [users, metrics].

    Drawn as multinomial weights, so that all metrics share the same draws and one matrix product does the work (Efron 1979). A
    user without a value (NaN) counts in no mean of that metric. More than 5,000 users are dealt at random into 5,000 groups of one
    size, which are drawn instead: the spread of a mean over groups is that over users, known to one part in a hundred.
    """
    table = np.atleast_2d(np.asarray(values).T).T
    weights, group = _drawn(len(table), seed, resamples)
    sums, counts = _dealt(table, group)
    partly = ~(counts == counts[:1]).all(axis=0)  # elsewhere every draw has as many values
    found = np.empty((resamples, table.shape[1]))
    for start in range(0, resamples, _TOGETHER):
        some = weights[start : start + _TOGETHER].astype(np.float64)
        told = np.broadcast_to(counts[:1] * len(sums), (len(some), table.shape[1])).copy()
        told[:, partly] = some @ counts[:, partly]
        with np.errstate(invalid="ignore"):
            found[start : start + _TOGETHER] = (some @ sums) / told
    return found


def _drawn(users: int, seed: int, resamples: int) -> tuple[NDArray[np.uint8], NDArray[np.int16] | None]:
    """(how often each unit is in each draw [resamples, units], the group of each user, None where users are drawn themselves).

    Kept: a page asks for the same populations again and again, all shoppers and each segment of them.
    """
    return (_of_few if users <= _SMALL else _of_many)(users, seed, resamples)


def _draw(users: int, seed: int, resamples: int) -> tuple[NDArray[np.uint8], NDArray[np.int16] | None]:
    rng = np.random.default_rng(seed)
    group = (rng.permutation(users) % MOST_DRAWN).astype(np.int16) if users > MOST_DRAWN else None
    n = min(users, MOST_DRAWN)
    weights = np.empty((resamples, n), np.uint8)
    for start in range(0, resamples, _TOGETHER):
        some = min(_TOGETHER, resamples - start)
        weights[start : start + some] = rng.multinomial(n, np.full(n, 1.0 / n), size=some)
    return weights, group


_of_few, _of_many = lru_cache(maxsize=48)(_draw), lru_cache(maxsize=4)(_draw)


def bootstrap_intervals(values: NDArray[np.floating], *, seed: int = 0) -> list[Interval]:
    """Mean and 95 % percentile interval of every column of `values` [users, metrics]. Raises ValueError without users.

    NaN is no value; a column of nothing else has NaN for all three.
    """
    table = np.atleast_2d(np.asarray(values).T).T
    if len(table) == 0:
        raise ValueError("an interval needs at least one user")
    draws = bootstrap_means(table, seed=seed)
    return [Interval(mean_of(column), *percentiles(drawn)) for column, drawn in zip(table.T, draws.T, strict=True)]


def mean_of(values: NDArray[np.floating]) -> float:
    """Mean in double precision over those that have a value; NaN where none has."""
    known = values[~np.isnan(values)]
    return float(known.mean(dtype=np.float64)) if len(known) else float("nan")


def percentiles(draws: NDArray[np.float64]) -> tuple[float, float]:
    """The 2.5th and the 97.5th percentile of drawn means; draws without any value do not count."""
    known = draws[~np.isnan(draws)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)


def _dealt(table: NDArray[np.floating], group: NDArray[np.int16] | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(sum, number of values) of each unit to draw, [units, metrics]: the users themselves, or groups of them."""
    if group is None:
        known = ~np.isnan(table)
        return np.where(known, table, 0.0).astype(np.float64), known.astype(np.float64)
    sums, counts = np.empty((MOST_DRAWN, table.shape[1])), np.empty((MOST_DRAWN, table.shape[1]))
    for place, column in enumerate(table.T):
        known = ~np.isnan(column)
        sums[:, place] = np.bincount(group[known], weights=column[known], minlength=MOST_DRAWN)
        counts[:, place] = np.bincount(group[known], minlength=MOST_DRAWN)
    return sums, counts


def holm(p: Sequence[float] | NDArray[np.floating]) -> NDArray[np.float64]:
    """P-values of several looks in their order, adjusted so that a false one among all of them has at most their level (Holm 1979)."""
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate((len(values) - np.arange(len(values))) * values[order]))
    return adjusted
