"""What EASE and EDLAE share: item-item weights from co-occurrences, with a penalty on their diagonal, in a dense and in a sparse form."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import psutil
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.inference.contract import ArrayLoader, Floats, Users
from recsys_core.inference.kinds.item_item import ItemItemScorer
from recsys_core.inference.kinds.sparse_item_item import SparseItemItemScorer, best_sellers_last
from recsys_core.inference.scorers import build_scorer
from recsys_core.models.contract import FitContext, FitReport, Recommender, as_float32
from recsys_core.models.gram import item_weights, shared_gram
from recsys_core.models.neighbour_ridge import neighbour_weights, shared_co_occurrences
from recsys_core.models.spec import Value
from recsys_core.models.spectral import spectral_vectors

DENSE_ITEMS = 20_000  # one inverse grows with the cube (0.4 processor seconds at 3,500 items); the sparse form takes seconds at any size
BYTES_A_CELL = 20  # the Gram matrix, the weights and the best weights so far in float32, and the inverse where it needs float64


class ItemItemModel(Recommender):
    """score = x B, diag(B) = 0. Dense: B = I - P diag(1 / P_jj) with P = (X'X + diag(penalty))^-1, the ridge regression of every item
    on all others. Sparse: the same on each item's nearest items alone (`neighbour_ridge`).
    """

    _prior: Floats | None = None

    @abstractmethod
    def penalty(self, support: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is added to the diagonal of the Gram matrix: float64 [items]. support: how many users had each item."""

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Solve for B; the form it took is in `learned`. Raises InputError before it starts where a dense one does not fit into memory."""
        train = as_float32(train)
        context.listener.check()
        form = str(context.learned.get("form") or self._form(train.shape[1], context.memo))
        if form == "dense":
            gram = shared_gram(train, context.memo, context.listener)
            context.listener.check()
            self.weights_: Floats | sparse.csr_matrix = item_weights(gram, self.penalty(np.diag(gram).astype(np.float64)))
        else:
            pairs = shared_co_occurrences(train, context.memo, context.listener)
            penalty = self.penalty(pairs.diagonal().astype(np.float64))
            self.weights_ = neighbour_weights(pairs, penalty, int(self.settings["neighbours"]), context.listener)
            self._prior = best_sellers_last(self.weights_, train.getnnz(axis=0))
        self._train = train
        return FitReport(learned={"form": form})

    def _form(self, items: int, memo: dict[str, Any]) -> str:
        """dense or sparse, as set; left to itself dense for catalogues that are small enough for this machine.

        Memory is looked at once for all points of a grid: what the first ones left in `memo` would count twice.
        """
        asked, needed, free = str(self.settings["form"]), items * items * BYTES_A_CELL, psutil.virtual_memory().available
        fits = memo.setdefault(f"dense form of {items}", needed <= 0.8 * free)
        if asked == "dense" and not fits:
            raise InputError(
                f"The dense form of {self.spec.id} on {items:,} products needs {needed / 2**30:.1f} GB of memory and"
                f" {free / 2**30:.1f} GB are free.",
                "Use --set form=sparse, or raise --min-item-users so that fewer products train.",
            )
        if asked == "auto":
            return "dense" if fits and items <= DENSE_ITEMS else "sparse"
        return asked

    def _scorer(self) -> ItemItemScorer | SparseItemItemScorer:
        return SparseItemItemScorer(self.weights_, self._prior) if sparse.issparse(self.weights_) else ItemItemScorer(self.weights_)

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """The history's rows of B, added; in the sparse form next to nothing, by popularity, where that is 0."""
        return self._scorer().score(as_float32(histories))

    def item_vectors(self) -> Floats:
        """Leading eigenvectors of the normalised Gram matrix (`spectral_vectors`).

        The model itself has no factors. Products that the same shoppers buy lie close together in these, which is what variety needs.
        Only a model that was fitted in this process has them; they are exported beside the weights.
        """
        return spectral_vectors(self._train, int(self.settings["dimensions"]))

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """One item-item matrix, dense or csr."""
        scorer = self._scorer()
        return (
            scorer.export() if isinstance(scorer, SparseItemItemScorer) else ({"kind": "item-item"}, {"scorer/weights.npy": self.weights_})
        )

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> Self:
        """From the matrix."""
        model, scorer = cls(settings), build_scorer(description, array)
        assert isinstance(scorer, ItemItemScorer | SparseItemItemScorer)
        model.weights_ = scorer.weights
        if isinstance(scorer, SparseItemItemScorer):
            model._prior = scorer.prior
        return model
