"""P3 to P5: synthetic shoppers, baskets and rows that are too close to real ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.synthesis.scorecard.events import NO_TIME, NUMBERS, Events
from recsys_core.synthesis.scorecard.keys import mixed

BLOCK = 512  # shoppers at once
MOST_USERS = 20_000  # shoppers whose nearest is looked for; of more, a sample
FEWEST = 5  # products of a basket that is no accident
CLOSE = 0.99  # of real shoppers, how close to the next one most of them are
DCR_ROWS, DCR_REFERENCE = 1000, 4000  # rows compared with as many of what it learned from as were held out
DAY = 86_400_000_000
Floats = NDArray[np.float64]


def sampled_rows(n: int, most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """All of n rows, or `most` of them at random, in order."""
    return np.arange(n) if n <= most else np.sort(rng.choice(n, most, replace=False))


def nearest_jaccard(from_: sparse.csr_matrix, to: sparse.csr_matrix, rows: NDArray[np.integer] | None = None) -> Floats:
    """The largest Jaccard similarity of each row of `from_` to a row of `to`, csr of ones [users, items]: float64.

    rows: int, one for each row of `from_`: its own place in `to`, which is left out.
    """
    best = np.zeros(from_.shape[0])
    n_from, n_to = np.diff(from_.indptr).astype(np.float32), np.diff(to.indptr).astype(np.float32)
    turned = to.T.tocsr()
    for start in range(0, from_.shape[0], BLOCK):
        both = (from_[start : start + BLOCK] @ turned).tocoo()
        likeness = both.data / (n_from[start + both.row] + n_to[both.col] - both.data)  # float32, as the independent scorer has it
        if rows is not None:
            likeness[both.col == rows[start + both.row]] = 0.0
        np.maximum.at(best, start + both.row, likeness)
    return best


def nearest_real(real: sparse.csr_matrix, rng: np.random.Generator) -> Floats:
    """How like the nearest other real shopper each real one is; of more than MOST_USERS, for a sample. real: no empty rows."""
    rows = sampled_rows(real.shape[0], MOST_USERS, rng)
    return nearest_jaccard(real[rows], real, rows)


def too_close(among_real: Floats, to_real: Floats) -> float:
    """P3: share of synthetic shoppers at least as near to a real one as the nearest hundredth of real shoppers are to each other, beyond
    the share of real shoppers who are. 0 without shoppers.
    """
    if not len(to_real):
        return 0.0
    limit = np.quantile(among_real, CLOSE)
    return max(0.0, float((to_real >= limit).mean() - (among_real >= limit).mean()))


def product_set_keys(matrix: sparse.csr_matrix) -> NDArray[np.uint64]:
    """A key of each row's set of products."""
    keys = np.zeros(matrix.shape[0], dtype=np.uint64)
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    np.add.at(keys, row, mixed(matrix.indices.astype(np.int64)))
    return keys


def basket_keys(matrix: sparse.csr_matrix) -> NDArray[np.uint64]:
    """`product_set_keys` of the rows with at least five products."""
    return np.asarray(product_set_keys(matrix)[np.diff(matrix.indptr) >= FEWEST])


def copied_baskets(real: Events, other: Events) -> float:
    """P4: share of the different sets of five or more products in `other` that a real shopper has too; unknown products make a set new."""
    known = np.bincount(other.user[other.item < 0], minlength=other.n_users) == 0
    sets = np.diff(other.matrix.indptr) >= FEWEST
    new = int((sets & ~known).sum())
    ours = np.unique(basket_keys(other.matrix[np.flatnonzero(known)]))
    return float(np.isin(ours, basket_keys(real.matrix)).sum() / max(len(ours) + new, 1))


def natural_copies(real: Events) -> float:
    """Share of the real shoppers' different sets that several of them have."""
    _, counts = np.unique(basket_keys(real.matrix), return_counts=True)
    return float((counts > 1).mean()) if len(counts) else 0.0


def nearer_rows(real: Events, other: Events, holdout: Events, rng: np.random.Generator) -> float:
    """P5: share of rows of `other` nearer to a row of the real log than to one of the holdout, ties for half, samples of equal size.

    Distance: mean over the columns of 0 or 1 for words and of the difference over the real range for numbers. NaN where a log is empty.
    """
    size = min(len(real), len(holdout), DCR_REFERENCE)
    if not size or not len(other):
        return float("nan")
    logs = (real, holdout, other)
    picked = [np.sort(rng.choice(len(e), min(len(e), n), replace=False)) for e, n in zip(logs, (size, size, DCR_ROWS), strict=True)]
    words, numbers = _row_table(logs, picked)
    to_real, to_held = (_least(words[2], numbers[2], words[i], numbers[i]) for i in (0, 1))
    return float((to_real < to_held - 1e-9).mean() + (np.abs(to_real - to_held) <= 1e-9).mean() / 2)


def _row_table(logs: tuple[Events, ...], picked: list[NDArray[np.int64]]) -> tuple[list[NDArray[np.int64]], list[NDArray[np.float64]]]:
    """Columns of words, and of numbers over their real range, of the picked rows; only columns that all logs have."""
    words = ["item", *(name for name in ("event", "category") if all(e.has(name) for e in logs))]
    numbers = [name for name in (*NUMBERS, "time") if all(e.has(name) for e in logs)]
    tables: tuple[list[NDArray[np.int64]], list[NDArray[np.float64]]] = ([], [])
    ranges = {name: _range(_number(logs[0], name)) for name in numbers}
    for events, rows in zip(logs, picked, strict=True):
        tables[0].append(np.stack([(events.item if name == "item" else events.ints(name))[rows] for name in words], axis=1))
        scaled = [(_number(events, name)[rows] - ranges[name][0]) / ranges[name][1] for name in numbers]
        tables[1].append(np.nan_to_num(np.stack(scaled, axis=1)) if scaled else np.zeros((len(rows), 0)))
    return tables


def _number(events: Events, name: str) -> Floats:
    if name != "time":
        return np.asarray(events.columns[name], dtype=np.float64)
    return np.where(events.ints(name) == NO_TIME, np.nan, events.ints(name) / DAY)


def _range(column: Floats) -> tuple[float, float]:
    known = column[~np.isnan(column)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    return low, (high - low) or 1.0


def _least(words: NDArray[np.int64], numbers: Floats, to_words: NDArray[np.int64], to_numbers: Floats) -> Floats:
    least = np.empty(len(words))
    for row in range(len(words)):
        distance = (to_words != words[row]).sum(axis=1) + np.minimum(np.abs(to_numbers - numbers[row]), 1.0).sum(axis=1)
        least[row] = distance.min()
    return np.asarray(least / max(words.shape[1] + numbers.shape[1], 1))
