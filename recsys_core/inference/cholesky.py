"""Small positive definite systems, many of them: the kernel of every model that solves a ridge regression a row."""

from __future__ import annotations

import numpy as np
from numba import njit

SMALLEST_PIVOT = 1e-5  # of the diagonal: below it, float32 leaves nothing but rounding


@njit(nogil=True, cache=True, fastmath=True)  # type: ignore[untyped-decorator]
def cholesky_solve(matrix, vector, size):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """vector = matrix^-1 vector, over the first `size` rows; reads the lower triangle of `matrix` [>= size, >= size] and overwrites it.

    An unknown whose pivot rounding has eaten up (it is a copy of those before it) is passed over: it becomes 0.
    """
    for row in range(size):
        for column in range(row):
            total = matrix[row, column]
            for k in range(column):
                total -= matrix[row, k] * matrix[column, k]
            matrix[row, column] = total * matrix[column, column]
        pivot = matrix[row, row]
        smallest = SMALLEST_PIVOT * pivot
        for k in range(row):
            pivot -= matrix[row, k] * matrix[row, k]
        # the diagonal holds 1 / L_ii, or 0 where the unknown is passed over
        matrix[row, row] = 1.0 / np.sqrt(pivot) if pivot > smallest else 0.0
        total = vector[row]
        for k in range(row):
            total -= matrix[row, k] * vector[k]
        vector[row] = total * matrix[row, row]
    for row in range(size - 1, -1, -1):
        solved = vector[row] * matrix[row, row]
        vector[row] = solved
        for k in range(row):
            vector[k] -= matrix[row, k] * solved
