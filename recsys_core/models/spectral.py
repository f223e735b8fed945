"""The leading directions of who had what: vectors for products in models that have no factors of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from recsys_core.inference.contract import Floats


def spectral_vectors(train: sparse.csr_matrix, dimensions: int) -> Floats:
    """Leading eigenvectors of the normalised Gram matrix of `train` [users, items], times the root of their eigenvalue: float32 [items, d].

    Cell (i, j) of that matrix is the cosine of items i and j, so products that the same shoppers buy lie close together, which is
    what variety needs. d is `dimensions`, or less where the matrix has no more.
    """
    lengths = np.sqrt(np.asarray(train.sum(axis=0), dtype=np.float64).ravel())
    scaled = (train.astype(np.float64) @ sparse.diags(1.0 / np.maximum(lengths, 1.0))).tocsr()
    rank = min(dimensions, min(scaled.shape) - 1)
    if rank < 1:
        return np.ones((scaled.shape[1], 1), dtype=np.float32)
    values, directions = leading_directions(scaled, rank)
    return (directions * values).astype(np.float32)


def leading_directions(matrix: sparse.csr_matrix, rank: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The largest singular values [rank], falling, and their right singular vectors [columns, rank] of a matrix; rank < both its sides.

    The same bits in every run: a fixed starting vector, and of both signs the one that makes the largest entry positive.
    """
    start = np.random.default_rng(0).normal(size=min(matrix.shape))
    _, values, rows = svds(matrix.astype(np.float64), k=rank, v0=start, return_singular_vectors="vh", rng=np.random.default_rng(0))
    order = np.argsort(-values, kind="stable")
    directions = rows[order].T
    signs = np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(rank)])
    return values[order], np.ascontiguousarray(directions * signs)
