"""How a split is scored: full ranking of the unseen catalogue for every tested user, one value a user and metric."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.evaluation.beyond_accuracy import coverage_at_k, gini_at_k
from recsys_core.evaluation.intervals import bootstrap_intervals
from recsys_core.evaluation.ranking_metrics import RANKING_METRICS

DEFAULT_AT = (5, 10, 20, 50, 100)
Ranker = Callable[[sparse.csr_matrix, int, NDArray[np.int64]], NDArray[np.integer]]
"""histories [n, items], k, and their rows int [n] -> int [n, k] item indices, best first, nothing of the history in it, -1 where short."""


@dataclass(frozen=True)
class Evaluation:
    """Per-user values of the tested users and the two measures of the whole set of lists.

    users: int32 [n] row numbers. names: metric names such as "ndcg@10", the columns of `values`, float32 [n, names].
    catalogue: "coverage@k" and "gini@k" over the lists of all users that were ranked.
    """

    users: NDArray[np.int32]
    names: tuple[str, ...]
    values: NDArray[np.float32]
    catalogue: dict[str, float]

    def mean(self, name: str) -> float:
        """Mean of one metric over the tested users, 0 where there are none."""
        return float(self.values[:, self.names.index(name)].mean(dtype=np.float64)) if len(self.users) else 0.0

    def summary(self, *, seed: int = 0) -> dict[str, dict[str, float | None]]:
        """Every metric as {"value", "low", "high"}; catalogue measures have no interval over users. Empty without tested users."""
        if not len(self.users):
            return {}
        rows: dict[str, dict[str, float | None]] = {
            name: {"value": i.value, "low": i.low, "high": i.high}
            for name, i in zip(self.names, bootstrap_intervals(self.values, seed=seed), strict=True)
        }
        rows.update({name: {"value": value, "low": None, "high": None} for name, value in self.catalogue.items()})
        return rows


def list_hits(lists: NDArray[np.integer], targets: sparse.csr_matrix) -> NDArray[np.bool_]:
    """Which places of `lists` [n, k] hold a held-out item of the same row of `targets` [n, items]."""
    n, k = lists.shape
    width = targets.shape[1]
    rows = np.repeat(np.arange(n, dtype=np.int64), np.diff(targets.indptr))
    wanted = rows * width + targets.indices
    asked = np.arange(n, dtype=np.int64)[:, None] * width + lists
    found = np.isin(asked.ravel(), wanted).reshape(n, k)
    return found & (lists >= 0)


def evaluate_lists(
    lists: NDArray[np.integer], targets: sparse.csr_matrix, *, at: Sequence[int] = DEFAULT_AT, listed: NDArray[np.bool_] | None = None
) -> Evaluation:
    """Score ready lists: int [users, >= max(at)], aligned with the rows of `targets`; users with nothing held out are not tested.

    `listed`: which rows count in coverage and Gini (default: all). A list shorter than k counts its empty places as misses.
    """
    held_out = np.diff(targets.indptr).astype(np.int64)
    users = np.flatnonzero(held_out > 0)
    hits = list_hits(lists[users], targets[users])
    names: list[str] = []
    columns: list[NDArray[np.float64]] = []
    catalogue: dict[str, float] = {}
    shown = lists if listed is None else lists[listed]
    for k in at:
        cut = np.zeros((len(users), k), dtype=bool)
        cut[:, : hits.shape[1]] = hits[:, :k]
        for name, metric in RANKING_METRICS.items():
            names.append(f"{name}@{k}")
            columns.append(metric(cut, held_out[users]))
        catalogue[f"coverage@{k}"] = coverage_at_k(shown[:, :k], targets.shape[1])
        catalogue[f"gini@{k}"] = gini_at_k(shown[:, :k], targets.shape[1])
    values = np.stack(columns, axis=1).astype(np.float32) if columns else np.empty((len(users), 0), np.float32)
    return Evaluation(users.astype(np.int32), tuple(names), values, catalogue)


def rank_in_batches(
    ranker: Ranker, histories: sparse.csr_matrix, rows: NDArray[np.integer], k: int, *, batch: int = 512
) -> NDArray[np.int32]:
    """Lists of these rows of `histories`, int32 [rows, k], a batch at a time so that memory stays at batch x items."""
    lists = np.full((len(rows), k), -1, dtype=np.int32)
    for start in range(0, len(rows), batch):
        some = np.asarray(rows[start : start + batch], dtype=np.int64)
        found = ranker(histories[some], k, some)
        lists[start : start + len(some), : found.shape[1]] = found
    return lists


def evaluate_ranker(
    ranker: Ranker, fold_in: sparse.csr_matrix, targets: sparse.csr_matrix, *, at: Sequence[int] = DEFAULT_AT, batch: int = 512
) -> Evaluation:
    """Rank and score the users that have something held out; `fold_in` and `targets` are [users, items]. Others are not ranked."""
    tested = np.flatnonzero(np.diff(targets.indptr) > 0)
    lists = rank_in_batches(ranker, fold_in, tested, max(at), batch=batch)
    result = evaluate_lists(lists, targets[tested], at=at)
    return Evaluation(tested[result.users].astype(np.int32), result.names, result.values, result.catalogue)
