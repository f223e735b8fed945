"""Two runs on the same shoppers: the difference, its interval, and whether it is clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from recsys_core.evaluation.intervals import bootstrap_means, holm, percentiles

if TYPE_CHECKING:
    from recsys_core.evaluation.protocol import Evaluation

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

    against: only the pairs with this run. Only users that both runs were tested on and have a value (not NaN) in both count. A pair
    with fewer than two such users is left out.
    """
    known = {name: _known(*run) for name, run in runs.items()}
    draws = _shared_draws(known, seed)
    raw: list[Difference] = []
    for first, second in combinations(runs, 2):
        if against is not None and against not in (first, second):
            continue
        delta = _paired(known[first], known[second])
        if len(delta) < 2:
            continue
        drawn = draws[second] - draws[first] if draws else bootstrap_means(delta, seed=seed)[:, 0]
        raw.append(Difference(first, second, len(delta), float(delta.mean()), *percentiles(drawn), _paired_t_test(delta)))
    return _holm(raw)


def compare_evaluations(
    results: Mapping[str, Evaluation], metrics: Sequence[str], *, against: str | None = None, seed: int = 0
) -> dict[str, list[Difference]]:
    """`compare` by each of several metrics such as "ndcg@10"; Holm's correction is over the pairs of one metric.

    Runs of which a metric was not measured are in none of its pairs.
    """
    return {
        metric: compare(
            {name: (found.users, found.column(metric)) for name, found in results.items() if metric in found.names},
            against=against,
            seed=seed,
        )
        for metric in metrics
    }


def _known(users: Users, values: Values) -> tuple[Users, NDArray[np.float64]]:
    there = ~np.isnan(values)
    return np.asarray(users)[there], np.asarray(values, dtype=np.float64)[there]


def _paired(first: tuple[Users, NDArray[np.float64]], second: tuple[Users, NDArray[np.float64]]) -> NDArray[np.float64]:
    """The second's values minus the first's, of the users of both."""
    if np.array_equal(first[0], second[0]):
        return second[1] - first[1]
    _, at_first, at_second = np.intersect1d(first[0], second[0], assume_unique=True, return_indices=True)
    difference: NDArray[np.float64] = second[1][at_second] - first[1][at_first]
    return difference


def _shared_draws(runs: Mapping[str, tuple[Users, NDArray[np.float64]]], seed: int) -> dict[str, NDArray[np.float64]]:
    """Bootstrap means of every run from one set of draws, where all have the same users; a difference of means is a mean of differences."""
    tested = [users for users, _ in runs.values()]
    if not tested or not len(tested[0]) or any(not np.array_equal(tested[0], users) for users in tested[1:]):
        return {}
    means = bootstrap_means(np.stack([values for _, values in runs.values()], axis=1), seed=seed)
    return dict(zip(runs, means.T, strict=True))


def _paired_t_test(delta: NDArray[np.float64]) -> float:
    """Two-sided p-value of "the mean is 0". By hand, for scipy.stats costs the server 50 MB and half a second."""
    spread = float(delta.std(ddof=1)) / np.sqrt(len(delta))
    if spread < 1e-15:
        return 1.0 if abs(delta[0]) < 1e-12 else float(2.0 ** (1 - len(delta)))  # all the same: the sign test
    return float(2 * stdtr(len(delta) - 1, -abs(float(delta.mean())) / spread))


def _holm(differences: list[Difference]) -> list[Difference]:
    adjusted = holm([each.p_value for each in differences]).tolist()
    return [replace(each, p_value=p) for each, p in zip(differences, adjusted, strict=True)]
