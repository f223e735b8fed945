"""How a generator's own draws say what to correct: products as popular, and as strongly tied, as in the real sets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

STRONGEST = 300  # products whose co-occurrence sets the sharpness
CELLS = 100_000_000  # shoppers x products of a calibration draw: 2,500 shoppers of a catalogue of 40,000
ENOUGH = 1000  # shoppers whom a calibration draw has all the same


def draw_size(shoppers: int, items: int) -> int:
    """How many shoppers a calibration draw has: as many as the real log, fewer in a very large one."""
    return min(shoppers, max(ENOUGH, CELLS // items))


def corrections(drawn: sparse.csr_matrix, sets: sparse.csr_matrix, *, step: float) -> tuple[NDArray[np.float64], float]:
    """What to add to the log-odds of each product [I], and what to multiply the sharpness by; both csr of ones [shoppers, I].

    Draws are noisy, so `step` gets smaller from one to the next.
    """
    items = sets.shape[1]
    holders, counts = (np.bincount(matrix.indices, minlength=items) for matrix in (sets, drawn))
    few = drawn.shape[0] / sets.shape[0]
    bias = 0.7 * step * np.log((holders * few + 1.0) * counts.sum() / ((counts + 1.0) * (holders.sum() * few)))
    top = np.argsort(-holders, kind="stable")[:STRONGEST]
    pairs = np.triu_indices(len(top), 1)
    real, made = phi(sets, top)[pairs], phi(drawn, top)[pairs]
    real -= real.mean()
    strength = float((real * made).sum()) / max(float((real * real).sum()), 1e-12)
    return bias, float(np.clip(strength, 0.25, 4.0) ** (-0.35 * step))


def phi(sets: sparse.csr_matrix, items: NDArray[np.integer]) -> NDArray[np.float64]:
    """Correlations of having one product and another, [items, items], 0 on the diagonal and where a product is nobody's or everybody's."""
    chosen = sets[:, items].astype(np.float64)
    share = np.asarray(chosen.mean(axis=0)).ravel()
    deviation = np.sqrt(np.maximum(share * (1 - share), 0))
    scale = np.where(deviation > 0, 1 / np.maximum(deviation, 1e-12), 0)
    found: NDArray[np.float64] = (np.asarray((chosen.T @ chosen).todense()) / sets.shape[0] - np.outer(share, share)) * np.outer(
        scale, scale
    )
    np.fill_diagonal(found, 0)
    return found
