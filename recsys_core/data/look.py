"""A first look at a log, before it is taken in: its columns, what each seems to be for, what is unsure, and some rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from recsys_core.data.guessing.decide import Seen, study
from recsys_core.data.guessing.decided import Decided, RoleGuess
from recsys_core.data.guessing.facts import Facts
from recsys_core.data.kinds import guess_kinds
from recsys_core.data.request import IngestRequest
from recsys_core.data.roles import guess_roles, role
from recsys_core.data.sources import may_be_database, open_log

__all__ = ["ColumnLook", "KindGuess", "Look", "RoleGuess", "look"]

ROWS_SHOWN = 50
ROWS_OF_A_TABLE = 500_000  # of a database: a file is read where it lies, a table is copied, and once more by intake
EXAMPLES = 5
_MOST_KINDS_SHOWN = 64

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class ColumnLook:
    """One column. reads_as: "id", "time", "number", "kind" or "text". filled: share of the sample that holds something.

    distinct: different values in the sample. examples: up to 5 of them. personal: "e-mail address", "phone number", "person's name"
    or None; treated: "hash", "drop" or "keep", what intake will do with it.
    """

    name: str
    reads_as: str
    filled: float
    distinct: int
    examples: tuple[str, ...]
    personal: str | None = None
    treated: str = "keep"


@dataclass(frozen=True)
class KindGuess:
    """A value of the event column. kind: one of `kinds.KINDS`, or the value itself where it is none of them. rows: in the sample."""

    value: str
    kind: str
    rows: int


@dataclass(frozen=True)
class Look:
    """What was seen. JSON through `to_json` and `from_json`.

    file: its name. format: in words, such as "CSV, semicolon, Latin-1". header: whether the first line names the columns.
    rows: the first rows as text, None for an empty cell. sampled: rows that the guesses rest on. kinds: of the event column.
    dates: "day-first", "month-first", "ambiguous" (either would do; day-first is taken) or None (no such dates).
    questions: what the analyst should look at, a sentence each; with none of them one confirm button is enough.
    tables: name -> what it seems to be ("log", "products", "shoppers", "other"), where the file holds several.
    table: which of them this look is at.
    """

    file: str
    format: str
    header: bool
    columns: tuple[ColumnLook, ...]
    rows: tuple[tuple[str | None, ...], ...]
    sampled: int
    roles: tuple[RoleGuess, ...]
    kinds: tuple[KindGuess, ...] = ()
    dates: str | None = None
    questions: tuple[str, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    table: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The look as JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, spec: Mapping[str, Any]) -> Look:
        """The look that `to_json` wrote."""
        return cls(
            **{
                **spec,
                "columns": tuple(ColumnLook(**{**column, "examples": tuple(column["examples"])}) for column in spec["columns"]),
                "rows": tuple(tuple(row) for row in spec["rows"]),
                "roles": tuple(RoleGuess(**guess) for guess in spec["roles"]),
                "kinds": tuple(KindGuess(**guess) for guess in spec["kinds"]),
                "questions": tuple(spec["questions"]),
            }
        )


def look(request: IngestRequest, scratch: Path, progress: Progress = lambda fraction, message: None) -> Look:
    """Look at the log of `request`, whose fields win over what would be guessed. scratch: a folder for what is only needed meanwhile.

    Raises InputError where it is no table.
    """
    progress(0.0, "Opening the file")
    rows = ROWS_OF_A_TABLE if may_be_database(request.log) else None
    source = open_log(request, scratch, rows, lambda fraction, message: progress(0.6 * fraction, message))
    progress(0.6, "Looking at its columns")
    seen = study(source, request)
    decided = seen.decided
    first = seen.sample.first.slice(0, ROWS_SHOWN)
    progress(1.0, "Done")
    return Look(
        file=source.path.name,
        format=source.words,
        header=source.header,
        columns=tuple(_column(facts, decided) for facts in seen.facts.values()),
        rows=tuple(zip(*(first[name].to_pylist() for name in source.names), strict=True)),
        sampled=len(seen.sample.table),
        roles=decided.guesses,
        kinds=_kinds(seen, request),
        dates=decided.dates,
        questions=decided.questions,
        tables={name: what_table(columns) for name, columns in source.tables.items()},
        table=source.table,
    )


def what_table(columns: Sequence[str]) -> str:
    """What a table with these columns seems to be: "log", "products", "shoppers" or "other"."""
    roles = guess_roles(columns)
    if "user_id" in roles and "item_id" in roles:
        return "log"
    return "products" if "item_id" in roles else "shoppers" if "user_id" in roles else "other"


def _column(facts: Facts, decided: Decided) -> ColumnLook:
    roles = {column: name for name, column in decided.roles.items()}
    personal = decided.personal.get(facts.name)
    return ColumnLook(
        name=facts.name,
        reads_as=_reads_as(facts, roles.get(facts.name)),
        filled=round(facts.filled, 4),
        distinct=facts.distinct,
        examples=facts.values[:EXAMPLES],
        personal=personal.kind if personal else None,
        treated=personal.treated if personal else "keep",
    )


def _reads_as(facts: Facts, name: str | None) -> str:
    if name is not None:
        kind = role(name).kind
        return "number" if kind == "order" else kind
    if facts.held and facts.time >= 0.95:
        return "time"
    return "number" if facts.held and facts.numeric >= 0.95 else "text"


def _kinds(seen: Seen, request: IngestRequest) -> tuple[KindGuess, ...]:
    column = seen.decided.roles.get("event")
    if column is None:
        return ()
    counted: Counter[str] = Counter()
    facts = seen.facts[column]
    for value, rows in zip(facts.values, facts.counts.tolist(), strict=True):
        counted[value.lower()] += rows
    kinds = guess_kinds(list(counted), column, request.kinds)
    return tuple(KindGuess(value, kinds[value], rows) for value, rows in counted.most_common(_MOST_KINDS_SHOWN))
