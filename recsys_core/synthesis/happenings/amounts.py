"""Price, quantity, rating: each product's learned levels, tied together within a row and within a shopper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from recsys_core.synthesis.happenings.rows import Ints, within

Floats = NDArray[np.float64]
LEVELS = 24  # of equal chance, a product
LEAST = 5  # values that a product needs for levels of its own


@dataclass(frozen=True)
class Amounts:
    """The columns of one kind of event. levels: float32 [columns, I, LEVELS], rising. missing: float64 [columns], share of empty cells.

    shopper, row: float64 [columns, columns], Cholesky factors of what is a shopper's own and what is a row's own in the normal scores.
    """

    levels: NDArray[np.float32]
    missing: Floats
    shopper: Floats
    row: Floats


def learn_amounts(columns: Floats, item: Ints, user: Ints, n_items: int) -> Amounts:
    """columns: float64 [columns, rows], NaN where missing. Levels are the product's own, or the column's where it has few values."""
    levels = np.stack([_item_levels(column, item, n_items) for column in columns])
    scores = np.stack([_scores(column, item) for column in columns])
    spread = np.sqrt(np.maximum((scores**2).mean(axis=1), 1e-9))
    total = scores @ scores.T / scores.shape[1] / np.outer(spread, spread)
    shared = _shared(scores, user)
    total = np.where(np.eye(len(total)) > 0, 1.0, total)
    return Amounts(levels.astype(np.float32), np.isnan(columns).mean(axis=1), _root(shared), _root(total - shared))


def draw_amounts(amounts: Amounts, item: Ints, user: Ints, rng: np.random.Generator) -> Floats:
    """[columns, rows] for events of these products and shoppers."""
    width = len(amounts.levels)
    own = rng.standard_normal((int(user.max(initial=-1)) + 1, width)) @ amounts.shopper.T
    score = own[user] + rng.standard_normal((len(item), width)) @ amounts.row.T
    score /= np.sqrt(np.maximum((amounts.shopper**2).sum(axis=1) + (amounts.row**2).sum(axis=1), 1e-9))
    level = np.minimum((ndtr(score) * LEVELS).astype(np.int64), LEVELS - 1)
    found = np.stack([amounts.levels[column][item, level[:, column]] for column in range(width)]).astype(np.float64)
    found[rng.random(found.shape) < amounts.missing[:, None]] = np.nan
    return found


def _item_levels(column: Floats, item: Ints, n_items: int) -> Floats:
    known = np.flatnonzero(~np.isnan(column))
    if not len(known):
        return np.full((n_items, LEVELS), np.nan)
    at = (np.arange(LEVELS) + 0.5) / LEVELS
    whole = np.sort(column[known])[(at * len(known)).astype(np.int64)]
    order = known[np.lexsort([column[known], item[known]])]
    count = np.bincount(item[order], minlength=n_items)
    place = (np.cumsum(count) - count)[:, None] + (at * count[:, None]).astype(np.int64)
    own = column[order[np.minimum(place, len(order) - 1)]]
    few = (count > 0) & (count < LEAST)
    middle = own[:, [LEVELS // 2]] / whole[LEVELS // 2] if whole[LEVELS // 2] else np.ones((n_items, 1))
    own[few] = np.clip(np.round(whole * middle[few], 2), own[few][:, :1], own[few][:, -1:])
    own[count == 0] = whole
    return np.asarray(own)


def _scores(column: Floats, item: Ints) -> Floats:
    """Normal scores of each value among its product's, ties at their mean rank; 0 for missing cells."""
    found = np.zeros(len(column))
    known = np.flatnonzero(~np.isnan(column))
    order = known[np.lexsort([column[known], item[known]])]
    count = np.bincount(item[order])
    n = count[item[order]]
    rank = within(count)
    tie = np.cumsum((np.diff(column[order], prepend=np.nan) != 0) | (np.diff(item[order], prepend=-1) != 0)) - 1
    mean = np.bincount(tie, rank + 0.5) / np.bincount(tie) if len(tie) else rank
    found[order] = ndtri(mean[tie] / n)
    return found


def _shared(scores: Floats, user: Ints) -> Floats:
    """Covariance of two different rows of one shopper: from sums over shoppers, each weighted by its pairs of rows."""
    count = np.bincount(user).astype(np.float64)
    sums = np.stack([np.bincount(user, row) for row in scores])
    between = sums @ sums.T - scores @ scores.T
    scale = np.sqrt(np.maximum((scores**2).mean(axis=1), 1e-9))
    found = between / max(float((count * (count - 1)).sum()), 1.0) / np.outer(scale, scale)
    return np.asarray(_positive(found))


def _positive(matrix: Floats) -> Floats:
    value, vector = np.linalg.eigh((matrix + matrix.T) / 2)
    return np.asarray((vector * np.maximum(value, 0.0)) @ vector.T)


def _root(matrix: Floats) -> Floats:
    return np.asarray(np.linalg.cholesky(_positive(matrix) + 1e-9 * np.eye(len(matrix))))
