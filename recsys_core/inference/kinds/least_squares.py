"""A history folded into factors by the least squares that the items' factors were learned with: iALS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.cholesky import cholesky_solve
from recsys_core.inference.contract import ArrayLoader, Floats, Users

CHUNK = 512  # rows of factors gathered at a time, so that a history of any length needs as little memory


@dataclass(frozen=True)
class LeastSquaresScorer:
    """factors: float32 [items, d]; gramian: factors' factors, float32 [d, d]. unobserved: weight of every pair that is not there (alpha0).

    reg: lambda, for each interaction that a vector explains (nu = 1 of Rendle et al. 2022).
    """

    factors: Floats
    gramian: Floats
    unobserved: float
    reg: float

    def encode(self, histories: sparse.csr_matrix) -> Floats:
        """The vector of each history, float32 [n, d]; 0 where it is empty."""
        return fold_in(histories, self.factors, self.gramian, self.unobserved, self.reg)

    def decode(self, latent: Floats) -> Floats:
        """Scores float32 [n, items] of vectors [n, d]: their products with the items' factors."""
        return np.asarray(latent @ self.factors.T, dtype=np.float32)

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Those of the folded-in vectors."""
        return self.decode(self.encode(histories))


def build(description: Mapping[str, Any], array: ArrayLoader) -> LeastSquaresScorer:
    """From scorer/factors.npy and scorer/gramian.npy."""
    weights = (float(description["unobserved"]), float(description["reg"]))
    return LeastSquaresScorer(array("scorer/factors.npy"), array("scorer/gramian.npy"), *weights)


def fold_in(
    rows: sparse.csr_matrix,
    factors: Floats,
    gramian: Floats,
    unobserved: float,
    reg: float,
    columns: int | None = None,
    confidence: NDArray[np.float32] | None = None,
) -> Floats:
    """The vector w of each row that makes this least, i over the row's own columns: float32 [rows, d].

        sum_i c_i (w'h_i - 1)^2 + unobserved sum_all (w'h)^2 + reg (sum_i c_i + unobserved columns) |w|^2

    Rendle et al. 2022, eq. 3 to 6, with nu = 1. rows: csr [n, columns]. factors: the h, float32 [columns, d]; gramian: their products.
    columns: how many count, all of them by default. confidence: the c, aligned with rows.data; 1 each by default.
    """
    found = np.zeros((rows.shape[0], factors.shape[1]), dtype=np.float32)
    every = factors.shape[0] if columns is None else columns
    roots = np.ones(1, dtype=np.float32) if confidence is None else np.sqrt(confidence)
    base = (unobserved * gramian).astype(np.float32)
    table = np.ascontiguousarray(factors, dtype=np.float32)
    _solve_rows(rows.indptr, rows.indices, roots, confidence is not None, table, base, unobserved * every, reg, found)
    return found


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _solve_rows(  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    indptr, indices, roots, weighted, factors, base, everywhere, reg, found
):
    """One Cholesky a row. Each gathered factor is scaled by the root of its confidence, so that one product gives the weighted sum."""
    d = factors.shape[1]
    gathered = np.empty((CHUNK, d), dtype=np.float32)
    ones = np.empty(CHUNK, dtype=np.float32)
    matrix = np.empty((d, d), dtype=np.float32)
    product = np.empty((d, d), dtype=np.float32)
    for row in range(len(indptr) - 1):
        start, stop = indptr[row], indptr[row + 1]
        if start == stop:
            continue
        matrix[:] = base
        total = everywhere
        for first in range(start, stop, CHUNK):
            count = min(CHUNK, stop - first)
            for place in range(count):
                root = roots[first + place] if weighted else np.float32(1.0)
                ones[place] = root
                total += root * root
                gathered[place] = root * factors[indices[first + place]]
            some = gathered[:count]
            np.dot(some.T, some, product)
            matrix += product
            found[row] += np.dot(ones[:count], some)
        for k in range(d):
            matrix[k, k] += reg * total
        cholesky_solve(matrix, found[row], d)
