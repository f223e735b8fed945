"""Intervals over users: how far a mean would move had other shoppers been in the log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


def bootstrap_means(values: NDArray[np.floating], *, seed: int = 0, resamples: int = RESAMPLES) -> NDArray[np.float64]:
    """Means of `resamples` draws of the users with replacement: float64 [resamples, metrics] for `values` [users, metrics].

    Drawn as multinomial weights, so that all metrics share the same draws and one matrix product does the work (Efron 1979).
    """
    table = np.atleast_2d(np.asarray(values, dtype=np.float64).T).T
    n = len(table)
    rng = np.random.default_rng(seed)
    means = np.empty((resamples, table.shape[1]))
    step = max(1, 20_000_000 // max(n, 1))
    for start in range(0, resamples, step):
        stop = min(start + step, resamples)
        weights = rng.multinomial(n, np.full(n, 1.0 / n), size=stop - start)
        means[start:stop] = weights @ table / n
    return means


def bootstrap_intervals(values: NDArray[np.floating], *, seed: int = 0) -> list[Interval]:
    """Mean and 95 % percentile interval of every column of `values` [users, metrics]. Raises ValueError without users."""
    table = np.atleast_2d(np.asarray(values, dtype=np.float64).T).T
    if len(table) == 0:
        raise ValueError("an interval needs at least one user")
    low, high = np.percentile(bootstrap_means(table, seed=seed), [2.5, 97.5], axis=0)
    return [Interval(float(m), float(a), float(b)) for m, a, b in zip(table.mean(axis=0), low, high, strict=True)]
