"""Find a record by its id or the start of it, and help with the id where there is none."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from recsys_core.errors import NotFoundError
from recsys_core.storage.tables import DatasetRow, JobRow, RunRow

SHORTEST_PREFIX = 6
MOST_SHOWN = 5
Row = TypeVar("Row", DatasetRow, RunRow, JobRow)
WORDS: Mapping[type[DatasetRow | RunRow | JobRow], str] = {DatasetRow: "dataset", RunRow: "run", JobRow: "job"}


Found = tuple[str, DatasetRow | RunRow | JobRow]


def find_row(session: Session, table: type[Row], id: str) -> Row:
    """The row with this id, or the only one whose id starts with it (at least 6 characters). Raises NotFoundError with the nearest ids."""
    exact = session.get(table, id)
    if exact is not None:
        return exact
    found: list[Row] = _starting_with(session, table, id)
    word = WORDS[table]
    if len(found) == 1 and len(id) >= SHORTEST_PREFIX:
        return found[0]
    if found:
        raise _ambiguous(id, [(word, row) for row in found])
    near = difflib.get_close_matches(id, session.scalars(sa.select(table.id)), n=3)
    nearest = f" Nearest: {', '.join(near)}." if near else ""
    raise NotFoundError(f"No {word} is called '{id}'.", f"List what is there with `python -m recsys_core {word}s`.{nearest}")


def find_any(session: Session, id: str) -> Found:
    """("dataset", "run" or "job", the row) with this id, or the only one of all three whose id starts with it.

    Raises NotFoundError with the ids it is the start of, or the nearest ones.
    """
    for table, word in WORDS.items():
        exact: Any = session.get(table, id)
        if exact is not None:
            return word, exact
    found: list[Found] = [(word, row) for table, word in WORDS.items() for row in _starting_with(session, table, id)]
    if len(found) == 1 and len(id) >= SHORTEST_PREFIX:
        return found[0]
    if found:
        raise _ambiguous(id, found)
    near = difflib.get_close_matches(id, [other for table in WORDS for other in session.scalars(sa.select(table.id))], n=3)
    nearest = f" Nearest: {', '.join(near)}." if near else ""
    hint = "List what is there with `python -m recsys_core datasets`, `runs` or `jobs`."
    raise NotFoundError(f"Nothing is called '{id}'.", hint + nearest)


def _starting_with(session: Session, table: Any, id: str) -> list[Any]:
    return list(session.scalars(sa.select(table).where(table.id.startswith(id, autoescape=True)).order_by(table.id))) if id else []


def _ambiguous(id: str, found: list[Found]) -> NotFoundError:
    """Which ids `id` is the start of: too many of them, or `id` is too short to be sure of the one."""
    counts = Counter(word for word, _ in found)
    what = " and ".join(f"{n} {word}{'' if n == 1 else 's'}" for word, n in counts.items())
    shown = ", ".join(row.id for _, row in found[:MOST_SHOWN]) + (" ..." if len(found) > MOST_SHOWN else "")
    more = f"at least {SHORTEST_PREFIX} characters" if len(found) == 1 else "more"
    return NotFoundError(f"'{id}' is the start of {what}.", f"Write {more} of the id: {shown}")
