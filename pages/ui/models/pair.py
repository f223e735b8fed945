"""Two runs on the same shoppers: what differs, by how much, and whether a paired test says so. Knows no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.evaluation.breakdown import Breakdown, UserGroups, breakdown
from recsys_core.evaluation.compare import Difference, compare
from recsys_core.evaluation.intervals import holm
from recsys_core.evaluation.protocol import LOWER_IS_BETTER, Evaluation

ACCURACY = ("hit_rate@10", "ndcg@10", "recall@10", "mrr@10", "recall@20", "ndcg@100")
CHARACTER = ("novelty@10", "ild@10", "calibration@10")
TOGETHER = ("coverage@10", "gini@10")  # measured of all lists together, so without an interval over shoppers
BY_SHOPPER = "hit_rate@10"
PerUser = tuple[NDArray[np.integer], tuple[str, ...], NDArray[np.floating]]


@dataclass(frozen=True)
class Paired:
    """One metric of two runs, as means over the shoppers both were tested on; difference: second minus first, p-value Holm-adjusted."""

    metric: str
    first: float
    second: float
    difference: Difference

    @property
    def lower_is_better(self) -> bool:
        """Whether a smaller figure is the better one."""
        return self.metric.partition("@")[0] in LOWER_IS_BETTER


def differences(first: PerUser, second: PerUser) -> list[Paired]:
    """Every metric that both runs have, adjusted together by Holm (1979), for all are read at once."""
    found = []
    for metric in (*ACCURACY, *CHARACTER):
        if metric in first[1] and metric in second[1]:
            values = {
                name: (users, table[:, names.index(metric)]) for name, (users, names, table) in (("first", first), ("second", second))
            }
            for difference in compare(values):
                base = _mean(values["first"], values["second"])
                found.append(Paired(metric, base, base + difference.value, difference))
    adjusted = holm([each.difference.p_value for each in found]).tolist()
    return [replace(each, difference=replace(each.difference, p_value=p)) for each, p in zip(found, adjusted, strict=True)]


def by_group(run: PerUser, groups: UserGroups) -> Breakdown:
    """How many shoppers of each group find a purchase in their top 10."""
    users, names, values = run
    column = values[:, [names.index(BY_SHOPPER)]]
    return breakdown(Evaluation(np.asarray(users, np.int32), (BY_SHOPPER,), np.asarray(column, np.float32), {}), groups)


def unlike(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """The settings in which two runs differ."""
    return [key for key in dict.fromkeys((*first, *second)) if first.get(key) != second.get(key)]


def _mean(first: tuple[NDArray[np.integer], NDArray[np.floating]], second: tuple[NDArray[np.integer], NDArray[np.floating]]) -> float:
    """The first's mean over the shoppers of both that have a value in both."""
    _, at_first, at_second = np.intersect1d(first[0], second[0], assume_unique=True, return_indices=True)
    mine, other = first[1][at_first].astype(np.float64), second[1][at_second]
    return float(mine[~(np.isnan(mine) | np.isnan(other))].mean())
