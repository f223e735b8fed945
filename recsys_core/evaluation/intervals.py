"""Intervals over users: how far a mean would move had other shoppers been in the log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
MOST_DRAWN = 5000  # units that are drawn one by one; of more users, as many random groups are drawn


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
    rng = np.random.default_rng(seed)
    sums, counts = _dealt(np.atleast_2d(np.asarray(values).T).T, rng)
    n = len(sums)
    weights = rng.multinomial(n, np.full(n, 1.0 / n), size=resamples).astype(np.float64)
    with np.errstate(invalid="ignore"):
        return np.asarray((weights @ sums) / (weights @ counts))


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


def _dealt(table: NDArray[np.floating], rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(sum, number of values) of each unit to draw, [units, metrics]: the users themselves, or groups of them."""
    n = len(table)
    if n <= MOST_DRAWN:
        known = ~np.isnan(table)
        return np.where(known, table, 0.0).astype(np.float64), known.astype(np.float64)
    group = rng.permutation(n) % MOST_DRAWN
    sums, counts = np.empty((MOST_DRAWN, table.shape[1])), np.empty((MOST_DRAWN, table.shape[1]))
    for place, column in enumerate(table.T):
        known = ~np.isnan(column)
        sums[:, place] = np.bincount(group[known], weights=column[known], minlength=MOST_DRAWN)
        counts[:, place] = np.bincount(group[known], minlength=MOST_DRAWN)
    return sums, counts
