"""How many products were left for one shopper after each step of the order of operations: 200 -> 187 -> 100 -> 61 -> 20.

After Algonomy's Recommendation Logic (guides/studio.md §0, 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.ranking.plan import Listing, Plan
from recsys_core.ranking.pools import Pool

CANDIDATES, UNSEEN, ELIGIBLE, POOL, AFTER_CAPS, SHOWN = "candidates", "unseen", "eligible", "pool", "after caps", "shown"


@dataclass(frozen=True)
class Step:
    """name: one of this file's, or a filter's. count: what is left after it. dropped, added: the count before - dropped + added = count."""

    name: str
    count: int
    dropped: int
    added: int = 0


def breadcrumb(
    plan: Plan,
    pool: Pool,
    listing: Listing,
    user: int,
    candidates: NDArray[np.integer],
    filters: Sequence[tuple[str, NDArray[np.bool_]]] = (),
) -> tuple[Step, ...]:
    """The steps for one user, in order: candidates, unseen, each filter, eligible, pool, after caps, shown.

    candidates: int [C], the run's (-1 padded). filters: (name, bool [items] of what it lets through), applied in turn, each counted for
    what those before it left; "eligible" is what the plan's own mask leaves then. "pool" cuts to the pool's size and adds best sellers
    where too little is left. "after caps" leaves out what is not shown because a cap of the whole list is full: a window only puts an item
    off. "shown" adds pins from outside the pool.
    """
    left = np.asarray(candidates[candidates >= 0])
    steps = [Step(CANDIDATES, len(left), 0)]

    def go(name: str, rest: NDArray[np.integer]) -> NDArray[np.integer]:
        kept = int(np.isin(left, rest).sum())
        steps.append(Step(name, len(rest), len(left) - kept, len(rest) - kept))
        return rest

    had = np.empty(0, np.int32) if pool.had is None else pool.had[user].indices
    left = go(UNSEEN, left[~np.isin(left, had)])
    for name, allowed in filters:
        left = go(name, left[allowed[left]])
    left = go(ELIGIBLE, left[plan.eligible[plan.audience[user], left]])
    left = go(POOL, pool.items[user][pool.items[user] >= 0])
    shown = listing.items[user][listing.items[user] >= 0]
    left = go(AFTER_CAPS, left[np.isin(left, shown) | ~_capped(plan, shown, left)])
    go(SHOWN, shown)
    return tuple(steps)


def _capped(plan: Plan, shown: NDArray[np.integer], items: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Which items have a code of which the list shows all that a cap allows."""
    full = np.zeros(len(items), dtype=np.bool_)
    for cap in plan.caps:
        if cap.window <= 0 or cap.window >= plan.k:
            codes, counts = np.unique(cap.codes[shown], return_counts=True)
            full |= (cap.codes[items] >= 0) & np.isin(cap.codes[items], codes[counts >= cap.most])
    return full
