"""EASE: an item-item model with a closed form (Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data", eq. 8)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys_core.models.item_item import ItemItemModel
from recsys_core.models.specs.ease import EASE


class Ease(ItemItemModel):
    """The same penalty for every product: ridge regression of each product on all others."""

    spec = EASE

    def penalty(self, support: NDArray[np.float64]) -> NDArray[np.float64]:
        """l2 each."""
        return np.full(len(support), float(self.settings["l2"]))
