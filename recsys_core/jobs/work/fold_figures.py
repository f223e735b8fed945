"""What the folds of a cross-validation say together: the mean of their figures, and how far it would move."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from recsys_core.evaluation.intervals import MOST_DRAWN, RESAMPLES
from recsys_core.evaluation.protocol import Evaluation

Figures = dict[str, dict[str, float | None]]


def mean_of_folds(folds: Sequence[Evaluation], n_users: int, *, seed: int = 0) -> Figures:
    """Every metric of `folds` as {"value", "low", "high", "fold_low", "fold_high"}.

    value: the mean of the folds' means. low, high: 95 % over shoppers, who are drawn with all their folds together (a shopper's folds
    are not independent; Efron 1979). fold_low, fold_high: 95 % over folds, Student's t on their means: an impression, for folds share
    training rows (Bengio & Grandvalet 2004). Coverage and Gini have no interval over shoppers. n_users: of the dataset.
    """
    names = folds[0].names
    means = np.array([[fold.mean(name) for name in names] for fold in folds])
    low, high = np.percentile(_resampled(folds, n_users, seed), [2.5, 97.5], axis=0)
    figures: Figures = {
        name: {"value": float(column.mean()), "low": float(low[at]), "high": float(high[at]), **_over_folds(column)}
        for at, (name, column) in enumerate(zip(names, means.T, strict=True))
    }
    for name in folds[0].catalogue:
        column = np.array([fold.catalogue[name] for fold in folds])
        figures[name] = {"value": float(column.mean()), "low": None, "high": None, **_over_folds(column)}
    return figures


def plain_means(fold: Evaluation) -> dict[str, float]:
    """Every metric of one fold."""
    return {**{name: fold.mean(name) for name in fold.names}, **fold.catalogue}


def _over_folds(column: NDArray[np.float64]) -> dict[str, float | None]:
    n = len(column)
    half = float(stdtrit(n - 1, 0.975) * column.std(ddof=1) / np.sqrt(n))
    return {"fold_low": float(column.mean()) - half, "fold_high": float(column.mean()) + half}


def _resampled(folds: Sequence[Evaluation], n_users: int, seed: int) -> NDArray[np.float64]:
    """The mean of the folds' means under each draw of the shoppers: float64 [draws, metrics]. Many shoppers are drawn in groups."""
    rng = np.random.default_rng(seed)
    tested = np.unique(np.concatenate([fold.users for fold in folds]))
    units = min(len(tested), MOST_DRAWN)
    unit = np.zeros(n_users, dtype=np.int64)
    unit[tested] = rng.permutation(len(tested)) % units
    weights = rng.multinomial(units, np.full(units, 1.0 / units), size=RESAMPLES).astype(np.float64)
    means = []
    for fold in folds:
        sums = np.stack([np.bincount(unit[fold.users], weights=column, minlength=units) for column in fold.values.T], axis=1)
        counts = np.bincount(unit[fold.users], minlength=units).astype(np.float64)
        means.append(weights @ sums / np.maximum(weights @ counts, 1.0)[:, None])
    return np.asarray(np.mean(means, axis=0))
