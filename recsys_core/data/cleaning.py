"""From a file to the rows worth keeping, with a count for each reason why the others were dropped."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from recsys_core.data.canonical import Reading, canonical_query, text
from recsys_core.data.layout import Layout
from recsys_core.data.rules import Reason, Rule, choose_rules
from recsys_core.data.sources import Source, reading


def load_log(engine: duckdb.DuckDBPyConnection, source: Source, layout: Layout) -> int:
    """Read the file once into the table `log`, every column in its canonical form, rowid in file order. Returns the number of rows."""
    readings = [Reading(name, column, name) for name, column in layout.roles.items()]
    readings += [Reading(extra.sql, extra.source) for extra in layout.extras]
    with reading(source):
        engine.execute(f"CREATE TABLE log AS {canonical_query(source.scan, readings)}")
    return int(engine.execute("SELECT count(*) FROM log").fetchall()[0][0])


def rules_for(engine: duckdb.DuckDBPyConnection, layout: Layout, wanted: str | None) -> tuple[Rule, ...]:
    """The rules for this log, and what they look at made ready. wanted: see IngestRequest.rules."""
    rules = choose_rules(wanted or ("none" if "split" in layout.roles else "default"), layout.roles)
    engine.execute("CREATE TABLE copies (row BIGINT)")
    if any("duplicate" in rule.drop_where for rule in rules):
        _find_copies(engine, layout)
    return rules


def _find_copies(engine: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Fill the table `copies` with the rowids of rows that say nothing that an earlier row has not said.

    Only rows that share a 64-bit hash with another are compared in full: grouping a whole log by all its columns would spill to disk.
    """
    columns = ", ".join(layout.compared)
    engine.execute(f"CREATE TEMP TABLE hashes AS SELECT rowid AS row, hash({columns}) AS h FROM log")
    engine.execute("CREATE TEMP TABLE twins AS SELECT row FROM hashes WHERE h IN (SELECT h FROM hashes GROUP BY h HAVING count(*) > 1)")
    engine.execute(
        "INSERT INTO copies SELECT row FROM ("
        f"SELECT twins.row, row_number() OVER (PARTITION BY {columns} ORDER BY twins.row) AS copy "
        "FROM log JOIN twins ON log.rowid = twins.row) WHERE copy > 1"
    )
    engine.execute("DROP TABLE hashes")
    engine.execute("DROP TABLE twins")


def apply_rules(engine: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[Reason]:
    """Make the view `kept` (the log without the rows of any rule, plus `row`: the place in the file) and count what each rule did."""
    engine.execute("CREATE VIEW judged AS SELECT *, rowid AS row, rowid IN (SELECT row FROM copies) AS duplicate FROM log")
    first = " ".join(f"WHEN {rule.drop_where} THEN {place}" for place, rule in enumerate(rules))
    engine.execute(f"CREATE VIEW kept AS SELECT * FROM judged WHERE (CASE {first} ELSE -1 END) < 0")
    matched = ", ".join(f"count(*) FILTER (WHERE {rule.drop_where})" for rule in rules)
    dropped = ", ".join(f"count(*) FILTER (WHERE first = {place})" for place in range(len(rules)))
    found = engine.execute(f"SELECT {matched}, {dropped} FROM (SELECT *, CASE {first} ELSE -1 END AS first FROM judged)").fetchall()[0]
    return [Reason(rule.name, rule.words, found[place], found[len(rules) + place]) for place, rule in enumerate(rules)]


def unreadable_example(engine: duckdb.DuckDBPyConnection, source: Source, layout: Layout) -> str | None:
    """A value of the time column that cannot be read, if not one could be; else None."""
    readable, unreadable = engine.execute("SELECT count(timestamp), count(*) FILTER (WHERE unreadable_time) FROM log").fetchall()[0]
    if readable or not unreadable:
        return None
    value = text(layout.roles["timestamp"])
    with reading(source):
        return str(engine.execute(f"SELECT {value} FROM {source.scan} WHERE {value} IS NOT NULL LIMIT 1").fetchall()[0][0])
