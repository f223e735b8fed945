"""Ridge regression of anything on sparse content rows, by conjugate gradients for all targets at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

STEPS = 80
CLOSE = 1e-8  # of the squared residual, relative: far below what a list could tell


def ridge(
    rows: sparse.csr_matrix, targets: NDArray[np.float64], penalty: float, check: Callable[[], None] = lambda: None
) -> NDArray[np.float64]:
    """W [columns, targets] that minimises |rows W - targets|^2 + penalty |W|^2, of csr rows [n, columns] and targets [n, t].

    Conjugate gradients on the normal equations, a step size for each target (Hestenes & Stiefel 1952). check: called between steps.
    """
    table = rows.astype(np.float64).tocsr()
    turned = table.T.tocsr()
    left = np.asarray(turned @ targets, dtype=np.float64)
    found: NDArray[np.float64] = np.zeros_like(left)
    direction = left.copy()
    size = (left * left).sum(axis=0)
    enough = CLOSE * np.maximum(size, 1e-300)
    for _ in range(STEPS):
        if (size <= enough).all():
            break
        check()
        moved = turned @ (table @ direction) + penalty * direction
        step = np.where(size > enough, size / np.maximum((direction * moved).sum(axis=0), 1e-300), 0.0)
        found += step * direction
        left -= step * moved
        after = (left * left).sum(axis=0)
        direction = left + (after / np.maximum(size, 1e-300)) * direction
        size = after
    return found
