"""Paired differences over shoppers and seeds together, with an interval that counts both.

A seed draws who is real, what the generator makes of them and how a network starts; a shopper has its own difficulty. The mean over
both has the two-way clustered variance of Cameron, Gelbach & Miller 2011 (compare the pigeonhole bootstrap of Owen 2007),

    V = V_shoppers + V_seeds - V_cells,

and Student's t with the degrees of freedom of Satterthwaite 1946: with five seeds that disagree it is wide (t of 4 is 2.78), with
seeds that agree it is the interval over shoppers. A bootstrap over five seeds would be too narrow by a tenth and know no t.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

Floats = NDArray[np.float64]
LEVEL = 0.95


@dataclass(frozen=True)
class Spread:
    """A mean, its 95 % interval, and the two-sided p-value of 0."""

    value: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Pairs:
    """What two recommenders reached for the same shoppers in the same seeds, a cell each: all arrays [cells].

    user, seed: int, who and in which seed. without, together: the metric, learned from real shoppers and from both.
    """

    user: NDArray[np.int64]
    seed: NDArray[np.int64]
    without: Floats
    together: Floats

    @classmethod
    def of(cls, tests: Sequence[tuple[NDArray[np.integer], Floats, Floats]]) -> Pairs:
        """One (shoppers, without, together) a seed; a shopper's number is the same in all of them."""
        users, without, together = (np.concatenate([test[part] for test in tests]) for part in range(3))
        seed = np.repeat(np.arange(len(tests)), [len(test[0]) for test in tests])
        return cls(users.astype(np.int64), seed, without.astype(np.float64), together.astype(np.float64))

    def some(self, kept: NDArray[np.bool_]) -> Pairs:
        """These cells."""
        return Pairs(self.user[kept], self.seed[kept], self.without[kept], self.together[kept])

    def means(self) -> tuple[float, float]:
        """The mean over the seeds of each seed's mean: without, together."""
        weight = self._weights()
        return float(weight @ self.without), float(weight @ self.together)

    def difference(self) -> Spread:
        """Together less without."""
        delta = self.together - self.without
        return _spread(float(self._weights() @ delta), delta, self)

    def gain(self) -> Spread:
        """The difference as a share of `without`, linearised (the delta method); NaN where nothing is found without."""
        without, together = self.means()
        if without <= 0:
            return Spread(float("nan"), float("nan"), float("nan"), 1.0)
        value = together / without - 1
        return _spread(value, (self.together - (1 + value) * self.without) / without + value, self)

    def by_seed(self) -> Floats:
        """Float64 [seeds, 2]: each seed's means, without and together."""
        count = np.bincount(self.seed)
        sums = [np.bincount(self.seed, weights=values) for values in (self.without, self.together)]
        found: Floats = np.stack(sums, axis=1)[count > 0] / count[count > 0, None]
        return found

    def _weights(self) -> Floats:
        """Every seed counts the same, and every shopper within it."""
        count = np.bincount(self.seed)
        return np.asarray(1.0 / (count[self.seed] * np.count_nonzero(count)))


def _spread(value: float, cells: Floats, pairs: Pairs) -> Spread:
    error = pairs._weights() * (cells - value)
    over_users, users = _clustered(error, pairs.user)
    over_seeds, seeds = _clustered(error, pairs.seed)
    if users < 2:
        return Spread(value, float("-inf"), float("inf"), 1.0)
    variance = max(over_users, over_seeds, over_users + over_seeds - float(error @ error))
    if variance <= 1e-24:
        return Spread(value, value, value, 1.0 if abs(value) < 1e-12 else 0.0)
    freedom = (over_users + over_seeds) ** 2 / (over_users**2 / (users - 1) + (over_seeds**2 / (seeds - 1) if seeds > 1 else 0.0))
    half = float(stdtrit(freedom, (1 + LEVEL) / 2)) * variance**0.5
    return Spread(value, value - half, value + half, float(2 * stdtr(freedom, -abs(value) / variance**0.5)))


def _clustered(error: Floats, cluster: NDArray[np.int64]) -> tuple[float, int]:
    """The variance of a sum of errors that go together within a cluster, and how many clusters there are. 0 with one cluster."""
    sums = np.bincount(cluster, weights=error)[np.unique(cluster)]
    n = len(sums)
    return (float(sums @ sums) * n / (n - 1) if n > 1 else 0.0), n
