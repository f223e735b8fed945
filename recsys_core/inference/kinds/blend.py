"""Several scorers as one: each one's scores brought to one scale over what the shopper does not have yet, weighted and added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Floats, Scorer, Users


@dataclass(frozen=True)
class BlendScorer:
    """parts and their weights; a part of weight 0 is not asked."""

    parts: tuple[Scorer, ...]
    weights: tuple[float, ...]

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """The weighted sum of the parts' standard scores."""
        total = np.zeros(histories.shape, dtype=np.float32)
        for part, weight in zip(self.parts, self.weights, strict=True):
            if weight:
                total += np.float32(weight) * standardised(part.score(histories, users), histories)
        return total


def standardised(scores: Floats, histories: sparse.csr_matrix) -> Floats:
    """Each row of `scores` [n, items] less its mean and over its spread, both over the items that are not in the history: float32.

    A history with everything, and one whose unseen items all score the same, has no spread: its scores are 0.
    """
    rows = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr))
    unseen = np.ones(scores.shape, dtype=np.bool_)
    unseen[rows, histories.indices] = False
    count = np.maximum(unseen.sum(axis=1, dtype=np.float64), 1.0)[:, None]
    mean = np.where(unseen, scores, 0.0).sum(axis=1, dtype=np.float64)[:, None] / count
    centred = scores - mean
    spread = np.sqrt(np.square(np.where(unseen, centred, 0.0)).sum(axis=1, dtype=np.float64)[:, None] / count)
    flat = spread <= 1e-6 * np.maximum(np.abs(mean), 1e-6)
    return np.where(flat, 0.0, centred / np.where(flat, 1.0, spread)).astype(np.float32)


def build(description: Mapping[str, Any], array: ArrayLoader) -> BlendScorer:
    """From its nested parts."""
    from recsys_core.inference.scorers import build_parts

    return BlendScorer(build_parts(description, array), tuple(float(weight) for weight in description["weights"]))
