"""Find a record by its id or the start of it, and help with the id where there is none."""

from __future__ import annotations

import difflib
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from recsys_core.errors import NotFoundError
from recsys_core.storage.tables import DatasetRow, JobRow, RunRow

SHORTEST_PREFIX = 6
Row = TypeVar("Row", DatasetRow, RunRow, JobRow)
WORDS = {DatasetRow: "dataset", RunRow: "run", JobRow: "job"}


def find_row(session: Session, table: type[Row], id: str) -> Row:
    """The row with this id, or the only one whose id starts with it (at least 6 characters). Raises NotFoundError with the nearest ids."""
    exact = session.get(table, id)
    if exact is not None:
        return exact
    found = list(session.scalars(sa.select(table).where(table.id.startswith(id, autoescape=True)))) if len(id) >= SHORTEST_PREFIX else []
    if len(found) == 1:
        return found[0]
    word = WORDS[table]
    if found:
        ids = ", ".join(sorted(row.id for row in found)[:3])
        raise NotFoundError(f"'{id}' is the start of {len(found)} {word}s.", f"Write more of the id: {ids} ...")
    near = difflib.get_close_matches(id, session.scalars(sa.select(table.id)), n=3)
    nearest = f" Nearest: {', '.join(near)}." if near else ""
    raise NotFoundError(f"No {word} is called '{id}'.", f"List what is there with `python -m recsys_core {word}s`.{nearest}")
