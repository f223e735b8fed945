"""Which column gets which role: names and contents weighed together, then what hangs together, then contents alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from recsys_core.data.guessing.by_content import by_content
from recsys_core.data.guessing.facts import Facts
from recsys_core.data.guessing.holds import fits
from recsys_core.data.guessing.names import name_scores, read_name
from recsys_core.data.guessing.structure import decides, filled_once, groups_rows
from recsys_core.data.roles import LEAST_SCORE, usual

_TIE = 1e-6
_HOLDS_TIMES = 0.5


@dataclass(frozen=True)
class Claim:
    """A column that claims a role. score: 0..1. why: half a sentence."""

    role: str
    column: str
    score: float
    why: str


def claims(facts: Collection[Facts], roles: Collection[str]) -> list[Claim]:
    """What names and contents say together, the surest first; of equals the first in the file."""
    found = []
    for place, column in enumerate(facts):
        scores = name_scores(column.name)
        if column.time >= 0.95 and column.numeric < 0.5 and not read_name(column.name).says("LATER", "CLOCK", "OTHER"):
            scores["timestamp"] = max(_HOLDS_TIMES, scores.get("timestamp", 0))  # whatever it is called
        for role, score in scores.items():
            if role in roles:
                fit = fits(role, column)
                found.append(Claim(role, column.name, (score + usual(role, column.name)) * fit - place * _TIE, _why(role, column, fit)))
    return sorted((claim for claim in found if claim.score > 0.02), key=lambda claim: -claim.score)


def assign(
    every_column: Mapping[str, Facts], roles: Collection[str], given: Mapping[str, str], first: int, headed: bool
) -> dict[str, Claim]:
    """Role -> the claim that won. given: role -> column that is settled already.

    first: how many rows of the sample are the file's first. headed: whether the columns have names.
    """
    facts = {name: column for name, column in every_column.items() if name not in given.values()}
    every = _without_misfits(every_column, facts, given, claims(list(facts.values()), roles))
    won: dict[str, Claim] = {}
    taken: set[str] = set()
    for claim in every:
        if claim.score >= LEAST_SCORE and claim.role not in won and claim.column not in taken:
            won[claim.role] = claim
            taken.add(claim.column)
    for role in ("user_id", "item_id"):  # needed more than what took their column
        if role in roles and role not in won:
            for claim in every:
                if (
                    claim.role == role
                    and claim.score >= LEAST_SCORE
                    and not any(claim is not w and w.column == claim.column and w.role in ("user_id", "item_id") for w in won.values())
                ):
                    won = {name: other for name, other in won.items() if other.column != claim.column}
                    won[role] = claim
                    break
    order = _order_by_structure(every_column, given, won) if "order_id" in roles else None
    if order is not None and "order_id" not in won:
        won["order_id"] = Claim("order_id", order.name, 0.6, "its rows share one time and one shopper")
    missing = [role for role in roles if role not in won]
    silent = {name: column for name, column in facts.items() if name not in {c.column for c in won.values()}}
    for found in by_content(silent, missing, {**given, **{role: claim.column for role, claim in won.items()}}, every_column, first, headed):
        won.setdefault(found[0], Claim(*found))
    return won


def _order_by_structure(facts: Mapping[str, Facts], given: Mapping[str, str], won: Mapping[str, Claim]) -> Facts | None:
    """A column that is only called 'Id' or 'Name' can be the order's: its rows share a time and a shopper."""
    settled = {**given, **{role: claim.column for role, claim in won.items()}}
    if "order_id" in settled or not {"user_id", "timestamp"} <= settled.keys():
        return None
    user, time = facts[settled["user_id"]], facts[settled["timestamp"]]
    for column in facts.values():
        words = read_name(column.name).words
        plain = words and all(word & {"ID", "NAME"} for word in words)
        if plain and column.name not in settled.values() and groups_rows(column, user, time):
            return column
    return None


def names_a_person(column: Facts, user: Facts | None, item: Facts | None) -> bool:
    """Whether a column that is only called 'name' goes with the shopper and not with the product."""
    name = read_name(column.name)
    called = name.says("NAME") and all(word & {"NAME", "FLUFF"} for word in name.words)
    if not called or user is None or item is None or column.name in (user.name, item.name):
        return False
    by_user, by_item = decides(user, column, 2), decides(item, column, 2)
    return by_user is not None and by_user > 0.95 and (by_item is None or by_item < 0.9) and column.distinct > 1


def _without_misfits(
    every_column: Mapping[str, Facts], facts: Mapping[str, Facts], given: Mapping[str, str], every: list[Claim]
) -> list[Claim]:
    """Without claims that other columns speak against."""

    def best(role: str) -> Facts | None:
        if role in given:
            return every_column.get(given[role])
        claim = next((claim for claim in every if claim.role == role and claim.score >= LEAST_SCORE), None)
        return facts[claim.column] if claim else None

    user, item, order = best("user_id"), best("item_id"), best("order_id")
    if order is None:
        leading = {claim.role: claim for claim in reversed(every) if claim.role in ("user_id", "item_id", "timestamp")}
        order = _order_by_structure(every_column, given, leading)
    kept = []
    for claim in every:
        column, factor = facts[claim.column], 1.0
        if claim.role == "title" and names_a_person(column, user, item):
            factor = 0.1
        elif claim.role == "title" and item is not None and item.name != column.name:
            agreeing = decides(item, column)
            factor = 1.0 if agreeing is None or agreeing >= 0.6 else 0.2  # a review's title changes from row to row
        if claim.role == "user_id" and order is not None and order.name != column.name and column.distinct >= 50:
            # an id that is new with every order is the order's
            factor = (
                0.6 if column.distinct >= 0.995 * order.distinct and (decides(column, order) or 0) > 0.995 and order.unique < 1 else 1.0
            )
        if claim.role == "order_id" and _repeats_in_many(column, user):
            factor = 0.2  # 'order_number' 1, 2, 3 of every shopper
        if claim.role in ("value", "price") and order is not None and of_whole_order(column, order):
            factor = 0.15
        kept.append(Claim(claim.role, claim.column, claim.score * factor, claim.why))
    return sorted(kept, key=lambda claim: -claim.score)


def of_whole_order(column: Facts, order: Facts) -> bool:
    """Whether a number is said once for an order of several rows: on each of them alike, or on one alone."""
    if order.unique > 0.9 or column.distinct < 10:
        return False
    agreeing = decides(order, column)
    return (agreeing is not None and agreeing > 0.999) or filled_once(order, column)


def _repeats_in_many(order: Facts, user: Facts | None) -> bool:
    """Whether an order's number is shared by many shoppers."""
    if user is None or order.name == user.name or user.distinct < 10:
        return False
    one = decides(order, user)
    return one is not None and one < 0.5


def _why(role: str, column: Facts, fit: float) -> str:
    if not column.rows or fit >= 0.8:
        return "its name says so, and it holds what it says"
    if not column.held:
        return "its name says so, but it is empty"
    return "its name says so, though what it holds leaves doubt" if not read_name(column.name).empty else "it holds what fits"
