"""EASE: an item-item model with a closed form (Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data", eq. 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray
from scipy import linalg, sparse
from scipy.sparse.linalg import svds

from recsys_core.errors import InputError
from recsys_core.inference.contract import ArrayLoader, Floats, Users
from recsys_core.inference.kinds.item_item import ItemItemScorer
from recsys_core.models.contract import FitContext, FitReport, Recommender, as_float32
from recsys_core.models.spec import Value
from recsys_core.models.specs.ease import EASE

BYTES_A_CELL = 20  # the Gram matrix and its inverse in float64, the weights in float32, as they overlap


class Ease(Recommender):
    """B = I - P diag(1/P_jj) with P = (X'X + l2 I)^-1, so that diag(B) = 0; score = x B."""

    spec = EASE

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Invert the Gram matrix. Raises InputError before it starts where the catalogue would not fit into memory."""
        train = as_float32(train)
        _check_memory(train.shape[1])
        context.listener.check()
        gram = (train.T @ train).toarray().astype(np.float64)
        gram[np.diag_indices_from(gram)] += float(self.settings["l2"])
        inverse = linalg.inv(gram, overwrite_a=True, check_finite=False, assume_a="pos")
        weights = inverse / -np.diag(inverse)
        np.fill_diagonal(weights, 0.0)
        self.weights_: Floats = weights.astype(np.float32)
        self._train = train
        return FitReport()

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """The history's rows of B, added."""
        return ItemItemScorer(self.weights_).score(as_float32(histories))

    def item_vectors(self) -> Floats:
        """Leading eigenvectors of the normalised Gram matrix that EASE inverts, times the root of their eigenvalues.

        EASE itself has no factors. Products that the same shoppers buy lie close together in these, which is what variety needs.
        Only a model that was fitted in this process has them; they are exported beside the weights.
        """
        lengths = np.sqrt(np.asarray(self._train.sum(axis=0)).ravel())
        scaled = self._train @ sparse.diags(1.0 / np.maximum(lengths, 1.0))
        rank = min(int(self.settings["dimensions"]), min(scaled.shape) - 1)
        if rank < 1:
            return np.ones((scaled.shape[1], 1), dtype=np.float32)
        _, values, directions = svds(scaled.astype(np.float64), k=rank, v0=np.ones(min(scaled.shape)), random_state=0)
        order = np.argsort(-values)
        signs = np.sign(directions[np.arange(rank), np.abs(directions).argmax(axis=1)])
        return np.ascontiguousarray((directions * (values * signs)[:, None])[order].T, dtype=np.float32)

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """One item-item matrix."""
        return {"kind": "item-item"}, {"scorer/weights.npy": self.weights_}

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> Ease:
        """From the matrix."""
        model = cls(settings)
        model.weights_ = array("scorer/weights.npy")
        return model


def _check_memory(items: int) -> None:
    needed, free = items * items * BYTES_A_CELL, psutil.virtual_memory().available
    if needed > 0.8 * free:
        raise InputError(
            f"EASE on {items:,} products needs {needed / 2**30:.1f} GB of memory and {free / 2**30:.1f} GB are free.",
            "Train mult-vae instead, or raise --min-item-users so that fewer products train.",
        )
