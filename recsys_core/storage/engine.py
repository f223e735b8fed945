"""The connection to the registry's database: all that depends on which database it is, in one place."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from recsys_core.errors import InputError
from recsys_core.storage.json_text import to_text
from recsys_core.storage.system_errors import RefusedError

BUSY_TIMEOUT = 15.0  # seconds a writer waits for another process to finish its transaction
ADVISORY_LOCK = 0x4169736C65  # "Aisle": the key of the lock that PostgreSQL's writers take
WRITES = "aisle_writes"
REFUSALS = ("readonly database", "disk is full", "disk I/O error", "unable to open database")  # as SQLite says it


def connect(database_url: str | sa.URL) -> sa.Engine:
    """An engine for the registry. Transactions of `writers(engine)` exclude each other across threads and processes.

    Raises InputError for an address that is none, or whose driver is not installed.
    """
    try:
        url = sa.make_url(database_url)
        options: dict[str, Any] = (
            {"connect_args": {"timeout": BUSY_TIMEOUT}} if url.get_backend_name() == "sqlite" else {"pool_pre_ping": True}
        )
        engine = sa.create_engine(url, json_serializer=to_text, **options)
    except (sa.exc.ArgumentError, ImportError) as error:
        raise InputError(
            "The address of the registry in AISLE_DATABASE_URL cannot be used: it is malformed or its driver is not installed.",
            "Write it like `sqlite:////folder/registry.db`, or unset it to keep the registry in the workspace.",
        ) from error
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql":
        sa.event.listen(engine, "begin", _begin_postgresql)
    return engine


def writers(engine: sa.Engine) -> sa.Engine:
    """The same engine (one pool) for transactions that write: they start by taking the one write lock, so none fails half-way."""
    return engine.execution_options(**{WRITES: True})


@contextlib.contextmanager
def refusals_explained() -> Iterator[None]:
    """Say in a sentence that the database may not be written or its disk is full. A busy one passes as OperationalError."""
    try:
        yield
    except sa.exc.OperationalError as error:
        if not any(words in str(error.orig) for words in REFUSALS):
            raise
        raise RefusedError(
            f"The registry of this workspace cannot be written ({error.orig}).",
            "Make room on its disk, or give your user the right to write there.",
        ) from error


def allow_readers_beside_writer(engine: sa.Engine) -> None:
    """Switch a SQLite file to write-ahead logging, once for its life, so that pages read while a worker writes."""
    if engine.dialect.name != "sqlite":
        return
    pause = threading.Event()
    deadline = time.monotonic() + BUSY_TIMEOUT
    with contextlib.closing(engine.raw_connection()) as connection:
        while connection.cursor().execute("PRAGMA journal_mode").fetchone() == ("delete",):
            try:  # needs the file to itself for a moment, and SQLite does not always wait for that
                connection.cursor().execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                pause.wait(0.05)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says, not where the driver guesses
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=NORMAL")  # with WAL: safe against a crash of the process, fsync only at checkpoints


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")


def _begin_postgresql(connection: sa.Connection) -> None:
    if connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
