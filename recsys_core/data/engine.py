"""The DuckDB connection that intake works on: capped memory, spilling into a folder of the caller, errors in plain words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from recsys_core.data.formats.damage import refused

MEMORY_LIMIT = "1GB"
WIDE = 40  # columns
MOST_THREADS = 8  # each thread holds buffers of its own: more of them would not fit under the cap


@contextmanager
def open_engine(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a fresh database file in `folder`, closed at the end. What it spills stays in `folder` too.

    Raises RefusedError where the disk is full: sorting and joining a large log takes room beside it.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(folder / "spill"),
        "threads": str(min(os.cpu_count() or 1, MOST_THREADS)),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    try:
        with closing(duckdb.connect(str(folder / "work.duckdb"), config=config)) as connection:
            prepare(connection)
            yield connection
    except (duckdb.Error, pa.ArrowException, OSError) as error:  # Arrow hands on what DuckDB says while it streams
        full = refused(error) if getattr(error, "errno", None) is None else None  # the system's own name the place
        if full is None:
            raise
        raise full from error


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Set what every connection here needs.

    DuckDB 2.0 pushes the type of a TRY_CAST into the CSV reader and then fails on the dirty cells that TRY_CAST is for
    (duckdb issue 23818), hence `disabled_optimizers`.
    """
    connection.execute("SET disabled_optimizers = 'type_pushdown'")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET force_compression = 'uncompressed'")  # tables live for minutes: packing them costs more than it saves
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET python_enable_replacements = false")  # a table's name never means a Python variable


@contextmanager
def planning(connection: duckdb.DuckDBPyConnection, columns: int) -> Iterator[None]:
    """Around a query that computes `columns` columns and does nothing else.

    DuckDB's optimizer takes time that grows with the square of the columns (200: 25 s, without it 1 s) and gains nothing there.
    """
    wide = columns > WIDE
    if wide:
        connection.execute("PRAGMA disable_optimizer")
    try:
        yield
    finally:
        if wide:
            connection.execute("PRAGMA enable_optimizer")


def quote(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """`text` as an SQL identifier."""
    return '"' + text.replace('"', '""') + '"'
