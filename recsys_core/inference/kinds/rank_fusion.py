"""Weighted reciprocal rank fusion: what counts is the place that each scorer gives a product (Cormack, Clarke & Buettcher 2009)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Floats, Scorer, Users
from recsys_core.inference.top_k import mask_seen


@dataclass(frozen=True)
class RankFusionScorer:
    """parts and their weights; a part of weight 0 is not asked. constant: the larger, the less the first places stand out (paper: 60)."""

    parts: tuple[Scorer, ...]
    weights: tuple[float, ...]
    constant: float

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """The sum of weight / (constant + rank) over the parts, ranks from 1 among the items that are not in the history."""
        total = np.zeros(histories.shape, dtype=np.float32)
        for part, weight in zip(self.parts, self.weights, strict=True):
            if weight:
                total += reciprocal_ranks(part.score(histories, users), histories, self.constant) * np.float32(weight)
        return total


def reciprocal_ranks(scores: Floats, histories: sparse.csr_matrix, constant: float) -> Floats:
    """1 / (constant + rank) of each item in its row, ties to the smaller index, items of the history last: float32 [n, items]."""
    order = np.argsort(-mask_seen(np.array(scores, dtype=np.float32), histories), axis=1, kind="stable")
    ranked = (1.0 / (constant + np.arange(1, scores.shape[1] + 1))).astype(np.float32)
    found = np.empty(scores.shape, dtype=np.float32)
    np.put_along_axis(found, order, np.broadcast_to(ranked, scores.shape), axis=1)
    return found


def build(description: Mapping[str, Any], array: ArrayLoader) -> RankFusionScorer:
    """From its nested parts."""
    from recsys_core.inference.scorers import build_parts

    weights = tuple(float(weight) for weight in description["weights"])
    return RankFusionScorer(build_parts(description, array), weights, float(description["constant"]))
