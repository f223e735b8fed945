"""F8 and F9: which categories and which products the same shoppers have, real beside synthetic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.synthesis.scorecard.distances import pearson
from recsys_core.synthesis.scorecard.events import Events, Ints

TOP_CATEGORIES, TOP_ITEMS = 20, 300
Matrix = NDArray[np.float64]


def top_categories(real: Events, n_categories: int) -> Ints:
    """The categories with the most events in the real log, at most 20."""
    counts = np.bincount(real.ints("of_item")[real.ints("of_item") >= 0], minlength=n_categories)
    order = np.argsort(-counts, kind="stable")[:TOP_CATEGORIES]
    return order[counts[order] > 0].astype(np.int64)


def category_correlations(events: Events, top: Ints, n_categories: int) -> Matrix:
    """Correlation over shoppers of the shares that categories have in their events: [top, top]; NaN for a category nobody has."""
    category, there = events.ints("of_item"), events.ints("of_item") >= 0
    ones, cells = np.ones(int(there.sum())), (events.user[there], category[there])
    table = sparse.csr_matrix((ones, cells), shape=(events.n_users, n_categories))
    counts = table[np.flatnonzero(np.diff(table.indptr))][:, top].toarray()
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.atleast_2d(np.corrcoef((counts / counts.sum(axis=1, keepdims=True).clip(min=1)).T))


def top_items(real: Events) -> Ints:
    """The products with the most events in the real log, at most 300."""
    return np.argsort(-real.item_counts, kind="stable")[:TOP_ITEMS].astype(np.int64)


def item_correlations(events: Events, top: Ints) -> Matrix:
    """Phi coefficients of having one product and another, over the shoppers who have any of the top ones: [top, top], 0 where undefined."""
    had = events.matrix[:, top]
    n = int((np.diff(had.indptr) > 0).sum())
    both = (had.T @ had).toarray().astype(np.float64)
    share = np.diag(both) / max(n, 1)
    spread = np.sqrt(share * (1 - share))
    with np.errstate(invalid="ignore", divide="ignore"):
        phi = (both / max(n, 1) - np.outer(share, share)) / np.outer(spread, spread)
    return np.asarray(np.nan_to_num(phi, posinf=0.0, neginf=0.0))


def likeness(real: Matrix, other: Matrix) -> float:
    """Correlation of what is off the diagonals; 0 where the other does not vary, NaN where the real one does not."""
    above = np.triu_indices(len(real), 1)
    a, b = real[above], other[above]
    known = np.isfinite(a) & np.isfinite(b)
    if not np.isfinite(a).any() or not np.nanstd(a):
        return float("nan")
    found = pearson(a[known], b[known])
    return 0.0 if np.isnan(found) else found
