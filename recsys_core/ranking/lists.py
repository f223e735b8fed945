"""From candidates and the variety slider to lists: what the command line and the shopper's view of the studio share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.ranking.kernel import rank
from recsys_core.ranking.plan import plain_plan
from recsys_core.ranking.pools import DEFAULT_POOL, Pool, make_pool
from recsys_core.ranking.scales import Scale


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
    scale: Scale | None = None,
    unit_vectors: NDArray[np.float32] | None = None,
    pool_size: int = DEFAULT_POOL,
    threads: int = 1,
) -> Ranked:
    """Re-rank candidates [U, C] (best first, -1 padded) with their scores [U, C] into lists of k.

    variety: slider position 0 to 100; 0 is the plain top k. Above 0 it needs `scale` and `unit_vectors` [items, d]. Ranks the first
    max(pool_size, k) candidates. Raises InputError for a k below 1, UnsupportedError without vectors.
    """
    if k < 1:
        raise InputError(f"The length of a list is {k}.", "Use a whole number of at least 1.")
    if variety and (scale is None or unit_vectors is None):
        raise UnsupportedError("This model has no vectors for products, so variety cannot be tuned.", "Choose a run of another model.")
    pool = make_pool(candidates, scores, max(pool_size, k))
    plain = np.full((len(pool), k), -1, dtype=np.int32)
    plain[:, : pool.items.shape[1]] = pool.items[:, :k]
    n_items = int(pool.items.max(initial=-1)) + 1 if unit_vectors is None else len(unit_vectors)
    plan = plain_plan(len(pool), n_items, k, scale.weight(variety) if scale is not None else 0.0)
    return Ranked(rank(plan, pool, unit_vectors, threads=threads).items, plain, pool)
