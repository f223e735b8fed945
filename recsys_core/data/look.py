"""A first look at a log, before it is taken in: its columns, what each seems to be for, what is unsure, and some rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from recsys_core.data.preview import preview
from recsys_core.data.request import IngestRequest
from recsys_core.data.roles import guess_roles

ROWS_SHOWN = 50

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
class RoleGuess:
    """A column that seems to have a role. confidence: "sure", "likely" or "unsure". why: half a sentence for the analyst."""

    role: str
    column: str
    confidence: str
    why: str


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
    path = Path(request.log)
    table = preview(path, rows=ROWS_SHOWN)
    columns = [str(name) for name in table.columns]
    return Look(
        file=path.name,
        format="CSV",
        header=True,
        columns=tuple(ColumnLook(name, "text", 1.0, 0, ()) for name in columns),
        rows=tuple(tuple(None if value != value or value is None else str(value) for value in row) for row in table.to_numpy()),
        sampled=len(table),
        roles=tuple(RoleGuess(role, column, "likely", "its name says so") for role, column in guess_roles(columns).items()),
    )
