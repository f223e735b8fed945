"""Basket completion: one product of each later order is hidden, and all others are ranked by what is left in the basket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.errors import TooSmallError
from recsys_core.evaluation.intervals import RESAMPLES, Interval, percentiles

METRICS = ("hit@10", "ndcg@10", "mrr")
AT = 10
NEVER = np.iinfo(np.int64).max
"""The rank of a product that the model cannot list."""
_CUTS = (0.8, 0.9)
_CELLS = 16_000_000  # scores held at once

Score = Callable[[csr_matrix], NDArray[np.float32]]
"""Baskets [n, items] -> scores [n, items]."""


@dataclass(frozen=True)
class Trial:
    """given: csr of ones [n, items], each basket without its hidden product. hidden: int32 [n]. user: int32 [n], whose basket it is."""

    given: csr_matrix
    hidden: NDArray[np.int32]
    user: NDArray[np.int32]


def cut_orders(time: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """(orders to fit on, to choose by, to test): until the 80 % and the 90 % quantile of their times, and later ones.

    time: int64 [orders]. Raises TooSmallError where too many share one time for that.
    """
    until_fit, until_choice = np.quantile(time, _CUTS, method="inverted_cdf") if len(time) else (0, 0)
    parts = (time <= until_fit, (time > until_fit) & (time <= until_choice), time > until_choice)
    if not all(part.any() for part in parts):
        raise TooSmallError(
            "The orders have too few different times to test on later ones what was learned from earlier ones.", "Give a longer log."
        )
    return tuple(np.flatnonzero(part) for part in parts)  # type: ignore[return-value]


def hide_one(baskets: csr_matrix, user: NDArray[np.int32], seed: int) -> Trial:
    """Hide one product, drawn at random, of every basket of two or more. baskets: csr of ones [n, items]; user: int32 [n]."""
    several = np.flatnonzero(np.diff(baskets.indptr) >= 2)
    baskets = baskets[several].tocsr()
    sizes = np.diff(baskets.indptr)
    place = baskets.indptr[:-1] + np.random.default_rng(seed).integers(0, np.maximum(sizes, 1))
    left = np.ones(baskets.nnz, dtype=bool)
    left[place] = False
    indptr = np.concatenate([[0], np.cumsum(sizes - 1)])
    given = csr_matrix((baskets.data[left], baskets.indices[left], indptr), shape=baskets.shape)
    return Trial(given, baskets.indices[place].astype(np.int32), user[several])


def hidden_ranks(score: Score, trial: Trial, items: NDArray[np.int32]) -> NDArray[np.int64]:
    """How many products would be listed before the hidden one: int64 [n], NEVER where the model does not know it.

    items: int32, dataset index of each item that the model scores, ascending. What is in the basket is not listed; ties go to the
    smaller index, as in every list.
    """
    column = np.searchsorted(items, trial.hidden)
    column[column == len(items)] = 0
    known = items[column] == trial.hidden
    ranks = np.full(len(trial.hidden), NEVER, dtype=np.int64)
    rows = np.flatnonzero(known)
    batch = max(1, _CELLS // max(len(items), 1))
    for start in range(0, len(rows), batch):
        some = rows[start : start + batch]
        given = trial.given[some][:, items].tocsr()
        scores = np.array(score(given), dtype=np.float32, order="C")
        scores[np.repeat(np.arange(len(some)), np.diff(given.indptr)), given.indices] = -np.inf
        ranks[some] = _listed_before(scores, column[some])
    return ranks


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _listed_before(scores, column):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """How many columns of each row come before this one."""
    found = np.zeros(len(column), np.int64)
    for row in range(len(column)):
        wanted = scores[row, column[row]]
        for other in range(scores.shape[1]):
            if scores[row, other] > wanted or (scores[row, other] == wanted and other < column[row]):
                found[row] += 1
    return found


def completion_metrics(ranks: NDArray[np.int64]) -> NDArray[np.float64]:
    """METRICS of each basket, float64 [n, 3]: found in the top 10, 1 / log2(rank + 1) there, and 1 / rank over the whole list."""
    place = np.where(ranks == NEVER, np.inf, ranks.astype(np.float64) + 1)
    found = place <= AT
    return np.stack([found.astype(np.float64), np.where(found, 1 / np.log2(place + 1), 0.0), 1 / place], axis=1)


def basket_intervals(values: NDArray[np.floating], user: NDArray[np.integer], *, seed: int = 0) -> list[Interval]:
    """Mean over baskets of every column of `values` [n, metrics], with its 95 % bootstrap interval over shoppers.

    Shoppers are drawn, each with all of their baskets: those of one are not independent. Raises ValueError without baskets.
    """
    if not len(values):
        raise ValueError("an interval needs at least one basket")
    unit = np.unique(user, return_inverse=True)[1]
    n = int(unit.max()) + 1
    sums = np.stack([np.bincount(unit, weights=column, minlength=n) for column in values.T], axis=1)
    counts = np.bincount(unit, minlength=n).astype(np.float64)
    weights = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(np.float64)
    means = (weights @ sums) / (weights @ counts)[:, None]
    return [Interval(float(column.mean()), *percentiles(drawn)) for column, drawn in zip(values.T, means.T, strict=True)]
