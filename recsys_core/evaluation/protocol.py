"""How a split is scored: full ranking of the unseen catalogue for every tested user, one value a user and metric."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.evaluation.beyond_accuracy import coverage_of, exposure_counts, gini_of
from recsys_core.evaluation.intervals import bootstrap_intervals, mean_of
from recsys_core.evaluation.list_measures import Yardsticks, list_measures
from recsys_core.evaluation.ranking_metrics import RANKING_METRICS

DEFAULT_AT = (5, 10, 20, 50, 100)
BATCH = 8192  # users whose lists are measured at once, so that a million of them fit into memory
LOWER_IS_BETTER = frozenset({"gini", "calibration"})
Ranker = Callable[[sparse.csr_matrix, int, NDArray[np.int64]], NDArray[np.integer]]
"""histories [n, items], k, and their rows int [n] -> int [n, k] item indices, best first, nothing of the history in it, -1 where short."""


@dataclass(frozen=True)
class Evaluation:
    """Per-user values of the tested users and the two measures of the whole set of lists.

    users: int32 [n] row numbers. names: metric names such as "ndcg@10", the columns of `values`, float32 [n, names]; NaN where a user
    has no such value (the calibration of a list for somebody whose history has no category).
    catalogue: "coverage@k" and "gini@k" over the lists of all users that were ranked.
    """

    users: NDArray[np.int32]
    names: tuple[str, ...]
    values: NDArray[np.float32]
    catalogue: dict[str, float]

    def mean(self, name: str) -> float:
        """Mean of one metric over the tested users, 0 where there are none."""
        return mean_of(self.column(name)) if len(self.users) else 0.0

    def column(self, name: str) -> NDArray[np.float32]:
        """One metric, a value a user. Raises ValueError where it was not measured."""
        return self.values[:, self.names.index(name)]

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
    hits = np.zeros(lists.shape, dtype=bool)
    ordered = targets if targets.has_sorted_indices else targets.sorted_indices()
    _mark_hits(np.ascontiguousarray(lists), ordered.indptr, ordered.indices, hits)
    return hits


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _mark_hits(lists, indptr, indices, hits):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    for row in range(lists.shape[0]):
        wanted = indices[indptr[row] : indptr[row + 1]]
        for place in range(lists.shape[1]):
            at = np.searchsorted(wanted, lists[row, place])
            hits[row, place] = at < len(wanted) and wanted[at] == lists[row, place]


def evaluate_lists(
    lists: NDArray[np.integer],
    targets: sparse.csr_matrix,
    *,
    at: Sequence[int] = DEFAULT_AT,
    listed: NDArray[np.bool_] | None = None,
    yardsticks: Yardsticks | None = None,
) -> Evaluation:
    """Score ready lists: int [users, >= max(at)], aligned with the rows of `targets`; users with nothing held out are not tested.

    `listed`: which rows count in coverage and Gini (default: all). A list shorter than k counts its empty places as misses.
    `yardsticks`: what novelty, distance ("ild") and calibration are measured by; a measure that nobody has a value of is left out.
    """
    lengths = sorted(set(at))
    held_out = np.diff(targets.indptr).astype(np.int64)
    users = np.flatnonzero(held_out > 0)
    measured = list_measures(yardsticks) if yardsticks is not None else {}
    names = [f"{name}@{k}" for k in lengths for name in (*RANKING_METRICS, *measured)]
    values = np.empty((len(users), len(names)), dtype=np.float32)
    for start in range(0, len(users), BATCH):
        some = users[start : start + BATCH]
        mine = np.asarray(lists[some])
        columns = _accuracy(list_hits(mine, targets[some]), held_out[some], lengths)
        if yardsticks is not None:
            for name, measure in list_measures(yardsticks.of_rows(some)).items():
                columns |= {f"{name}@{k}": column for k, column in zip(lengths, measure(mine, lengths).T, strict=True)}
        for place, name in enumerate(names):
            values[start : start + len(some), place] = columns[name]
    kept = [place for place, name in enumerate(names) if not len(users) or not np.isnan(values[:, place]).all()]
    catalogue = _exposure(lists, targets.shape[1], lengths, listed)
    values = values if len(kept) == len(names) else values[:, kept]
    return Evaluation(users.astype(np.int32), tuple(names[place] for place in kept), values, catalogue)


def _accuracy(hits: NDArray[np.bool_], held_out: NDArray[np.int64], at: Sequence[int]) -> dict[str, NDArray[np.float64]]:
    found: dict[str, NDArray[np.float64]] = {}
    for k in at:
        cut = hits[:, :k] if hits.shape[1] >= k else np.pad(hits, ((0, 0), (0, k - hits.shape[1])))
        found |= {f"{name}@{k}": metric(cut, held_out) for name, metric in RANKING_METRICS.items()}
    return found


def _exposure(lists: NDArray[np.integer], n_items: int, at: Sequence[int], listed: NDArray[np.bool_] | None) -> dict[str, float]:
    """Coverage and Gini at each length; the rows are read a batch at a time."""
    exposures = np.zeros((len(at), n_items), dtype=np.int64)
    for start in range(0, len(lists), BATCH):
        shown = np.asarray(lists[start : start + BATCH])
        shown = shown if listed is None else shown[listed[start : start + BATCH]]
        for place, k in enumerate(at):
            exposures[place] += exposure_counts(shown[:, at[place - 1] if place else 0 : k], n_items)
    exposures = exposures.cumsum(axis=0)
    found: dict[str, float] = {}
    for k, counts in zip(at, exposures, strict=True):
        found |= {f"coverage@{k}": coverage_of(counts), f"gini@{k}": gini_of(counts)}
    return found


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
