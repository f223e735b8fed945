"""Why a product is not in a shopper's list: the first step of the order of operations that it did not pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.ranking.plan import Listing
from recsys_core.ranking.planning import Prepared

HAD, UNKNOWN, FILTERED, BEYOND, CAPPED, OUTRANKED = "had", "not a candidate", "filtered", "beyond the pool", "capped", "outranked"


@dataclass(frozen=True)
class Absence:
    """how: HAD (the shopper has it, or it must not be shown to them), UNKNOWN (not among the run's candidates), FILTERED, BEYOND the pool,
    CAPPED (its cap is full), or OUTRANKED. names: of the rules, filters or caps. rank: its place among the candidates, from 1.
    """

    how: str
    names: tuple[str, ...] = ()
    rank: int | None = None


def absence_of(
    ready: Prepared,
    listing: Listing,
    row: int,
    item: int,
    candidates: NDArray[np.integer],
    filters: Sequence[tuple[str, NDArray[np.bool_]]] = (),
) -> Absence | None:
    """Of one item (dataset index) and one row of a listing; None where it is listed. candidates, filters: as `breadcrumb` takes them."""
    shown, plan, pool = listing.items[row], ready.plan, ready.pool
    if item in shown:
        return None
    found = np.flatnonzero(candidates == item)
    rank = int(found[0]) + 1 if len(found) else None
    if pool.had is not None and item in pool.had[row].indices:
        return Absence(HAD, rank=rank)
    names = tuple(name for name, allowed in filters if not allowed[item])
    if names or not plan.eligible[plan.audience[row], item]:
        return Absence(FILTERED, names, rank)
    if rank is None:
        return Absence(UNKNOWN)
    if item not in pool.items[row]:
        return Absence(BEYOND, rank=rank)
    listed = shown[shown >= 0]
    full = [cap for cap in plan.caps if cap.window <= 0 or cap.window >= plan.k]
    names = tuple(cap.name for cap in full if cap.codes[item] >= 0 and (cap.codes[listed] == cap.codes[item]).sum() >= cap.most)
    return Absence(CAPPED if names else OUTRANKED, names, rank)
