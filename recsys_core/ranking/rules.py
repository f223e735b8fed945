"""Merchandising rules made into arrays: who sees which rules, what may be shown to them, what is pinned, boosted and pushed down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recsys_core.ranking.conditions import Attributes, matches
from recsys_core.ranking.membership import Membership
from recsys_core.ranking.plan import Term
from recsys_core.ranking.scenario import BOOST, BURY, EXCLUDE, INCLUDE_ONLY, PIN, SOFT_PIN, Rule, Scenario


@dataclass(frozen=True)
class Ruled:
    """What the rules of a scenario say to A audiences, groups of shoppers for whom the same rules hold.

    audience: int32 [U]. active: bool [A, rules]. eligible: bool [A, items]. terms: of each boost and bury, float32 [A, items]. pins,
    soft_pins: int32 [A, k], an item or -1. matched: bool [rules, items], what each rule's condition holds for, dates and switches aside.
    """

    audience: NDArray[np.int32]
    active: NDArray[np.bool_]
    eligible: NDArray[np.bool_]
    terms: tuple[Term, ...]
    pins: NDArray[np.int32]
    soft_pins: NDArray[np.int32]
    matched: NDArray[np.bool_]

    @property
    def shoppers(self) -> NDArray[np.int64]:
        """How many shoppers each rule is for, int [rules]."""
        sizes = np.bincount(self.audience, minlength=len(self.active))
        return np.asarray(sizes @ self.active, dtype=np.int64)


@dataclass(frozen=True)
class Finding:
    """What is wrong with rule number `rule` (from 0): kind "dead" or "conflict", and what meets it (another rule's number, or None).

    remedy: what to do about it.
    """

    rule: int
    kind: str
    reason: str
    other: int | None = None
    remedy: str = ""


def apply_rules(
    scenario: Scenario,
    attributes: Attributes,
    sales: NDArray[np.integer],
    members: Membership,
    day: date,
    only: NDArray[np.bool_] | None = None,
) -> Ruled:
    """The rules that hold on `day`. sales: buyers of each item [items]. members: who is in which segment. only: see `Ground`.

    Exclude comes before all else; several include-only rules let through what any of them does. A pin takes the best-selling product that
    its condition holds for and that may be shown; the first pin by (priority, number) has the place, and a product keeps its first one.
    Raises InputError for an attribute that the products do not have.
    """
    rules = scenario.rules
    n_items = len(attributes.table)
    matched = np.array([matches(rule.condition, attributes) for rule in rules], dtype=np.bool_).reshape(len(rules), n_items)
    audience, active = _audiences(rules, members, day)
    eligible = np.array([_eligible(rules, matched, row) for row in active]).reshape(len(active), n_items)
    if only is not None:
        eligible &= only
    terms = tuple(
        Term(rule.label, np.float32(rule.amount if rule.kind == BOOST else -rule.amount) * (active[:, [r]] & matched[r]).astype(np.float32))
        for r, rule in enumerate(rules)
        if rule.kind in (BOOST, BURY) and rule.amount and active[:, r].any()
    )
    best_first = np.lexsort((np.arange(n_items), -np.asarray(sales, dtype=np.int64)))
    pins, soft = (np.full((len(active), scenario.k), -1, dtype=np.int32) for _ in range(2))
    for row, on in enumerate(active):
        taken: set[int] = set()
        for kind, table in ((PIN, pins), (SOFT_PIN, soft)):
            for r in _in_order(rules, on, kind):
                place = rules[r].place - 1
                if place < scenario.k and table[row, place] < 0 and pins[row, place] < 0:
                    item = _first(best_first, matched[r] & eligible[row], taken)
                    table[row, place] = item
                    taken |= {item} - {-1}
    return Ruled(audience, active, eligible, terms, pins, soft, matched)


def findings(scenario: Scenario, ruled: Ruled) -> list[Finding]:
    """Rules that do nothing, and rules that stand against each other."""
    found: list[Finding] = []
    rules = scenario.rules
    for r, rule in enumerate(rules):
        if not rule.enabled:
            continue
        dead = _dead(scenario, ruled, r)
        if dead:
            found.append(Finding(r, "dead", dead[0], remedy=dead[1]))
            continue
        for other in range(r):
            conflict = _conflict(rules, ruled, r, other)
            if conflict:
                found.append(Finding(r, "conflict", conflict[0], other, conflict[1]))
    return found


def _audiences(rules: Sequence[Rule], members: Membership, day: date) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """(audience int32 [U], active bool [A, rules]): shoppers by the rules that hold for them.

    A shopper is in one found segment or in none, so that each is an audience. A drawn segment parts every audience that it meets: only
    those that somebody is in are kept, and what holds in it alone, so that a rule for it is known to have a segment.
    """
    on = np.array([rule.runs_on(day) for rule in rules], dtype=np.bool_)
    active = np.array(
        [[not rule.segments or (label is not None and label in rule.segments) for rule in rules] for label in (*members.found, None)],
        dtype=np.bool_,
    ).reshape(len(members.found) + 1, len(rules))
    nowhere = len(active) - 1
    audience, alone = np.where(members.codes < 0, nowhere, members.codes), []
    for label, inside in zip(members.labels[nowhere:], members.drawn.T, strict=True):
        own = np.array([label in rule.segments for rule in rules], dtype=np.bool_)
        if own.any():
            audience = audience + len(active) * inside
            used = np.union1d(audience, np.arange(nowhere + 1))
            alone.append(active[nowhere] | own)
            active = np.concatenate([active, active | own])[used]
            audience = np.searchsorted(used, audience)
    distinct, place = np.unique(np.concatenate([active, *(row[None] for row in alone)]) & on, axis=0, return_inverse=True)
    return place.ravel()[audience].astype(np.int32), distinct


def _eligible(rules: Sequence[Rule], matched: NDArray[np.bool_], on: NDArray[np.bool_]) -> NDArray[np.bool_]:
    allowed = np.ones(matched.shape[1], dtype=np.bool_)
    only = [r for r, rule in enumerate(rules) if on[r] and rule.kind == INCLUDE_ONLY]
    if only:
        allowed &= matched[only].any(axis=0)
    for r, rule in enumerate(rules):
        if on[r] and rule.kind == EXCLUDE:
            allowed &= ~matched[r]
    return allowed


def _in_order(rules: Sequence[Rule], on: NDArray[np.bool_], kind: str) -> list[int]:
    return sorted((r for r, rule in enumerate(rules) if on[r] and rule.kind == kind), key=lambda r: (rules[r].priority, r))


def _first(best_first: NDArray[np.intp], allowed: NDArray[np.bool_], taken: set[int]) -> int:
    """The best-selling allowed item that is not taken; -1 where there is none."""
    for item in best_first[allowed[best_first]]:
        if int(item) not in taken:
            return int(item)
    return -1


def _dead(scenario: Scenario, ruled: Ruled, r: int) -> tuple[str, str] | None:
    """(why a rule does nothing, what to do); None where it does something."""
    rule = scenario.rules[r]
    if not ruled.matched[r].any():
        return _matches_nothing(scenario, ruled, r)
    if not ruled.active[:, r].any():
        return "It is outside its dates, or no segment has its name.", "Change its dates or its segments, or delete it."
    if not ruled.shoppers[r]:
        return "No shopper is in its segments.", "Choose other segments, or delete it."
    if rule.kind in (PIN, SOFT_PIN) and rule.place > scenario.k:
        return f"Its place is {rule.place} and lists have {scenario.k}.", "Pin it to an earlier place, or make the lists longer."
    shown = ruled.eligible[ruled.active[:, r]] & ruled.matched[r]
    if rule.kind not in (EXCLUDE, INCLUDE_ONLY) and not shown.any():
        return "Every product that it matches is excluded.", "Delete it, or let the other rules exclude less."
    if rule.kind in (BOOST, BURY) and not rule.amount:
        return "Its amount is 0.", "Give it an amount, or delete it."
    if rule.kind in (BOOST, BURY) and all(
        (row == ruled.eligible[a]).all() for a, row in zip(np.flatnonzero(ruled.active[:, r]), shown, strict=True)
    ):
        return "It matches every product that may be shown, so it moves none.", "Narrow its condition."
    return None


def _matches_nothing(scenario: Scenario, ruled: Ruled, r: int) -> tuple[str, str]:
    reason, remedy = "No product matches its condition", "Change its condition, or delete it."
    only = scenario.rules[r].kind == INCLUDE_ONLY and not ruled.eligible[ruled.active[:, r]].any() and ruled.active[:, r].any()
    return (f"{reason}, so nothing may be shown." if only else f"{reason}."), remedy


def _conflict(rules: Sequence[Rule], ruled: Ruled, r: int, other: int) -> tuple[str, str] | None:
    """(why rule r and the earlier rule `other` stand against each other, what to do); None where they do not meet."""
    first, second = rules[other], rules[r]
    if not (ruled.active[:, r] & ruled.active[:, other]).any():
        return None
    kinds = {first.kind, second.kind}
    if first.kind == second.kind == PIN and first.place == second.place:
        return f"Both pin place {second.place}.", "Give one of them another place; until then the lower priority number has it."
    both = int((ruled.matched[r] & ruled.matched[other]).sum())
    if not both:
        return None
    if kinds == {BOOST, BURY}:
        return f"One lifts and the other pushes down {both} of the same products.", "Narrow one of them, or delete it."
    if EXCLUDE in kinds and kinds & {PIN, SOFT_PIN, BOOST}:
        if second.kind == EXCLUDE:
            return f"{both} of the other rule's products are excluded by it.", "Nothing that is excluded is ever shown: narrow one of them."
        return f"{both} of its products are excluded by the other rule.", "Nothing that is excluded is ever shown: narrow one of them."
    return None
