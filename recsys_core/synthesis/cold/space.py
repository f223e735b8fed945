"""Where a new product lies among the vectors of a run's products: between its neighbours' mean and a regression on its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.contract import Floats
from recsys_core.profiles.fusing import unit
from recsys_core.synthesis.cold.records import Near
from recsys_core.synthesis.cold.ridge import ridge

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
PENALTY = 3.0


@dataclass(frozen=True)
class Space:
    """vectors: float32 [known products, d], zero where the run does not know one. to_vectors: float32 [width + 1, d], the last row is the
    mean. share: of the regression in a placed vector, the rest is the neighbours'. cosine: of placed to real vectors on products left out.
    """

    vectors: Floats
    to_vectors: Floats
    share: float
    cosine: float
    name: str

    def place(self, new: sparse.csr_matrix, weights: sparse.csr_matrix) -> Floats:
        """Float32 [m, d]. new: csr content [m, width]; weights: csr [m, known products], how alike each is."""
        return placed(self.vectors, self.to_vectors, self.share, new, weights)

    def nearest(self, vector: Floats, n: int, items: NDArray[np.int32]) -> tuple[Near, ...]:
        """The n products with the highest cosine to a vector [d], best first, ties by place. items: int32, the products' numbers."""
        likeness = unit(self.vectors) @ unit(vector[None])[0]
        likeness[~self.vectors.any(axis=1)] = -np.inf
        order = np.lexsort((np.arange(len(likeness)), -likeness))[:n]
        return tuple(Near(int(items[at]), float(np.clip(likeness[at], -1, 1))) for at in order if np.isfinite(likeness[at]))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Its arrays by file name."""
        return {"space/vectors.npy": self.vectors, "space/to_vectors.npy": self.to_vectors}

    @classmethod
    def read(cls, told: dict[str, Any], array: Callable[[str], NDArray[Any]]) -> Space:
        """From its arrays and what the JSON says of it."""
        return cls(
            np.asarray(array("space/vectors.npy")),
            np.asarray(array("space/to_vectors.npy")),
            float(told["share"]),
            float(told["cosine"]),
            str(told["name"]),
        )


def to_vectors(rows: sparse.csr_matrix, vectors: Floats) -> Floats:
    """The ridge regression from content to vectors, over the products that have one: float32 [width + 1, d]."""
    there = np.flatnonzero(vectors.any(axis=1))
    if not len(there):
        return np.zeros((rows.shape[1] + 1, vectors.shape[1]), np.float32)
    mean = vectors[there].mean(axis=0, dtype=np.float64)
    found = ridge(rows[there], vectors[there].astype(np.float64) - mean, PENALTY)
    return np.vstack([found, mean]).astype(np.float32)


def placed(vectors: Floats, regression: Floats, share: float, new: sparse.csr_matrix, weights: sparse.csr_matrix) -> Floats:
    """Share x the regression + (1 - share) x the weighted mean of the neighbours that have a vector (the regression where none has)."""
    expected = np.asarray(new @ regression[:-1] + regression[-1], dtype=np.float32)
    there = vectors.any(axis=1).astype(np.float32)
    total = np.asarray(weights @ there, dtype=np.float32)
    mean = np.asarray(weights @ vectors, dtype=np.float32) / np.maximum(total, 1e-12)[:, None]
    near = np.where(total[:, None] > 1e-9, mean, expected)
    return np.asarray(np.float32(share) * expected + np.float32(1 - share) * near, dtype=np.float32)


def learn_space(
    rows: sparse.csr_matrix,
    vectors: Floats,
    name: str,
    trial: tuple[sparse.csr_matrix, Floats, sparse.csr_matrix, sparse.csr_matrix, Floats],
) -> Space:
    """trial: (content of the products then known, their vectors, content of those left out, weights among them, real vectors of these).

    The share is chosen by the mean cosine to the real vectors of the left-out products, ties the smaller.
    """
    then, their, new, weights, real = trial
    there = real.any(axis=1)
    regression = to_vectors(then, their)
    best, cosine = 0.5, float("nan")
    if there.any():
        truth = unit(real[there])
        found = [
            (float((unit(placed(their, regression, share, new, weights)[there]) * truth).sum(axis=1).mean()), -share) for share in SHARES
        ]
        cosine, negative = max(found)
        best = -negative
    return Space(vectors, to_vectors(rows, vectors), best, cosine, name)
