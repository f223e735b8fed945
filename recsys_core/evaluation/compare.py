"""Two runs on the same shoppers: the difference, its interval, and whether it is clear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from recsys_core.evaluation.intervals import bootstrap_intervals

Users = NDArray[np.integer]
Values = NDArray[np.floating]


@dataclass(frozen=True)
class Difference:
    """`second` minus `first` on the users both were tested on. `p_value`: paired t-test, Holm-adjusted where several were made."""

    first: str
    second: str
    users: int
    value: float
    low: float
    high: float
    p_value: float

    @property
    def is_clear(self) -> bool:
        """True where the adjusted test rejects "no difference" at 5 %."""
        return self.p_value < 0.05


def compare(runs: Mapping[str, tuple[Users, Values]], *, against: str | None = None, seed: int = 0) -> list[Difference]:
    """All pairs of `runs` (name -> user indices, one value a user), in the order given; p-values adjusted by Holm (1979).

    against: only the pairs with this run. Only users that both runs were tested on count. A pair without shared users is left out.
    """
    names = list(runs)
    raw: list[Difference] = []
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            if against is not None and against not in (first, second):
                continue
            _, at_first, at_second = np.intersect1d(runs[first][0], runs[second][0], assume_unique=True, return_indices=True)
            if len(at_first) < 2:
                continue
            delta = runs[second][1][at_second].astype(np.float64) - runs[first][1][at_first].astype(np.float64)
            interval = bootstrap_intervals(delta, seed=seed)[0]
            p_value = _paired_t_test(delta)
            raw.append(Difference(first, second, len(delta), interval.value, interval.low, interval.high, p_value))
    return _holm(raw)


def _paired_t_test(delta: NDArray[np.float64]) -> float:
    """Two-sided p-value of "the mean is 0". By hand, for scipy.stats costs the server 50 MB and half a second."""
    spread = float(delta.std(ddof=1)) / np.sqrt(len(delta))
    if spread < 1e-15:
        return 1.0 if abs(delta[0]) < 1e-12 else float(2.0 ** (1 - len(delta)))  # all the same: the sign test
    return float(2 * stdtr(len(delta) - 1, -abs(float(delta.mean())) / spread))


def _holm(differences: list[Difference]) -> list[Difference]:
    order = sorted(range(len(differences)), key=lambda i: differences[i].p_value)
    adjusted = list(differences)
    floor = 0.0
    for place, i in enumerate(order):
        d = differences[i]
        floor = max(floor, min(1.0, d.p_value * (len(order) - place)))
        adjusted[i] = Difference(d.first, d.second, d.users, d.value, d.low, d.high, floor)
    return adjusted
