"""The leading directions of who had what: factors for PureSVD, and vectors for products in models that have no factors of their own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.contract import Floats

OVERSAMPLING = 0.25  # of the rank, and at least 20: directions that are followed beside those that are kept
ITERATIONS = 4  # of the subspace; with them PureSVD's figures equal the exact ones to .001 on cfgan_ml100k and online_retail
NOTHING = 1e-5  # of the largest singular value: smaller ones are rounding


def spectral_vectors(train: sparse.csr_matrix, dimensions: int) -> Floats:
    """Leading eigenvectors of the normalised Gram matrix of `train` [users, items], times the root of their eigenvalue: float32 [items, d].

    Cell (i, j) of that matrix is the cosine of items i and j, so products that the same shoppers buy lie close together, which is
    what variety needs. d is `dimensions`, or less where the matrix has no more.
    """
    if min(dimensions, min(train.shape) - 1) < 1:
        return np.ones((train.shape[1], 1), dtype=np.float32)
    values, directions = leading_directions(scaled_items(train, 0.5), min(dimensions, min(train.shape) - 1))
    return directions * values


def scaled_items(train: sparse.csr_matrix, exponent: float) -> sparse.csr_matrix:
    """Csr float32 [users, items]: every item's column over its popularity to this power; .5 gives columns of length 1."""
    popularity = np.maximum(np.asarray(train.sum(axis=0), dtype=np.float64).ravel(), 1.0)
    return (train @ sparse.diags(popularity**-exponent)).tocsr().astype(np.float32)


def leading_directions(matrix: sparse.csr_matrix, rank: int, check: Callable[[], None] = lambda: None) -> tuple[Floats, Floats]:
    """The largest singular values [d], falling, and their right singular vectors [columns, d] of a csr float32 matrix, d <= rank.

    Subspace iteration from random directions (Halko, Martinsson & Tropp 2011, algorithm 4.4), exact where the rank is near that of the
    matrix; d is less than `rank` where no more than rounding is left. Memory: 1.25 rank times (three columns and one row of the matrix)
    in float32. The same bits in every run; of both signs the one that makes the largest entry positive. check: called between iterations.
    """
    width = min(max(rank + 20, int(rank * (1 + OVERSAMPLING))), *matrix.shape)
    turned = matrix.T.tocsr()
    basis = np.random.default_rng(0).standard_normal((matrix.shape[1], width), dtype=np.float32)
    for _ in range(ITERATIONS + 1):
        check()
        basis = np.linalg.qr(turned @ (matrix @ basis))[0]
    check()
    values, turns = _right_singular(np.asarray(np.linalg.qr(matrix @ basis, mode="r")))
    kept = min(rank, max(1, int((values > NOTHING * values[0]).sum())))
    directions = basis @ turns[:, :kept].astype(np.float32)
    signs = np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(kept)])
    return values[:kept].astype(np.float32), directions * signs


def _right_singular(triangle: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Singular values and right singular vectors as columns, in double precision."""
    _, values, rows = np.linalg.svd(triangle.astype(np.float64))
    return values, rows.T
