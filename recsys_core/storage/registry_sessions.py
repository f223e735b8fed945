"""Short sessions on one engine, safe to share between threads: what every part of the registry stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from recsys_core.storage.engine import connect, refusals_explained, writers
from recsys_core.storage.upgrade import upgrade

Found = TypeVar("Found")


class Sessions:
    """The registry's database, opened and up to date."""

    def __init__(self, database_url: str, home: Path) -> None:
        """Connect and bring the schema up to date. `home`: where the artifacts lie whose files are indexed, and without `database_url` the
        registry.
        """
        self._engine = connect(database_url or sa.URL.create("sqlite", database=str(home / "registry.db")))
        self._writers = writers(self._engine)
        self._home = home
        upgrade(self._engine)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction that may write; it has the one write lock, commits at the end, rolls back if the body raises.

        Raises RefusedError where the database may not be written or its disk is full.
        """
        with refusals_explained(), Session(self._writers) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads; it sees one moment and never waits for a writer."""
        with Session(self._engine) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close the connections of this registry."""
        self._engine.dispose()

    def _all(self, query: sa.Select[Any], record: Callable[[Any], Found]) -> list[Found]:
        with self.reading() as session:
            return [record(row) for row in session.scalars(query)]
