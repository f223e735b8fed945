"""A history times a sparse item-item matrix: item-kNN, RP3beta, EASE on catalogues too large for a dense one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Arrays, Floats, Users

LARGEST_PRIOR = 1e-20


@dataclass(frozen=True)
class SparseItemItemScorer:
    """weights: csr float32 [items, items]; row i is what having i says of every item. prior: float32 [items], the scores of the items that
    a history says nothing of (`best_sellers_last`); 0 without it, and then equal items are listed by their number.
    """

    weights: sparse.csr_matrix
    prior: Floats | None = None

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Sum of the history's rows of the matrix, the prior where that is 0."""
        scores = np.asarray((histories @ self.weights).toarray(), dtype=np.float32)
        if self.prior is not None:
            np.copyto(scores, self.prior, where=scores == 0)
        return scores

    def export(self) -> tuple[dict[str, Any], Arrays]:
        """(description, arrays) of it."""
        arrays: Arrays = {
            "scorer/data.npy": self.weights.data.astype(np.float32),
            "scorer/indices.npy": self.weights.indices.astype(np.int32),
            "scorer/indptr.npy": self.weights.indptr.astype(np.int64),
        }
        if self.prior is not None:
            arrays["scorer/prior.npy"] = self.prior
        return {"kind": "sparse-item-item", "prior": self.prior is not None}, arrays


def best_sellers_last(weights: sparse.csr_matrix, users: NDArray[np.integer]) -> Floats:
    """A prior by how many users had each item, float32 [items]: best sellers fill a list up after all that is spoken for.

    Below every positive weight, so below every positive score of weights without a sign, and below 1e-20.
    """
    smallest = float(weights.data[weights.data > 0].min(initial=1.0))
    prior: Floats = (min(LARGEST_PRIOR, 0.5 * smallest) * users / max(int(users.max(initial=0)), 1)).astype(np.float32)
    return prior


def build(description: Mapping[str, Any], array: ArrayLoader) -> SparseItemItemScorer:
    """From the three arrays of a csr matrix, and the prior where there is one."""
    data, indices, indptr = (array(f"scorer/{name}.npy") for name in ("data", "indices", "indptr"))
    size = len(indptr) - 1
    prior = array("scorer/prior.npy") if description.get("prior") else None
    return SparseItemItemScorer(sparse.csr_matrix((data, indices, indptr), shape=(size, size)), prior)
