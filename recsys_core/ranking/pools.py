"""A pool: the candidates of some users, ready to be re-ranked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DEFAULT_POOL = 100
"""How many of a run's candidates the studio ranks unless told otherwise (DESIGN.md, Defaults)."""


@dataclass(frozen=True)
class Pool:
    """Candidates of U users, most relevant first.

    items: int32 [U, C] item index, -1 where a pool is short. relevance: float32 [U, C] in 0..1 (see `relative_relevance`).
    """

    items: NDArray[np.int32]
    relevance: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.items)


def relative_relevance(scores: NDArray[np.floating], present: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Scores on a scale of 0 to 1 within each user's own pool, so that a weight means the same for every model and user.

    (s - min) / (max - min) over the present candidates of a row; a constant pool gets 1, absent places 0. Shapes [U, C].
    """
    values = np.asarray(scores, dtype=np.float64)
    low = np.where(present, values, np.inf).min(axis=1, keepdims=True, initial=np.inf)
    high = np.where(present, values, -np.inf).max(axis=1, keepdims=True, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        span = high - low
        scaled = np.where(span > 0, (values - low) / np.where(span > 0, span, 1.0), 1.0)
    return np.where(present, scaled, 0.0).astype(np.float32)


def make_pool(candidates: NDArray[np.integer], scores: NDArray[np.floating], size: int = DEFAULT_POOL) -> Pool:
    """The first `size` candidates of each user as a pool. candidates: int [U, C], best first, -1 padded; scores: float [U, C]."""
    items = np.ascontiguousarray(candidates[:, :size], dtype=np.int32)
    return Pool(items, relative_relevance(scores[:, :size], items >= 0))


def unit_rows(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """Rows scaled to length 1, float32 and contiguous; rows of zeros stay zero (no vector: like nothing, far from nothing)."""
    table = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    return np.ascontiguousarray(np.where(lengths > 0, table / np.maximum(lengths, 1e-12), 0.0), dtype=np.float32)
