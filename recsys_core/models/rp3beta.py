"""RP3beta: a walk from a product to one of its shoppers to another product of theirs, best sellers held back (Paudel et al. 2017).

nearness of i and j = sum_u P_iu^alpha P_uj^alpha / popularity_j^beta,   P: chances of one step of the walk
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recsys_core.models.contract import FitContext
from recsys_core.models.neighbour_model import NeighbourModel
from recsys_core.models.neighbours import Neighbours, nearest_items
from recsys_core.models.specs.rp3beta import RP3BETA


class RP3beta(NeighbourModel):
    """The third step of the paper's walk, from a shopper to a product, is the history that is scored: x W."""

    spec = RP3BETA

    def nearest(self, train: sparse.csr_matrix, k: int, context: FitContext) -> Neighbours:
        """For every product j the k products i from which a walk most likely leads to it."""
        alpha, beta = float(self.settings["alpha"]), float(self.settings["beta"])
        popularity = np.maximum(np.asarray(train.sum(axis=0), dtype=np.float64).ravel(), 1)
        activity = np.maximum(np.diff(train.indptr), 1).astype(np.float64)
        to_item = sparse.diags(activity**-alpha) @ train @ sparse.diags(popularity**-beta)  # [users, items]: the second step
        to_user = train @ sparse.diags(popularity**-alpha)  # [users, items]: the first step, turned round
        return nearest_items(to_item.T.tocsr(), to_user.tocsr(), np.ones(train.shape[1]), 0.0, k, context.listener.check)
