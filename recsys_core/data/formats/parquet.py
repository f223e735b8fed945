"""Parquet files, scanned where they lie."""

from __future__ import annotations

import glob
import json
import re
from pathlib import Path

import duckdb

from recsys_core.data.engine import name as identifier
from recsys_core.data.engine import prepare, quote
from recsys_core.data.formats.column_names import check_width
from recsys_core.data.formats.damage import damaged
from recsys_core.data.formats.source import Column, Opening, Source

_PANDAS_INDEX = re.compile(r"__index_level_\d+__")


def open_parquet(path: Path, opening: Opening) -> Source:
    """The table in `path`. Raises InputError where it is damaged or too wide."""
    scan = f"read_parquet({scanned(path)})"
    try:
        with duckdb.connect() as connection:
            prepare(connection)
            found = connection.execute(f"SELECT num_children FROM parquet_schema({scanned(path)}) LIMIT 1").fetchall()
            check_width(int(found[0][0] or 0) if found else 0, opening.name)
            described = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
            about = connection.execute(f"SELECT value FROM parquet_kv_metadata({scanned(path)}) WHERE key = 'pandas'::BLOB").fetchall()
    except (duckdb.Error, UnicodeDecodeError) as error:
        raise damaged(opening.name, "parquet", str(error)) from error
    index = _unnamed_index(about[0][0]) if about else set()
    columns = tuple(Column(row[0], row[1], row[0]) for row in described if row[0] not in index)
    return Source(path, "parquet", columns, scan, "Parquet", files={str(path.resolve()): (opening.name, "parquet")})


def text_parquet(path: Path, names: list[str], kind: str, words: str, opening: Opening, header: bool) -> Source:
    """The source of a Parquet file that we wrote ourselves: columns of text c0, c1 ... which are to be called `names`."""
    columns = tuple(Column(name, "VARCHAR", f"c{place}") for place, name in enumerate(names))
    listed = ", ".join(identifier(column.sql) for column in columns)
    scan = f"(SELECT {listed} FROM read_parquet({scanned(path)}))"
    return Source(path, kind, columns, scan, words, header, files={str(path.resolve()): (opening.name, kind)})


def scanned(path: Path) -> str:
    """`path` as DuckDB's table functions want it: a pattern that only this file fits."""
    return quote(glob.escape(str(path.resolve())))


def _unnamed_index(pandas: bytes) -> set[str]:
    """Columns in which pandas kept row numbers: they say in which order the rows were once, nothing of the events."""
    try:
        columns = json.loads(pandas)["index_columns"]
        return {column for column in columns if isinstance(column, str) and _PANDAS_INDEX.fullmatch(column)}
    except (ValueError, KeyError, TypeError, RecursionError):
        return set()
