"""iALS: matrix factorisation with every unseen pair as a weak zero (Hu et al. 2008), in the recipe of Rendle et al. 2022, "Revisiting the
Performance of iALS on Item Recommendation Benchmarks": weight by alpha0, regularise by frequency (nu = 1), start small.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Floats, Users
from recsys_core.inference.kinds.least_squares import LeastSquaresScorer, build, fold_in
from recsys_core.models.contract import FitContext, FitReport, Recommender, as_float32
from recsys_core.models.spec import Value
from recsys_core.models.specs.ials import IALS

START = 0.1  # sigma* of the paper: factors begin as normal numbers of this over the root of d
BLOCK = 1024  # rows solved between two checks


class Ials(Recommender):
    """Alternating least squares. Only the items' factors are kept: a user's vector is always the solution for what the user had, so that
    folding in and scoring the users of the training are one thing. A history has no strengths: it is folded in with equal weights.
    """

    spec = IALS

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """`epochs` times all users, then all items; the same random start for the same seed."""
        train = as_float32(train)
        by_user, by_item, unobserved = train, train.T.tocsr(), float(self.settings["unobserved"])
        weights = self._confidence(train, context)
        user_weights = item_weights = None
        if weights is not None:
            by_item = sparse.csr_matrix((weights, train.indices, train.indptr), shape=train.shape).T.tocsr()
            user_weights, item_weights = weights, by_item.data
        d, buyers = int(self.settings["factors"]), int((np.diff(train.indptr) > 0).sum())
        items = (np.random.default_rng(context.seed).normal(size=(train.shape[1], d)) * START / np.sqrt(d)).astype(np.float32)
        for _ in range(int(self.settings["epochs"])):
            users = self._solve(by_user, items, unobserved, train.shape[1], user_weights, context)
            items = self._solve(by_item, users, unobserved, buyers, item_weights, context)
        self.scorer_ = LeastSquaresScorer(items, items.T @ items, unobserved, float(self.settings["reg"]))
        return FitReport()

    def _solve(
        self,
        rows: sparse.csr_matrix,
        factors: Floats,
        unobserved: float,
        columns: int,
        confidence: NDArray[np.float32] | None,
        context: FitContext,
    ) -> Floats:
        gramian, found = factors.T @ factors, np.empty((rows.shape[0], factors.shape[1]), dtype=np.float32)
        for start in range(0, rows.shape[0], BLOCK):
            context.listener.check()
            block, places = rows[start : start + BLOCK], slice(rows.indptr[start], rows.indptr[min(start + BLOCK, rows.shape[0])])
            weights = None if confidence is None else confidence[places]
            found[start : start + BLOCK] = fold_in(block, factors, gramian, unobserved, float(self.settings["reg"]), columns, weights)
        return found

    def _confidence(self, train: sparse.csr_matrix, context: FitContext) -> NDArray[np.float32] | None:
        """What each pair weighs, 1 on average; None where all weigh the same."""
        strengths = context.side.strengths(train) if self.settings["confidence"] == "strength" else None
        if strengths is None:
            return None
        weights = np.log1p(np.maximum(strengths, 0.0))
        found: NDArray[np.float32] = (weights / max(float(weights.mean()), 1e-6)).astype(np.float32)
        return found

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """By the history's own vector."""
        return self.scorer_.score(as_float32(histories))

    def item_vectors(self) -> Floats:
        """The items' factors."""
        return self.scorer_.factors

    def user_vectors(self, histories: sparse.csr_matrix) -> Floats:
        """The vectors that scores are made of."""
        return self.scorer_.encode(as_float32(histories))

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """The items' factors, and what folding in needs beside them."""
        description = {"kind": "least-squares", "unobserved": self.scorer_.unobserved, "reg": self.scorer_.reg}
        return description, {"scorer/factors.npy": self.scorer_.factors, "scorer/gramian.npy": self.scorer_.gramian}

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> Ials:
        """From the items' factors."""
        model = cls(settings)
        model.scorer_ = build(description, array)
        return model
