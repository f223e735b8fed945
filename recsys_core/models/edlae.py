"""EDLAE: EASE trained as if part of every history were hidden (Steck 2020, "Autoencoders that don't overfit towards the Identity")."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys_core.models.gram import edlae_penalty
from recsys_core.models.item_item import ItemItemModel
from recsys_core.models.specs.edlae import EDLAE


class Edlae(ItemItemModel):
    """A full-rank denoising linear autoencoder in closed form: dropout becomes a penalty that grows with a product's purchases."""

    spec = EDLAE

    def penalty(self, support: NDArray[np.float64]) -> NDArray[np.float64]:
        """l2 + p / (1 - p) support, with p the dropout."""
        return edlae_penalty(support, float(self.settings["l2"]), float(self.settings["dropout"]))
