"""When a shop is busy, and how far its shoppers go: events by weekday and hour, and by kind."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb

from recsys_core.data.engine import quote
from recsys_core.data.kinds import KINDS


def rhythm(engine: duckdb.DuckDBPyConnection, events: Path) -> list[list[int]] | None:
    """Events of each hour (24) of each weekday (7, Monday first); None without times, or with times of one hour only, which are dates."""
    found = engine.execute(
        "SELECT isodow(timestamp), hour(timestamp), count(*) "
        f"FROM read_parquet({quote(str(events))}) WHERE timestamp IS NOT NULL GROUP BY ALL"
    ).fetchall()
    if len({hour for _, hour, _ in found}) < 2:
        return None
    table = [[0] * 24 for _ in range(7)]
    for day, hour, n in found:
        table[day - 1][hour] = n
    return table


def funnel(engine: duckdb.DuckDBPyConnection, events: Path, kinds: Collection[str]) -> list[dict[str, Any]] | None:
    """{"kind", "events", "shoppers"} of each kind, from the first look to the purchase; None for a log of one kind."""
    if len(kinds) < 2:
        return None
    found = engine.execute(
        f'SELECT event, count(*), count(DISTINCT "user") FROM read_parquet({quote(str(events))}) WHERE event IS NOT NULL GROUP BY event'
    ).fetchall()
    order = {kind: place for place, kind in enumerate(KINDS)}
    found.sort(key=lambda row: (order.get(row[0], len(order)), row[0]))
    return [{"kind": kind, "events": n, "shoppers": users} for kind, n, users in found]
