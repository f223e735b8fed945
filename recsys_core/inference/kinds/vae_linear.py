"""An autoencoder with a linear path around its bottleneck: how often the one expects each item, plus the other's scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Floats, Scorer, Users


@dataclass(frozen=True)
class VaeLinearScorer:
    """weight: of what the autoencoder expects. part: "both", or "vae" or "linear" alone, to see what each is worth."""

    vae: Scorer
    linear: Scorer
    weight: float
    part: str = "both"

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """weight x `expected_counts` + linear scores."""
        total = np.zeros(histories.shape, dtype=np.float32)
        if self.part != "vae":
            total += self.linear.score(histories, users)
        if self.part != "linear":
            total += np.float32(self.weight) * expected_counts(self.vae.score(histories, users), np.diff(histories.indptr))
        return total


def expected_counts(logits: Floats, had: NDArray[np.integer]) -> Floats:
    """n softmax(logits), float32 [rows, items]: how often each item is expected among n draws. had: n of each row; 0 counts as 1."""
    shares: Floats = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares *= np.maximum(had, 1).astype(np.float32)[:, None] / shares.sum(axis=1, keepdims=True)
    return shares


def build(description: Mapping[str, Any], array: ArrayLoader) -> VaeLinearScorer:
    """From its two nested parts."""
    from recsys_core.inference.scorers import build_parts

    vae, linear = build_parts(description, array)
    return VaeLinearScorer(vae, linear, float(description["weight"]), str(description["part"]))
