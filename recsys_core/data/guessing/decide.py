"""One place where it is decided how a log is read: `look` shows it, `ingest` does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recsys_core.data.guessing.assign import Claim, assign, names_a_person
from recsys_core.data.guessing.dates import AMBIGUOUS, CLOCK, DateOrder, has_clock
from recsys_core.data.guessing.decided import LIKELY, SURE, UNSURE, Decided, Personal, RoleGuess
from recsys_core.data.guessing.facts import Facts, facts_of
from recsys_core.data.guessing.holds import fits
from recsys_core.data.guessing.names import name_scores, read_name
from recsys_core.data.guessing.personal import NAME, personal_kind
from recsys_core.data.guessing.sample import Sample, draw
from recsys_core.data.guessing.whole_column import decide_numbers, decide_time
from recsys_core.data.request import IngestRequest
from recsys_core.data.roles import ROLES, check_given, role
from recsys_core.data.sources import Source
from recsys_core.errors import InputError

_SURE_FROM, _LIKELY_FROM = 0.78, 0.45


@dataclass(frozen=True)
class Seen:
    """A sample of a log, the facts of each column, and what was decided on them."""

    sample: Sample
    facts: Mapping[str, Facts]
    decided: Decided


def decide(source: Source, request: IngestRequest) -> Decided:
    """How the log is read: what `request` says, and for the rest what names and contents say. Raises InputError (see `check_given`)."""
    return study(source, request).decided


def study(source: Source, request: IngestRequest) -> Seen:
    """`decide`, with what it rests on."""
    check_given(source.names, request.roles, source.path.name)
    for name in request.personal:
        if name not in source.names and not request.users:  # it may be a column of the shopper table
            raise InputError(f"{source.path.name} has no column '{name}' to treat as personal.", "Check the column's name.")
    sample = draw(source)
    facts = {column.name: facts_of(column.name, column.type, sample.table[column.name]) for column in source.columns}
    guesses = _guesses(source, request, facts, len(sample.first))
    roles = {guess.role: guess.column for guess in guesses}
    time, order = None, None
    if "timestamp" in roles:
        time, order = decide_time(source, facts[roles["timestamp"]], request.dates, request.currency)
    numeric = {column: facts[column] for name, column in roles.items() if role(name).kind == "number"}
    decided = Decided(
        guesses=guesses,
        times={roles["timestamp"]: time} if time else {},
        numbers=decide_numbers(source, numeric),
        clocks=_clocks(facts, roles),
        personal=_personal(facts, roles, request.personal),
        dates=None if order is None else order.order,
        questions=_questions(source, facts, guesses, order, request),
    )
    return Seen(sample, facts, decided)


def _guesses(source: Source, request: IngestRequest, facts: Mapping[str, Facts], first: int) -> tuple[RoleGuess, ...]:
    given = {name: column for name, column in request.roles.items() if column}
    won = assign(facts, [name for name in ROLES if name not in request.roles], given, first, source.header)
    guesses = {name: RoleGuess(name, column, SURE, "you said so") for name, column in given.items()}
    guesses |= {name: RoleGuess(name, claim.column, _confidence(claim), claim.why) for name, claim in won.items()}
    return tuple(guesses[name] for name in ROLES if name in guesses)


def _confidence(claim: Claim) -> str:
    return SURE if claim.score >= _SURE_FROM else LIKELY if claim.score >= _LIKELY_FROM else UNSURE


def _clocks(facts: Mapping[str, Facts], roles: Mapping[str, str]) -> dict[str, str]:
    """The column with the time of day, where the dates have none: 'Datum' and 'Uhrzeit'."""
    if "timestamp" not in roles or facts[roles["timestamp"]].share(has_clock) > 0:
        return {}
    for name, column in facts.items():
        if name not in roles.values() and read_name(name).says("TIME", "CLOCK") and column.share(CLOCK.fullmatch) >= 0.95:
            return {roles["timestamp"]: name}
    return {}


def _personal(facts: Mapping[str, Facts], roles: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, Personal]:
    """The columns of persons. One with a role is hashed, so that the same person stays the same id; one without is dropped."""
    found = {}
    has_role = {column: name for name, column in roles.items()}
    for name, column in facts.items():
        kind = personal_kind(column) if has_role.get(name) in (None, "user_id", "order_id") else None
        if (
            name not in has_role
            and kind is None
            and names_a_person(column, facts.get(roles.get("user_id", "")), facts.get(roles.get("item_id", "")))
        ):
            kind = NAME
        if kind or name in wanted:
            found[name] = Personal(kind or "person's detail", wanted.get(name, "hash" if name in has_role else "drop"))
    return found


def _questions(
    source: Source, facts: Mapping[str, Facts], guesses: tuple[RoleGuess, ...], order: DateOrder | None, request: IngestRequest
) -> tuple[str, ...]:
    asked = []
    roles = {guess.role: guess for guess in guesses}
    for name in ("user_id", "item_id"):
        if name not in roles:
            asked.append(f"Which column is {role(name).words}?")
    for guess in guesses:
        if guess.confidence == UNSURE:
            asked.append(f"Is '{guess.column}' {role(guess.role).words}? {guess.why[:1].upper()}{guess.why[1:]}.")
    if order is not None:
        asked += _about_dates(roles["timestamp"].column, order)
    if "timestamp" not in roles and "timestamp" not in request.roles and source.header:
        asked += _no_times(facts)
    return tuple(asked)


def _about_dates(column: str, order: DateOrder) -> list[str]:
    asked = []
    if order.order == AMBIGUOUS:
        asked.append(f"In '{column}', is the first number the day or the month? No date says which; the day is taken.")
    if order.against:
        some = f"{order.against:,} dates" if order.against > 1 else "1 date"
        asked.append(f"In '{column}', {some} can only be read the other way round, and will count as unreadable.")
    return asked


def _no_times(facts: Mapping[str, Facts]) -> list[str]:
    """A column that is called a time and holds none."""
    for name, column in facts.items():
        if column.held and name_scores(name).get("timestamp", 0) >= 0.9 and fits("timestamp", column) == 0:
            return [f"'{name}' is called a time but holds none that can be read, such as '{column.values[0][:40]}'. Go on without times?"]
    return []
