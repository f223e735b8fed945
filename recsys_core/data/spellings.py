"""Ids that differ only by case or spaces are one: they get the spelling that most events have."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

_HUMP = "[a-z][0-9]*[A-Z]"  # as in dQw4w9WgXcQ, where case is part of the id
_HUMPS = 0.05  # share of the ids with one from which case counts


@dataclass(frozen=True)
class Merged:
    """How many ids of one side ("user" or "item") got another spelling, with one that did and what it became."""

    side: str
    ids: int
    example: tuple[str, str]


def merge_spellings(engine: duckdb.DuckDBPyConnection, side: str) -> Merged | None:
    """Let the views `kept` and `came_back` write every id of the table `SIDEs` in its usual spelling; None where all do already.

    The usual spelling is that of most rows; of equals the first in byte order, where capitals come before small letters.
    If there was something to merge, the table `SIDEs` is dropped: numbers must be given anew.
    """
    id, table = f"{side}_id", f"{side}_spelling"
    if not _find_alike(engine, side):
        return None
    engine.execute(
        f"CREATE TABLE {table} AS WITH counted AS (SELECT alike.{id}, folded, count(kept.{id}) AS n "
        f"FROM alike LEFT JOIN kept USING ({id}) GROUP BY ALL) "
        f"SELECT {id} AS found, first_value({id}) OVER (PARTITION BY folded ORDER BY n DESC, {id}) AS usual FROM counted"
    )
    engine.execute(f"DELETE FROM {table} WHERE found = usual")
    for view in ("kept", "came_back"):
        before = f"{view}_before_{side}"
        engine.execute(f"ALTER VIEW {view} RENAME TO {before}")
        engine.execute(
            f"CREATE VIEW {view} AS SELECT {before}.* REPLACE (coalesce({table}.usual, {before}.{id}) AS {id}) "
            f"FROM {before} LEFT JOIN {table} ON {before}.{id} = {table}.found"
        )
    for made in ("alike", f"{side}s"):
        engine.execute(f"DROP TABLE {made}")
    ids = engine.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]
    found, usual = engine.execute(f"SELECT found, usual FROM {table} ORDER BY found LIMIT 1").fetchall()[0]
    return Merged(side, ids, (found, usual))


def _find_alike(engine: duckdb.DuckDBPyConnection, side: str) -> bool:
    """Make the table `alike` (SIDE_id, folded) of the ids that others resemble, if there are any."""
    id = f"{side}_id"
    humps = f"SELECT avg(CASE WHEN regexp_matches({id}, '{_HUMP}') THEN 1.0 ELSE 0.0 END) FROM {side}s"
    case_counts = (engine.execute(humps).fetchall()[0][0] or 0) > _HUMPS
    close = f"regexp_replace({id}, '[\\s\u00a0\u3000]+', '', 'g')"
    engine.execute(
        f"CREATE TEMP TABLE alike AS SELECT {id}, folded FROM (SELECT {id}, {close if case_counts else f'upper({close})'} AS folded "
        f"FROM {side}s) QUALIFY count(*) OVER (PARTITION BY folded) > 1"
    )
    found: bool = engine.execute("SELECT count(*) > 0 FROM alike").fetchall()[0][0]
    if not found:
        engine.execute("DROP TABLE alike")
    return found
