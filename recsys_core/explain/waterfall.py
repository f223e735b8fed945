"""Why this item at this place: what each term of the objective was worth at the moment of the pick, and what was passed over for it.

Arithmetic over a plan and the listing it gave; nothing is ranked again. The terms are `ranking.reference`'s, put beside what the kernel
said the pick was worth.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import NotFoundError
from recsys_core.ranking.plan import SET_WISE, Exposure, Flag, Listing, Plan
from recsys_core.ranking.pools import Pool
from recsys_core.ranking.reference import VARIETY, Shopper

BY_RULE = Flag.PINNED | Flag.SOFT | Flag.RESERVED | Flag.FALLBACK
LARGEST_ROUNDING = 5e-3  # cosines are float32, good to 1e-7 or so, and squared distances go down to 1e-3; .0023 was the most seen, of twins


@dataclass(frozen=True)
class TermValue:
    """What one term added, in shares of the shopper's relevance range: +0.20 is a fifth of the way from the worst candidate to the best."""

    name: str
    value: float


@dataclass(frozen=True)
class PassedOver:
    """A candidate that was worth more than the pick. by: names of the caps it would have broken, or "reserved" where the place was owed."""

    item: int
    value: float
    by: tuple[str, ...]


@dataclass(frozen=True)
class Waterfall:
    """One pick. item: dataset index. rank: its place in the list, plain_rank: in the model's own order; both from 1, the latter None where
    the item is not in it. value: the objective at the pick as the kernel had it; the terms sum to it. flags: see `ranking.plan.Flag`.
    passed_over: the best first, empty where a pin took the place.
    """

    user: int
    item: int
    rank: int
    plain_rank: int | None
    value: float
    terms: tuple[TermValue, ...]
    flags: tuple[str, ...]
    passed_over: tuple[PassedOver, ...]

    @property
    def total(self) -> float:
        """The sum of the terms."""
        return sum(term.value for term in self.terms)


def waterfall(
    plan: Plan,
    pool: Pool,
    listing: Listing,
    user: int,
    place: int,
    *,
    unit_vectors: NDArray[np.float32] | None = None,
    candidates: NDArray[np.integer] | None = None,
) -> Waterfall:
    """The pick at `place` (from 0) of one user's list. plan, pool, unit_vectors: what the listing was made with.

    candidates: int [C], the run's own order for this user (`Run.candidates[user]`); the pool's where it is None. In whole-catalogue mode
    `listing` must hold the users before this one too. Raises NotFoundError for an empty place.
    """
    item = int(listing.items[user, place])
    if item < 0:
        raise NotFoundError(f"Place {place + 1} of this list is empty.", "Choose a place that shows a product.")
    flag = Flag(int(listing.flags[user, place]))
    moment = _moment(plan, pool, listing, user, place, unit_vectors)
    value = float(listing.value[user, place])
    terms = tuple(TermValue(name, worth) for name, worth in _rounded(plan, moment.terms(item, place), value).items())
    order = np.asarray(pool.items[user] if candidates is None else candidates)
    at = np.flatnonzero(order == item)
    passed = () if flag & (Flag.PINNED | Flag.SOFT) else _passed_over(moment, item, place, value, flag)
    return Waterfall(user, item, place + 1, int(at[0]) + 1 if len(at) else None, value, terms, flag_names(flag), passed)


def _rounded(plan: Plan, terms: dict[str, float], value: float) -> dict[str, float]:
    """`terms` with the kernel's own rounding in the variety of the set-wise engine.

    Where there are twins, or more picks than dimensions, that is the logarithm of what float32 leaves of a small difference. A larger gap
    is no rounding, and stays to be seen.
    """
    gap = value - sum(terms.values())
    if plan.engine == SET_WISE and abs(gap) < LARGEST_ROUNDING:
        return terms | {VARIETY: terms[VARIETY] + gap}
    return terms


def flag_names(flag: Flag) -> tuple[str, ...]:
    """The flags of a place in lower case."""
    return tuple(str(each.name).lower() for each in Flag if flag & each)


def placed_by_rule(plan: Plan, listing: Listing, user: int, boosts: Collection[str] = ()) -> NDArray[np.bool_]:
    """Bool [k]: picks that are never to be shown as "because you bought": pinned, reserved, filled up, or lifted by a rule.

    boosts: the names of the plan's terms that are rules, not tastes.
    """
    items = listing.items[user]
    lifted = np.zeros(len(items), dtype=np.bool_)
    for name, values in plan.terms:
        if name in boosts:
            lifted |= values[plan.audience[user] if len(values) > 1 else 0, np.maximum(items, 0)] > 0
    return np.asarray(((listing.flags[user] & int(BY_RULE)) > 0) | (lifted & (items >= 0)))


def _moment(plan: Plan, pool: Pool, listing: Listing, user: int, place: int, vectors: NDArray[np.float32] | None) -> Shopper:
    """The shopper as they stood just before the pick: pins take their places first, the others from the top."""
    items, pinned = listing.items[user], (listing.flags[user] & Flag.PINNED) > 0
    places = np.arange(len(items))
    before = (places < place) & (pinned | (not pinned[place])) | (pinned & (not pinned[place]))
    share = np.zeros(0) if plan.exposure is None else shares_before(plan.exposure, listing.items[:user])
    placed = {int(at): int(items[at]) for at in np.flatnonzero(before & (items >= 0))}
    return Shopper(plan, pool, np.zeros((plan.n_items, 1), np.float32) if vectors is None else vectors, user, share, placed)


def shares_before(exposure: Exposure, items: NDArray[np.int32]) -> NDArray[np.float64]:
    """Position-weighted share of each group in ready lists int [users, k]: float64 [groups]; all 0 before the first."""
    attention = np.broadcast_to(1 / np.log2(np.arange(2, items.shape[1] + 2)), items.shape)[items >= 0]
    codes = exposure.codes[items[items >= 0]]
    shown = np.bincount(codes[codes >= 0], weights=attention[codes >= 0], minlength=len(exposure.target))
    return np.asarray(shown / attention.sum() if len(attention) else shown, dtype=np.float64)


def _passed_over(moment: Shopper, item: int, place: int, value: float, flag: Flag) -> tuple[PassedOver, ...]:
    found = []
    singles = [(cap.name, replace(moment, plan=replace(moment.plan, caps=(cap,)))) for cap in moment.plan.caps]
    for c in moment.candidates():
        other = int(moment.pool.items[moment.user, c])
        worth = sum(moment.terms(other, place).values())
        if other == item or worth <= value:
            continue
        by = tuple(name for name, alone in singles if alone.broken(other, place))
        by += ("reserved",) if not by and flag & Flag.RESERVED else ()
        if by:
            found.append(PassedOver(other, worth, by))
    return tuple(sorted(found, key=lambda each: (-each.value, each.item)))
