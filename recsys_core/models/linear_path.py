"""EDLAE's scores as a path of a network: honest ones while it trains, for the matrix was fitted on the very rows it scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys_core.inference.contract import Floats
from recsys_core.models.edlae import Edlae
from recsys_core.models.gram import shared_gram

LEVERAGE = 0.999  # a row's own share in its scores beyond which float32 cannot take it out


@dataclass(frozen=True)
class LinearPath:
    """weights: EDLAE's B, [items, items]. spread: diag(P) of P = (X'X + penalty)^-1, [items]; None for the sparse form, which has no P."""

    weights: Floats | sparse.csr_matrix
    spread: Floats | None

    @classmethod
    def of(cls, model: Edlae, train: sparse.csr_matrix, memo: dict[str, object]) -> LinearPath:
        """Of a fitted model. As column j of P solves (X'X + penalty) P_j = e_j and P_ij = -B_ij P_jj, 1 / P_jj = A_jj - sum_i A_ij B_ij."""
        if sparse.issparse(model.weights_):
            return cls(model.weights_, None)
        gram = shared_gram(train, memo)
        support = np.diag(gram).astype(np.float64)
        explained = np.einsum("ij,ij->j", gram, model.weights_, dtype=np.float64)
        return cls(model.weights_, (1.0 / (support + model.penalty(support) - explained)).astype(np.float32))

    def score(self, histories: sparse.csr_matrix) -> Floats:
        """x B, float32 [n, items]."""
        scores = histories @ self.weights
        return np.asarray(scores.toarray() if sparse.issparse(scores) else scores, dtype=np.float32)

    def without_own(self, rows: sparse.csr_matrix, thinned: sparse.csr_matrix) -> Floats:
        """Scores of `thinned` by the matrix that is fitted without these very `rows`, each row without its own self alone.

        By Sherman and Morrison P without row x is P + P x x'P / (1 - x'P x), penalty kept, so nothing is inverted again: the cost is
        that of two products with B. The sparse form's are the plain scores.
        """
        plain = self.score(thinned)
        if self.spread is None:
            return plain
        own = self.spread * (rows.toarray() - self.score(rows))  # x P
        part = thinned.toarray()
        leverage = np.minimum(np.asarray(rows.multiply(own).sum(axis=1)), LEVERAGE)
        factor = np.asarray(1.0 / (1.0 - leverage), dtype=np.float32)
        shared = np.asarray(thinned.multiply(own).sum(axis=1), dtype=np.float32)
        numerator = self.spread * (part - plain) + shared * factor * own
        return np.asarray(part - numerator / (self.spread + factor * np.square(own)), dtype=np.float32)
