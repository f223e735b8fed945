"""Which rows of a catalogue or a shopper table belong to which id of the log, where ids are written a little differently."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from recsys_core.data.canonical import hashed

EXAMPLES = 3
_ENOUGH = 0.5  # of the log's ids, in a column that seems to hold them whatever it is called
_ALMOST_NONE = 0.01


@dataclass(frozen=True)
class Rewritten:
    """How many ids of a file are the log's by another case or other spaces, with one of them as (in the file, in the log)."""

    ids: int
    example: tuple[str, str] | None


def log_ids(engine: duckdb.DuckDBPyConnection, id: str) -> None:
    """Make the table `known_ids` (id, loose) of the ids in the log. `loose`: without case and spaces, NULL where two ids share it."""
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE known_ids AS SELECT id, CASE WHEN count(*) OVER (PARTITION BY loose) = 1 THEN loose END AS loose "
        f"FROM (SELECT {id} AS id, {loose(id)} AS loose FROM (SELECT DISTINCT {id} FROM kept))"
    )


def loose(sql: str) -> str:
    """SQL for an id without case and white space."""
    return f"lower(regexp_replace({sql}, '[\\s\u00a0\u3000]+', '', 'g'))"


def find_id_column(engine: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], named: str | None) -> str | None:
    """The name of the column that holds the log's ids; None where none does.

    columns: name -> SQL name. named: the one whose name says so; another one is taken only where that holds none of them.
    """
    known = engine.execute("SELECT count(*) FROM known_ids").fetchall()[0][0]
    if named is not None and (not known or _held(engine, table, columns[named]) >= _ALMOST_NONE * known):
        return named
    counted = {name: _held(engine, table, sql) for name, sql in columns.items()}
    best = max(counted, key=lambda name: counted[name], default=None)
    return best if best is not None and counted[best] >= _ENOUGH * max(known, 1) else named


def _held(engine: duckdb.DuckDBPyConnection, table: str, column: str) -> int:
    """How many ids of the log a column holds."""
    query = (
        f"SELECT count(*) FROM known_ids WHERE id IN (SELECT {column} FROM {table}) "
        f"OR loose IN (SELECT {loose(column)} FROM {table} WHERE {column} IS NOT NULL)"
    )
    return int(engine.execute(query).fetchall()[0][0])


def hash_ids(engine: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> None:
    """Hash the columns that hold the log's ids before intake hashed them: e-mail addresses as names of shoppers."""
    if not engine.execute("SELECT bool_and(regexp_full_match(id, '[0-9a-f]{32}')) FROM known_ids").fetchall()[0][0]:
        return
    for column in columns:
        if engine.execute(f"SELECT count(*) FROM known_ids WHERE id IN (SELECT {hashed(column)} FROM {table})").fetchall()[0][0]:
            engine.execute(f"UPDATE {table} SET {column} = {hashed(column)} WHERE {column} IS NOT NULL")


def rewrite_ids(engine: duckdb.DuckDBPyConnection, table: str, column: str) -> Rewritten:
    """Write the ids of `column` as the log does where they differ by case and spaces alone, and no row has the log's own form."""
    matching = (
        f"SELECT DISTINCT {column} AS written, known_ids.id AS id FROM {table} JOIN known_ids ON {loose(column)} = known_ids.loose "
        f"WHERE {column} <> known_ids.id AND {column} NOT IN (SELECT id FROM known_ids) "
        f"AND known_ids.id NOT IN (SELECT {column} FROM {table} WHERE {column} IS NOT NULL)"
    )
    engine.execute(f"CREATE OR REPLACE TEMP TABLE rewritten AS {matching}")
    count = engine.execute("SELECT count(*) FROM rewritten").fetchall()[0][0]
    if not count:
        return Rewritten(0, None)
    example = engine.execute("SELECT written, id FROM rewritten ORDER BY id, written LIMIT 1").fetchall()[0]
    engine.execute(f"UPDATE {table} SET {column} = rewritten.id FROM rewritten WHERE {table}.{column} = rewritten.written")
    return Rewritten(count, example)


def mismatches(engine: duckdb.DuckDBPyConnection, table: str, id: str, what: str) -> list[dict[str, str]]:
    """What the log and a file do not have in common, each a name and one sentence. what: "products" or "shoppers"."""
    seen = f"(SELECT DISTINCT {id} FROM kept)"
    in_log, missing = engine.execute(
        f"SELECT count(*), count(*) FILTER (WHERE {id} NOT IN (SELECT {id} FROM {table})) FROM {seen}"
    ).fetchall()[0]
    in_file, unseen = engine.execute(f"SELECT count(*), count(*) FILTER (WHERE {id} NOT IN {seen}) FROM {table}").fetchall()[0]
    notes = []
    if missing == in_log:
        text = f"None of the {in_log:,} {what} in the log is in the file of {what}: do both call them the same?"
        return [
            {
                "name": f"unknown {what}",
                "text": f"{text} The log has {_some(engine, id, seen, table)}, the file {_some(engine, id, table, seen)}.",
            }
        ]
    if missing:
        text = f"Of {in_log:,} {what} in the log, {missing:,} are not in the file of {what}, for example {_some(engine, id, seen, table)}."
        notes.append({"name": f"unknown {what}", "text": text})
    if unseen and what == "shoppers":  # products without events are counted with the cold ones
        some = _some(engine, id, table, seen)
        text = f"Of {in_file:,} {what} in the file of {what}, {unseen:,} have no event and are left out, for example {some}."
        notes.append({"name": f"{what} without events", "text": text})
    return notes


def _some(engine: duckdb.DuckDBPyConnection, id: str, among: str, without: str) -> str:
    """The first ids of one table that are not in another."""
    rest = without if without.startswith("(") else f"(SELECT {id} FROM {without})"
    found = engine.execute(f"SELECT DISTINCT {id} FROM {among} WHERE {id} NOT IN {rest} ORDER BY {id} LIMIT {EXAMPLES}").fetchall()
    return ", ".join(f"'{row[0][:40]}'" for row in found)
