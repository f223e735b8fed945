"""A table of a database, or what a query gives, as a log: streamed into a Parquet file of the caller's, then read like any other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from recsys_core.data.database_rows import write_rows
from recsys_core.data.database_session import STREAMED, check_query, session
from recsys_core.data.database_tables import TableEntry, find_table, identifier, list_tables, quoted
from recsys_core.errors import InputError, TooSmallError
from recsys_core.storage.connections import describe, is_database

if TYPE_CHECKING:
    from recsys_core.data.formats.source import Source
    from recsys_core.data.request import IngestRequest

__all__ = ["TableEntry", "is_database", "list_tables", "open_database"]

PREVIEW_SECONDS = 60
KINDS = {"postgresql": "PostgreSQL", "sqlite": "SQLite", "mysql": "MySQL", "mariadb": "MariaDB", "mssql": "SQL Server", "oracle": "Oracle"}

Progress = Callable[[float, str], None]


def open_database(
    request: IngestRequest, scratch: Path, rows: int | None = None, progress: Progress = lambda fraction, message: None
) -> Source:
    """The table or the query that `request` names, read whole (or its first `rows`) into one Parquet file in `scratch`.

    progress: hears a fraction and a few words; what it raises ends the reading. Whatever ends it, no half-written file stays.
    Raises InputError where the database cannot be reached or read, TooSmallError for an empty table.
    """
    from recsys_core.data.sources import open_source

    if request.table and request.query:
        raise InputError("Both a table and a query were given.", "Give --table or --query.")
    query = check_query(request.query) if request.query else None
    what = "the query" if query else f"the table '{request.table}'" if request.table else "the only table"
    where = describe(request.log)
    progress(0.0, f"Connecting to {where}")
    with session(request.log, what, None if rows is None else PREVIEW_SECONDS) as connection:
        table = None if query else find_table(connection, request.table, where)
        path = scratch / "database" / _file_name(table)  # in a folder of its own: a table may be called as anything
        path.parent.mkdir(exist_ok=True)
        count = _copy(connection, query or _select(connection, table, rows), path, rows, table, progress)
        kind = KINDS.get(connection.dialect.name, connection.dialect.name)
    if not count:
        path.unlink(missing_ok=True)
        raise TooSmallError(
            f"{what[0].upper()}{what[1:]} of {where} is empty." if table else "The query gives no rows.",
            "Read one with a row for each event.",
        )
    source = open_source(path)
    return replace(source, format="database", words=f"{kind}, {f'table {table.name}' if table else 'query'} of {where}")


def _copy(connection: sa.Connection, query: str, path: Path, most: int | None, table: TableEntry | None, progress: Progress) -> int:
    expected = most or (table.rows if table else None)

    def told(rows: int) -> None:
        share = rows / max(expected, rows) if expected else 1 - 1 / (1 + rows / 1e6)  # of an unknown number: ever closer to all
        progress(min(share, 0.99), f"Reading rows of the database: {rows:,}")

    scratch_file = path.with_name(f"{path.name}.part")
    try:
        with connection.exec_driver_sql(query, execution_options=STREAMED) as result:
            is_postgresql = connection.dialect.name == "postgresql"
            rows = write_rows(result, scratch_file, is_postgresql=is_postgresql, most=most, progress=told)
        scratch_file.rename(path)
    finally:
        scratch_file.unlink(missing_ok=True)
    return rows


def _select(connection: sa.Connection, table: TableEntry | None, rows: int | None) -> str:
    """All columns but those that hold binary data, such as pictures."""
    assert table is not None
    inspector = sa.inspect(connection)
    columns = [
        identifier(connection, column["name"])
        for column in inspector.get_columns(table.bare, schema=table.schema)
        if not isinstance(column["type"], sa.types.LargeBinary | sa.types.BINARY | sa.types.VARBINARY)
    ]
    if not columns:
        raise InputError(f"The table '{table.name}' has no columns that could be a log's.", "Name another table.")
    limit = f" LIMIT {int(rows)}" if rows is not None and connection.dialect.name != "mssql" else ""
    return f"SELECT {', '.join(columns)} FROM {quoted(connection, table)}{limit}"


def _file_name(table: TableEntry | None) -> str:
    """The Parquet file is called after the table: messages about columns and rows name it."""
    return re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", table.name)[:100] if table else "query"
