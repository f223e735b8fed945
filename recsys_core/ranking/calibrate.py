"""The variety slider's scale: its number is the share of the variety that can be had, on every dataset, model and score scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import InputError
from recsys_core.evaluation.beyond_accuracy import intra_list_distance
from recsys_core.ranking.mmr import mmr
from recsys_core.ranking.pools import Pool

SAMPLED_USERS = 500
# Denser towards 1: with scores in 0..1 most of MMR's change happens there (guides/studio.md, finding 1).
TRADE_OFFS = np.unique(np.concatenate([np.linspace(0, 0.6, 9), np.linspace(0.6, 0.95, 11), [0.97, 0.985, 0.995, 1.0]])).astype(np.float32)


@dataclass(frozen=True)
class VarietyScale:
    """Share of the achievable gain in intra-list distance at each trade-off: both float arrays, ascending, from 0 to 1."""

    trade_offs: NDArray[np.float64]
    gains: NDArray[np.float64]

    def trade_off(self, position: float) -> float:
        """The MMR trade-off of a slider position, 0 to 100. Raises InputError outside."""
        if not 0 <= position <= 100:
            raise InputError(f"Variety is {position:g}.", "Use a number from 0 to 100.")
        if position == 0:
            return 0.0
        return float(np.interp(position / 100, self.gains, self.trade_offs))


def calibrate_variety(pool: Pool, unit_vectors: NDArray[np.float32], k: int, *, seed: int = 0) -> VarietyScale:
    """Measure the mean intra-list distance at 24 trade-offs on at most 500 users drawn with `seed`, and turn it into shares.

    Gains are made monotone (running maximum); where variety cannot be had at all, the scale is the straight line.
    """
    full = np.flatnonzero((pool.items >= 0).sum(axis=1) >= min(k, pool.items.shape[1]))
    rng = np.random.default_rng(seed)
    sample = np.sort(rng.choice(full, min(SAMPLED_USERS, len(full)), replace=False)) if len(full) else full
    part = Pool(pool.items[sample], pool.relevance[sample])
    distances = np.array(
        [intra_list_distance(mmr(part, unit_vectors, float(t), k), unit_vectors).mean() if len(part) else 0.0 for t in TRADE_OFFS]
    )
    raised = np.maximum.accumulate(distances) - distances[0]
    straight = TRADE_OFFS.astype(np.float64)
    if raised[-1] <= 1e-9:
        return VarietyScale(straight, straight)
    gains = raised / raised[-1]
    keep = np.concatenate([[True], np.diff(gains) > 1e-9])
    keep[np.flatnonzero(gains <= 0)] = False
    last_flat = int(np.flatnonzero(gains <= 0)[-1])
    keep[last_flat] = True
    return VarietyScale(straight[keep], gains[keep])
