"""A history times an item-item matrix: EASE, EDLAE and their kin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Floats, Users


@dataclass(frozen=True)
class ItemItemScorer:
    """weights: float32 [items, items]; row i is what having i says of every item."""

    weights: Floats

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Sum of the history's rows of the matrix."""
        return np.asarray(histories @ self.weights, dtype=np.float32)


def build(description: Mapping[str, Any], array: ArrayLoader) -> ItemItemScorer:
    """From scorer/weights.npy."""
    return ItemItemScorer(array("scorer/weights.npy"))
