"""The ranking engine in plain numpy, one shopper at a time: what `kernel.py` does, written to be read, and the oracle of its tests.

It recomputes everything from the places taken so far; it also says what each term was worth at each pick, which the kernel does not keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from recsys_core.ranking.plan import JITTER, SET_WISE, SMOOTHING, Cap, Flag, Listing, Plan
from recsys_core.ranking.pools import Pool

RELEVANCE, VARIETY, BALANCE, ROTATION, EXPOSURE = "relevance", "variety", "balance", "rotation", "exposure"
Floats = NDArray[np.float64]


@dataclass
class Pick:
    """One place taken: item index, flags, and what each term added (their sum is the value)."""

    item: int
    flag: Flag
    terms: dict[str, float]

    @property
    def value(self) -> float:
        """The objective at the pick."""
        return sum(self.terms.values())


@dataclass
class Shopper:
    """Everything about one shopper while the list grows. share: exposure of each group in the lists before this one, float64 [G']."""

    plan: Plan
    pool: Pool
    vectors: NDArray[np.float32]
    user: int
    share: Floats
    placed: dict[int, int] = field(default_factory=dict)  # place -> item
    who: int = 0

    def __post_init__(self) -> None:
        self.who = int(self.plan.audience[self.user])

    # 1 eligibility

    def may_show(self, item: int) -> bool:
        """Eligible for this audience, and not had by this shopper."""
        had = self.pool.had is not None and item in self.pool.had[self.user].indices
        return bool(self.plan.eligible[self.who, item]) and not had

    def candidates(self) -> list[int]:
        """Places of the pool whose item may still be shown, in the pool's order."""
        return [
            c
            for c, item in enumerate(self.pool.items[self.user].tolist())
            if item >= 0 and self.plan.eligible[self.who, item] and item not in self.placed.values()
        ]

    # 2 the objective

    def terms(self, item: int, place: int) -> dict[str, float]:
        """What each term adds for `item` at `place`, given what is placed."""
        plan, trade_off = self.plan, float(self.plan.trade_off[self.user])
        found = np.flatnonzero(self.pool.items[self.user] == item)  # a pin may come from outside the pool
        relevance = float(self.pool.relevance[self.user, found[0]]) if len(found) else 0.0
        worth = {RELEVANCE: (1 - trade_off) * relevance, VARIETY: self._variety(item, place) * trade_off if trade_off else 0.0}
        if plan.balance:
            worth[BALANCE] = plan.balance * self._calibration_gain(item)
        if plan.terms:
            worth |= {name: float(values[self.who if len(values) > 1 else 0, item]) for name, values in plan.terms}
        else:
            worth["static"] = float(plan.static[self.who, item])
        if plan.personal is not None:
            worth[ROTATION] = float(plan.personal[self.user, found[0]]) if len(found) else 0.0
        if plan.exposure is not None:
            strength, codes, target = plan.exposure
            code = codes[item]
            worth[EXPOSURE] = float(strength * (target[code] - self.share[code])) if code >= 0 else 0.0
        return worth

    def _variety(self, item: int, place: int) -> float:
        """Minus the greatest cosine (0 to 1) to what is near (MMR), or the logarithm of the squared distance to all of it (DPP)."""
        near = [other for at, other in self.placed.items() if not self.plan.window or abs(at - place) <= self.plan.window]
        if not near:
            return 0.0
        others = self.vectors[near].astype(np.float64)
        cosines = others @ self.vectors[item]
        if self.plan.engine != SET_WISE:
            return -float(np.clip(cosines, 0, 1).max())
        similarity = (1 - JITTER) * others @ others.T
        np.fill_diagonal(similarity, 1.0)
        cosines *= 1 - JITTER
        return float(np.log(max(1 - cosines @ np.linalg.solve(similarity, cosines), JITTER)))

    def _calibration_gain(self, item: int) -> float:
        assert self.plan.mix is not None
        assert self.plan.group is not None
        group = int(self.plan.group[item])
        share = float(self.plan.mix[self.user, group]) if group >= 0 else 0.0
        if share == 0:
            return 0.0
        shown = sum(self.plan.group[other] == group for other in self.placed.values())
        before, after = ((1 - SMOOTHING) * n / self.plan.k + SMOOTHING * share for n in (shown, shown + 1))
        return share * float(np.log2(after / before))

    # 4 what is owed

    def owed(self) -> tuple[int, list[NDArray[np.bool_]]]:
        """How many places are still owed in all, and for each open debt which items would pay it."""
        shown = list(self.placed.values())
        total, payers = 0, []
        for _, mask, least in self.plan.reserved:
            missing = least - int(mask[shown].sum())
            if missing > 0:
                total += missing
                payers.append(mask)
        if self.plan.min_distinct:
            assert self.plan.group is not None
            groups = {int(group) for group in self.plan.group[shown]} - {-1}
            if len(groups) < self.plan.min_distinct:
                total += self.plan.min_distinct - len(groups)
                payers.append((self.plan.group >= 0) & ~np.isin(self.plan.group, list(groups)))
        return total, payers

    # 5 caps

    def broken(self, item: int, place: int) -> Flag:
        """Which kinds of caps would be broken by `item` at `place`."""
        flag = Flag(0)
        for cap in self.plan.caps:
            if any(count >= cap.most for count in self._counts(cap, item, place)):
                flag |= Flag.WINDOW if cap.window else Flag.CAP
        return flag

    def _counts(self, cap: Cap, item: int, place: int) -> Iterator[int]:
        """How often the item's code is shown already in each stretch of places that contains `place`."""
        code, k = cap.codes[item], self.plan.k
        length = min(cap.window, k) if cap.window else k
        if code >= 0:
            for start in range(max(0, place - length + 1), min(place, k - length) + 1):
                yield sum(cap.codes[other] == code for at, other in self.placed.items() if start <= at < start + length)


def rank_one(plan: Plan, pool: Pool, unit_vectors: NDArray[np.float32] | None, user: int, share: Floats | None = None) -> dict[int, Pick]:
    """The list of one user: place -> pick. share: see `Shopper`; None is nothing shown yet."""
    vectors = np.zeros((plan.n_items, 1), np.float32) if unit_vectors is None else unit_vectors
    codes = 0 if plan.exposure is None else len(plan.exposure.target)
    shopper = Shopper(plan, pool, vectors, user, np.zeros(codes) if share is None else share)
    pins = _seats(plan.pins, shopper)
    soft = {place: item for place, item in _seats(plan.soft_pins, shopper, all_places=True).items() if place not in pins}
    available = {int(pool.items[user, c]) for c in shopper.candidates()} - set(pins.values())
    soft = {place: item for place, item in soft.items() if item in available}
    picks = {}
    for place in [*pins, *(place for place in range(plan.k) if place not in pins)]:  # 3: pins first
        if place in pins:
            item, flag = pins[place], Flag.PINNED
        elif place in soft and soft[place] not in shopper.placed.values():
            item, flag = soft[place], Flag.SOFT
        else:
            waiting = sum(at > place and item not in shopper.placed.values() for at, item in soft.items())
            left = sum(at >= place and at not in pins for at in range(plan.k)) - waiting
            chosen = _fill(shopper, place, left)
            if chosen is None:
                continue
            item, flag = chosen
        flag |= shopper.broken(item, place)
        found = np.flatnonzero(pool.items[user] == item)
        if pool.own is not None and len(found) and found[0] >= pool.own[user]:
            flag |= Flag.FALLBACK
        picks[place] = Pick(item, flag, shopper.terms(item, place))
        shopper.placed[place] = item
    return picks


def _seats(pins: NDArray[np.int32] | None, shopper: Shopper, *, all_places: bool = False) -> dict[int, int]:
    """Pins that this shopper may see: place -> item, an item at its first place only (soft pins: at all of them)."""
    found: dict[int, int] = {}
    for place, item in enumerate([] if pins is None else pins[shopper.who].tolist()):
        if item >= 0 and shopper.may_show(item) and (all_places or item not in found.values()):
            found[place] = item
    return found


def _fill(shopper: Shopper, place: int, left: int) -> tuple[int, Flag] | None:
    """4 to 6: the best candidate that pays what must be paid now and breaks least; None where nothing is left."""
    items = [int(shopper.pool.items[shopper.user, c]) for c in shopper.candidates()]
    if not items:
        return None
    flag, (total, payers) = Flag(0), shopper.owed()
    need = total - (left - 1)
    if need > 0:
        pays = [sum(bool(payer[item]) for payer in payers) for item in items]
        if need > max(pays):
            need, flag = max(pays), Flag.MINIMUM
        if need > 0:
            flag |= Flag.RESERVED
        items = [item for item, paid in zip(items, pays, strict=True) if paid >= need]
    for allowed in (Flag(0), Flag.WINDOW, Flag.WINDOW | Flag.CAP):  # the relax ladder
        rest = [item for item in items if not shopper.broken(item, place) & ~allowed]
        if rest:
            return max(rest, key=lambda item: sum(shopper.terms(item, place).values())), flag  # the first of equals
    return None


def rank(plan: Plan, pool: Pool, unit_vectors: NDArray[np.float32] | None = None, *, threads: int = 1) -> Listing:
    """`kernel.rank`, slowly."""
    listing = Listing.empty(len(pool), plan.k)
    shown = np.zeros(0 if plan.exposure is None else len(plan.exposure.target))
    total = 0.0
    for user in range(len(pool)):
        for place, pick in rank_one(plan, pool, unit_vectors, user, shown / total if total else None).items():
            listing.items[user, place], listing.flags[user, place], listing.value[user, place] = pick.item, pick.flag, pick.value
        if plan.exposure is not None:  # the shares move when a list is done
            for filled in np.flatnonzero(listing.items[user] >= 0):
                code, attention = plan.exposure.codes[listing.items[user, filled]], 1 / np.log2(filled + 2)
                total += attention
                if code >= 0:
                    shown[code] += attention
    return listing
