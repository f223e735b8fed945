"""A history folded into a few numbers by one matrix and unfolded by another: PureSVD, low-rank EASE, content profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Floats, Users


@dataclass(frozen=True)
class LowRankScorer:
    """fold, unfold: float32 [items, d]. A user's vector is the sum of the history's rows of `fold`; scores are its products
    with `unfold`.
    """

    fold: Floats
    unfold: Floats

    def encode(self, histories: sparse.csr_matrix) -> Floats:
        """The vector of each history: float32 [n, d]."""
        return np.asarray(histories @ self.fold, dtype=np.float32)

    def decode(self, latent: Floats) -> Floats:
        """Scores float32 [n, items] of vectors [n, d]."""
        return np.asarray(latent @ self.unfold.T, dtype=np.float32)

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """(histories @ fold) @ unfold'."""
        return self.decode(self.encode(histories))


def build(description: Mapping[str, Any], array: ArrayLoader) -> LowRankScorer:
    """From scorer/fold.npy and scorer/unfold.npy (the same where the description says `tied`)."""
    fold = array("scorer/fold.npy")
    return LowRankScorer(fold, fold if description.get("tied") else array("scorer/unfold.npy"))
