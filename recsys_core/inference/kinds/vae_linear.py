"""An autoencoder with a linear path around its bottleneck: logits of the one plus the other's scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Floats, Scorer, Users


@dataclass(frozen=True)
class VaeLinearScorer:
    """scale: of the linear path's scores. part: "both", or "vae" or "linear" alone, to see what each is worth."""

    vae: Scorer
    linear: Scorer
    scale: float
    part: str = "both"

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Logits of the autoencoder + scale x linear scores."""
        total = np.zeros(histories.shape, dtype=np.float32)
        if self.part != "vae":
            total += np.float32(self.scale) * self.linear.score(histories, users)
        if self.part != "linear":
            total += self.vae.score(histories, users)
        return total


def build(description: Mapping[str, Any], array: ArrayLoader) -> VaeLinearScorer:
    """From its two nested parts."""
    from recsys_core.inference.scorers import build_parts

    vae, linear = build_parts(description, array)
    return VaeLinearScorer(vae, linear, float(description["scale"]), str(description["part"]))
