"""What EASE and EDLAE share: item-item weights from the Gram matrix, with a penalty on its diagonal."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import psutil
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from recsys_core.errors import InputError
from recsys_core.inference.contract import ArrayLoader, Floats, Users
from recsys_core.inference.kinds.item_item import ItemItemScorer
from recsys_core.models.contract import FitContext, FitReport, Recommender, as_float32
from recsys_core.models.gram import item_weights, shared_gram
from recsys_core.models.spec import Value

BYTES_A_CELL = 16  # the Gram matrix, the weights and the best weights so far in float32, and the inverse where it needs float64


class ItemItemModel(Recommender):
    """score = x B, with B = I - P diag(1 / P_jj) and P = (X'X + diag(penalty))^-1, so that diag(B) = 0."""

    @abstractmethod
    def penalty(self, support: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is added to the diagonal of the Gram matrix: float64 [items]. support: how many users had each item."""

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Invert the Gram matrix. Raises InputError before it starts where the catalogue would not fit into memory."""
        train = as_float32(train)
        _check_memory(self.spec.title, train.shape[1])
        context.listener.check()
        gram = shared_gram(train, context.memo, context.listener)
        context.listener.check()
        self.weights_: Floats = item_weights(gram, self.penalty(np.diag(gram).astype(np.float64)))
        self._train = train
        return FitReport()

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """The history's rows of B, added."""
        return ItemItemScorer(self.weights_).score(as_float32(histories))

    def item_vectors(self) -> Floats:
        """Leading eigenvectors of the normalised Gram matrix, times the root of their eigenvalues.

        The model itself has no factors. Products that the same shoppers buy lie close together in these, which is what variety needs.
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
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> Self:
        """From the matrix."""
        model = cls(settings)
        model.weights_ = array("scorer/weights.npy")
        return model


def _check_memory(title: str, items: int) -> None:
    needed, free = items * items * BYTES_A_CELL, psutil.virtual_memory().available
    if needed > 0.8 * free:
        raise InputError(
            f"{title} on {items:,} products needs {needed / 2**30:.1f} GB of memory and {free / 2**30:.1f} GB are free.",
            "Train mult-vae instead, or raise --min-item-users so that fewer products train.",
        )
