"""Users and items numbered in the order of their ids, and the events written in one order that the content alone decides."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from recsys_core.data.content_hash import TableHasher
from recsys_core.data.engine import name as identifier
from recsys_core.data.engine import quote
from recsys_core.data.layout import Layout
from recsys_core.data.pairs import ROWS_AT_ONCE

# Version 2 packs numbers as differences: a third less work than version 1, and smaller. A higher level of zstd gains next to nothing.
_FORMAT = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880"

# Within a user's events of one item, time comes first, so that the first row of a pair is its first event.
_SORT_FIRST = ("timestamp", "seq")
_FEW_WORDS, _MOST_WORDS = ("event", "split"), 255


def number_ids(engine: duckdb.DuckDBPyConnection, catalogue: bool) -> tuple[int, int]:
    """Make the tables `users` (user_id, user) and `items` (item_id, item), numbered from 0 in the byte order of the ids.

    catalogue: whether the table `catalogue` (item_id, ...) is there; its items exist even where no event names them.
    Returns how many users and items there are.
    """
    more = " UNION SELECT item_id FROM catalogue" if catalogue else ""
    engine.execute(
        'CREATE TABLE users AS SELECT user_id, CAST(row_number() OVER (ORDER BY user_id) - 1 AS INTEGER) AS "user" '
        "FROM (SELECT DISTINCT user_id FROM kept)"
    )
    engine.execute(
        "CREATE TABLE items AS SELECT item_id, CAST(row_number() OVER (ORDER BY item_id) - 1 AS INTEGER) AS item "
        f"FROM (SELECT DISTINCT item_id FROM kept{more})"
    )
    counts = engine.execute("SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM items)").fetchall()[0]
    return counts[0], counts[1]


def write_events(engine: duckdb.DuckDBPyConnection, layout: Layout, path: Path) -> None:
    """Write the kept rows, sorted by all they say: user, item (int32), columns of roles, extra ones, and row (the place in the file).

    What is sorted is kept small, for a large log is sorted on disk: words of a few are sorted as numbers, and columns that the log
    lacks join the others afterwards.
    """
    known = [(sql, column) for sql, column in layout.stored if not _is_null(sql)]
    words = {column: found for column in _FEW_WORDS if column in layout.roles and (found := _words(engine, column)) is not None}
    sorted_as = {column: f"CAST(list_position({_list(words[column])}, {sql}) AS UTINYINT)" for sql, column in known if column in words}
    inner = ", ".join(f"{sorted_as.get(column, sql)} AS {identifier(column)}" for sql, column in known)
    shown = {column: f"list_extract({_list(found)}, {identifier(column)})" for column, found in words.items()}
    outer = ", ".join(
        f"{sql if _is_null(sql) else shown.get(column, identifier(column))} AS {identifier(column)}" for sql, column in layout.stored
    )
    by = [column for column in _SORT_FIRST if column in layout.roles] + [column for _, column in known if column not in _SORT_FIRST]
    order = ", ".join(['"user"', "item", *(f"{identifier(column)} NULLS FIRST" for column in by), "row"])
    engine.execute(
        f'COPY (SELECT "user", item, {outer}, row FROM (SELECT * FROM ('
        f'SELECT "user", item{", " if inner else ""}{inner}, row FROM kept JOIN users USING (user_id) JOIN items USING (item_id)'
        f") ORDER BY {order})) TO {quote(str(path))} ({_FORMAT})"
    )


def _is_null(sql: str) -> bool:
    return sql.startswith("CAST(NULL")


def _words(engine: duckdb.DuckDBPyConnection, column: str) -> list[str] | None:
    """The values of a text column in the order of their bytes; None where they are too many for a number of one byte."""
    found = engine.execute(f"SELECT DISTINCT {column} FROM kept WHERE {column} IS NOT NULL ORDER BY {column} LIMIT {_MOST_WORDS + 1}")
    words = [row[0] for row in found.fetchall()]
    return words if len(words) <= _MOST_WORDS else None


def _list(words: list[str]) -> str:
    return f"[{', '.join(map(quote, words))}]::VARCHAR[]"


def hash_events(path: Path) -> str:
    """Hex digest of the events' content; not of `row`, which is about the file."""
    hasher = TableHasher()
    file = pq.ParquetFile(path)
    columns = [column for column in file.schema_arrow.names if column != "row"]
    for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=columns):
        hasher.update(batch)
    return hasher.hexdigest()


def hash_query(engine: duckdb.DuckDBPyConnection, query: str) -> str:
    """Hex digest of a query's rows, which must come in a fixed order."""
    hasher = TableHasher()
    for batch in engine.sql(query).to_arrow_reader(ROWS_AT_ONCE):
        hasher.update(batch)
    return hasher.hexdigest()
