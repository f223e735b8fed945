"""A connection to somebody's database that can only read: one transaction, a limit of time, closed whatever happens."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from recsys_core.data.database_errors import Asked, explained
from recsys_core.errors import InputError
from recsys_core.storage.connections import address, describe

STREAMED = {"stream_results": True, "no_parameters": True}  # of one statement: through a cursor of the server; a % is a %
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 600  # one batch: also the sort or the join that comes before the first one
LOCK_SECONDS = 30
# a peer that vanished (no power, no network) is noticed after two minutes, not after two hours
_KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 9, "tcp_user_timeout": 120_000}
_PLAIN_TYPES = (
    16,
    20,
    21,
    23,
    26,
    700,
    701,
)  # bool, integers, floats: as Python values


@contextmanager
def session(log: str, what: str = "the query", seconds: float | None = None) -> Iterator[sa.Connection]:
    """A connection in a read-only transaction that ends with a rollback; read what is long with the options STREAMED.

    log: an address or `connection:NAME`. what: is read, for messages. seconds: a statement may take (STATEMENT_SECONDS).
    Raises InputError where the database cannot be reached or does not do what the body asks.
    """
    url = address(log)
    asked = Asked(describe(log), url.username, what)
    with explained(asked):
        engine = _engine(url, asked)
        with engine.connect() as connection:
            asked.connected = True
            _limit(connection, seconds or STATEMENT_SECONDS)
            try:
                yield connection
            finally:
                if not connection.invalidated:
                    connection.rollback()


def check_query(query: str) -> str:
    """The query without a semicolon at its end. Raises InputError unless it is one statement that reads.

    Only a courtesy: the transaction is read-only whatever the text says.
    """
    bare = _without_literals(query).strip().rstrip(";").strip()
    first = re.match(r"\(*\s*(\w+)", bare)
    if first is None or first[1].upper() not in ("SELECT", "WITH", "TABLE", "VALUES"):
        raise InputError("--query is no query that reads.", "Begin it with SELECT.")
    if ";" in bare:
        raise InputError("--query holds several statements.", "Give one SELECT.")
    return query.strip().rstrip(";").rstrip()


def _without_literals(query: str) -> str:
    """Without comments, strings and quoted names, in which a semicolon ends nothing."""
    return re.sub(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(\w*)\$.*?\$\1\$", " ", query, flags=re.DOTALL)


def _engine(url: sa.URL, asked: Asked) -> sa.Engine:
    kind, options = url.get_backend_name(), dict[str, Any]()
    if kind == "sqlite":
        _check_file(url)
        options["creator"] = lambda: sqlite3.connect(f"file:{quote(str(url.database))}?mode=ro", uri=True, timeout=LOCK_SECONDS)
    elif kind == "postgresql":
        given = {"connect_timeout": CONNECT_SECONDS, "application_name": "Aisle", **_KEEPALIVES}
        options["connect_args"] = {name: value for name, value in given.items() if name not in url.query}
        options["execution_options"] = {"postgresql_readonly": True, "isolation_level": "READ COMMITTED"}
    elif kind in ("mysql", "mariadb"):
        options["connect_args"] = {"connect_timeout": CONNECT_SECONDS}
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool, hide_parameters=True, **options)
    if kind == "postgresql":
        sa.event.listen(engine, "connect", _read_as_text)
    return engine


def _check_file(url: sa.URL) -> None:
    if not url.database or url.database == ":memory:":
        raise InputError("The address names no file of an SQLite database.", "Write it like sqlite:////folder/shop.db.")
    if not Path(url.database).is_file():
        raise InputError(f"There is no file '{url.database}'.", "Check the path: sqlite:////folder/shop.db has four slashes.")


def _read_as_text(connection: Any, _record: Any) -> None:
    """psycopg hands out times, decimals, arrays and JSON as PostgreSQL writes them: Arrow reads those faster, and infinity is no error."""
    from psycopg.pq import Format

    text = connection.adapters.get_loader(25, Format.TEXT)
    for info in connection.adapters.types:
        if info.oid not in _PLAIN_TYPES:
            connection.adapters.register_loader(info.oid, text)
        if info.array_oid:
            connection.adapters.register_loader(info.array_oid, text)


def _limit(connection: sa.Connection, seconds: float) -> None:
    """What holds for this transaction alone."""
    kind = connection.dialect.name
    if kind == "postgresql":
        connection.exec_driver_sql("SET LOCAL client_encoding = 'UTF8'")
        connection.exec_driver_sql("SET LOCAL TimeZone = 'UTC'")
        connection.exec_driver_sql("SET LOCAL DateStyle = 'ISO'")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {round(seconds * 1000)}")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_SECONDS * 1000}")
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")  # a slow disk here is no idling there
    elif kind in ("mysql", "mariadb"):
        connection.rollback()
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        connection.exec_driver_sql("SET SESSION time_zone = '+00:00'")
        connection.commit()
    elif kind == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
