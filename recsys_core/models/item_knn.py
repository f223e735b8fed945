"""Item-kNN: products are near when the same shoppers have them (Sarwar et al. 2001; as in Ferrari Dacrema et al. 2019).

nearness of i and j = x_i . x_j / (|x_i| |x_j| + shrink),   x_i: who had item i, each shopper with a weight
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.models.contract import FitContext
from recsys_core.models.neighbour_model import NeighbourModel
from recsys_core.models.neighbours import Neighbours, nearest_items
from recsys_core.models.specs.item_knn import ITEM_KNN

BM25_K1, BM25_B = 1.2, 0.75  # the usual values (Robertson & Zaragoza 2009)


class ItemKNN(NeighbourModel):
    """Cosine with shrinkage, shoppers weighted alike or by how telling their purchases are."""

    spec = ITEM_KNN

    def nearest(self, train: sparse.csr_matrix, k: int, context: FitContext) -> Neighbours:
        """By cosine, over the shoppers that two products share."""
        weighted = weigh(train, str(self.settings["weighting"]))
        lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=0)).ravel())
        return nearest_items(weighted.T.tocsr(), weighted, lengths, float(self.settings["shrink"]), k, context.listener.check)


def weigh(train: sparse.csr_matrix, weighting: str) -> sparse.csr_matrix:
    """Csr float64 [users, items]: each entry worth what its shopper tells of the product.

    With products as documents and shoppers as their words, "tf-idf" is log((1 + items) / (1 + items of the shopper)): somebody
    who buys everything says little of what goes together. "bm25" also makes each shopper count less in a product that many have, which
    a cosine undoes but for its shrinkage.
    """
    if weighting == "none":
        return train.astype(np.float64)
    items = train.shape[1]
    telling = np.log((items + 1) / (1.0 + np.diff(train.indptr)))
    weighted = (sparse.diags(telling) @ train).tocsr()
    return (
        (weighted @ sparse.diags(_bm25(np.asarray(train.sum(axis=0), dtype=np.float64).ravel()))).tocsr()
        if weighting == "bm25"
        else weighted
    )


def _bm25(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """What one occurrence is worth in documents of these lengths."""
    length = 1 - BM25_B + BM25_B * counts / max(float(counts.mean()), 1e-12)
    worth: NDArray[np.float64] = (BM25_K1 + 1) / (BM25_K1 * length + 1)
    return worth
