"""From candidates and a setting to lists: the one function that the studio, the command line and the what-if share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.ranking.calibrate import VarietyScale
from recsys_core.ranking.mmr import mmr
from recsys_core.ranking.pools import DEFAULT_POOL, Pool, make_pool


@dataclass(frozen=True)
class Ranked:
    """Lists of U users and what they were picked from.

    items, plain: int32 [U, k] item indices with and without the setting, -1 where short. pool: what was re-ranked.
    """

    items: NDArray[np.int32]
    plain: NDArray[np.int32]
    pool: Pool


def rank_lists(
    candidates: NDArray[np.integer],
    scores: NDArray[np.floating],
    *,
    k: int,
    variety: float = 0.0,
    scale: VarietyScale | None = None,
    unit_vectors: NDArray[np.float32] | None = None,
    pool_size: int = DEFAULT_POOL,
    threads: int = 1,
) -> Ranked:
    """Re-rank candidates [U, C] (best first, -1 padded) with their scores [U, C] into lists of k.

    variety: slider position 0 to 100; 0 is the plain top k of all candidates. Above 0 it needs `scale` and `unit_vectors`
    [items, d], and ranks the first max(pool_size, k) candidates. Raises InputError for a k below 1, UnsupportedError without vectors.
    """
    if k < 1:
        raise InputError(f"The length of a list is {k}.", "Use a whole number of at least 1.")
    pool = make_pool(candidates, scores, max(pool_size, k))
    plain = np.full((len(pool), k), -1, dtype=np.int32)
    plain[:, : pool.items.shape[1]] = pool.items[:, :k]
    if variety == 0:
        return Ranked(plain, plain, pool)
    if scale is None or unit_vectors is None:
        raise UnsupportedError("This model has no vectors for products, so variety cannot be tuned.", "Choose a run of another model.")
    return Ranked(mmr(pool, unit_vectors, scale.trade_off(variety), k, threads=threads), plain, pool)
