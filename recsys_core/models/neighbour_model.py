"""What item-kNN and RP3beta share: sparse item-item weights, in which every product is spoken for by its k nearest."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Self

from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Floats, Users
from recsys_core.inference.kinds.sparse_item_item import SparseItemItemScorer, best_sellers_last, build
from recsys_core.models.contract import FitContext, FitReport, Recommender, as_float32
from recsys_core.models.memo import shared
from recsys_core.models.neighbours import Neighbours
from recsys_core.models.spec import Value
from recsys_core.models.spectral import spectral_vectors


class NeighbourModel(Recommender):
    """score_j = the nearness of j to those of its k nearest products that are in the history, added; best sellers follow where none is.

    It is the product that is scored whose neighbours are kept (Sarwar et al. 2001): a best seller is near to many products and would
    otherwise fill the lists of all of them. Measured on cfgan_ml100k and online_retail: NDCG@5 .418 against .383, .169 against .145.
    """

    @abstractmethod
    def nearest(self, train: sparse.csr_matrix, k: int, context: FitContext) -> Neighbours:
        """The k nearest of every product, by all settings but k."""

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Find neighbours; as many as any point of the grid asks for, once for all of them."""
        train = as_float32(train)
        context.listener.check()
        k = int(self.settings["k"])
        most = max(k, *(int(point["k"]) for point in self.spec.grid))
        others = (most, *(value for key, value in self.settings.items() if key not in ("k", "dimensions", "metric")))
        found = shared(context.memo, self.spec.id, train, others, lambda: self.nearest(train, most, context))
        context.listener.check()
        self._train = train
        weights = found.weights(k).T.tocsr()
        self._scorer = SparseItemItemScorer(weights, best_sellers_last(weights, train.getnnz(axis=0)))
        return FitReport()

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """The history's rows of the weights, added; next to nothing, by popularity, where that is 0."""
        return self._scorer.score(as_float32(histories))

    def item_vectors(self) -> Floats:
        """Leading eigenvectors of the normalised Gram matrix (`spectral_vectors`): the model has no factors of its own.

        Only a model that was fitted in this process has them; they are exported beside the weights.
        """
        return spectral_vectors(self._train, int(self.settings["dimensions"]))

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """One sparse item-item matrix, and best sellers for what it says nothing of."""
        return self._scorer.export()

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> Self:
        """From the matrix."""
        model = cls(settings)
        model._scorer = build(description, array)
        return model
