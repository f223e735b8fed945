"""How far apart two samples are."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def ks(first: ArrayLike, second: ArrayLike) -> float:
    """Kolmogorov-Smirnov: the largest gap between two distribution functions, 0 to 1; 1 where one sample is empty, NaN where both are."""
    a, b = np.sort(np.asarray(first)), np.sort(np.asarray(second))
    if not len(a) or not len(b):
        return 1.0 if len(a) + len(b) else float("nan")
    at = np.concatenate([a, b])
    return float(np.abs(np.searchsorted(a, at, "right") / len(a) - np.searchsorted(b, at, "right") / len(b)).max())


def tvd(first: NDArray[np.integer], second: NDArray[np.integer]) -> float:
    """Total variation between the shares of two columns of codes, half the sum of their differences; codes below 0 are missing.

    1 where all of one column is missing, NaN where all of both is.
    """
    a, b = first[first >= 0], second[second >= 0]
    if not len(a) or not len(b):
        return 1.0 if len(a) + len(b) else float("nan")
    n = int(max(a.max(), b.max())) + 1
    return float(np.abs(np.bincount(a, minlength=n) / len(a) - np.bincount(b, minlength=n) / len(b)).sum() / 2)


def auc(positive: NDArray[np.floating], negative: NDArray[np.floating]) -> float:
    """The chance that a positive scores above a negative, ties for half (Mann-Whitney); NaN where there are none of either."""
    if not len(positive) or not len(negative):
        return float("nan")
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left") + np.searchsorted(ordered, positive, "right")
    return float(below.mean() / (2 * len(ordered)))


def spearman(first: NDArray[np.integer], second: NDArray[np.integer]) -> float:
    """Correlation of ranks, ties at their mean rank; NaN where either does not vary."""
    return pearson(mean_ranks(first), mean_ranks(second))


def mean_ranks(values: NDArray[np.integer]) -> NDArray[np.float64]:
    """Ranks from 1, ties at their mean."""
    ordered = np.sort(values)
    return np.asarray((np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right") + 1) / 2)


def pearson(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Correlation over what is finite in both; NaN with fewer than three values or where either does not vary."""
    known = np.isfinite(first) & np.isfinite(second)
    if known.sum() < 3:
        return float("nan")
    a, b = first[known], second[known]
    if not a.std() or not b.std():
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])
