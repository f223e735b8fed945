"""A history times a sparse item-item matrix: item-kNN, RP3beta, EASE on catalogues too large for a dense one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Arrays, Floats, Users


@dataclass(frozen=True)
class SparseItemItemScorer:
    """weights: csr float32 [items, items]; row i is what having i says of every item."""

    weights: sparse.csr_matrix

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Sum of the history's rows of the matrix."""
        return np.asarray((histories @ self.weights).toarray(), dtype=np.float32)


def export_csr(weights: sparse.csr_matrix) -> tuple[dict[str, Any], Arrays]:
    """(description, arrays) of a csr matrix as a scorer."""
    arrays: Arrays = {
        "scorer/data.npy": weights.data.astype(np.float32),
        "scorer/indices.npy": weights.indices.astype(np.int32),
        "scorer/indptr.npy": weights.indptr.astype(np.int64),
    }
    return {"kind": "sparse-item-item"}, arrays


def build(description: Mapping[str, Any], array: ArrayLoader) -> SparseItemItemScorer:
    """From the three arrays of a csr matrix."""
    data, indices, indptr = (array(f"scorer/{name}.npy") for name in ("data", "indices", "indptr"))
    size = len(indptr) - 1
    return SparseItemItemScorer(sparse.csr_matrix((data, indices, indptr), shape=(size, size)))
