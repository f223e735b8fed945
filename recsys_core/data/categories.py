"""One category for each product out of a path, several levels or a list; the whole of it stays beside it as `categories`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import duckdb
import pyarrow as pa

from recsys_core.data.several_values import BETWEEN, Separation, choose_level

_AT_ONCE = 100_000  # different cells
_LEVELS = Separation(BETWEEN, path=True)

Values = tuple[str, ...]


def add_categories(engine: duckdb.DuckDBPyConnection, table: str, column: str, separation: Separation | None) -> list[tuple[str, str, str]]:
    """Take the cells of `column` apart and add a column for the one category. Returns (SQL name, name, kind) of both.

    separation: None for levels that were joined with BETWEEN. A list's category is its first value; a path's is as many of its steps as
    still make groups to choose from (see `choose_level`), named by the last of them, or 'Toys / Other' where two branches end alike.
    """
    separation = separation or _LEVELS
    one = f"{column}_one"
    engine.execute(f"ALTER TABLE {table} ADD COLUMN {one} VARCHAR")
    if separation.path:
        paths = _paths(engine, table, column, separation)
        level = choose_level(paths)
        names = step_names({path[:level] for path in paths})
        write_values(engine, table, column, separation, one, lambda values: names[values[:level]])
    else:
        write_values(engine, table, column, separation, one, lambda values: values[0])
    return [(one, "category", "text"), (column, "categories", "values")]


def step_names(paths: set[Values]) -> dict[Values, str]:
    """Path -> what to call it: its last step, with the step above where that is not enough to tell it from the others."""
    last = Counter(path[-1] for path in paths)
    return {path: path[-1] if last[path[-1]] == 1 else " / ".join(path) for path in paths}


def write_values(
    engine: duckdb.DuckDBPyConnection,
    table: str,
    column: str,
    separation: Separation,
    one: str | None = None,
    choose: Callable[[Values], str] = lambda values: values[0],
) -> None:
    """Rewrite the cells of `column` as 'A|B|C', NULL where they hold no value; `choose` says what the column `one` has of them."""
    engine.execute("CREATE OR REPLACE TEMP TABLE taken_apart (cell VARCHAR, whole VARCHAR, one VARCHAR)")
    found = engine.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()
    for start in range(0, len(found), _AT_ONCE):
        cells = [row[0] for row in found[start : start + _AT_ONCE]]
        split = [separation.values(cell) for cell in cells]
        whole = [BETWEEN.join(values) or None for values in split]
        chosen = [choose(values) if values else None for values in split]
        text = pa.string()
        engine.register("batch", pa.table({"cell": pa.array(cells, text), "whole": pa.array(whole, text), "one": pa.array(chosen, text)}))
        engine.execute("INSERT INTO taken_apart SELECT * FROM batch")
        engine.unregister("batch")
    sets = f"{column} = whole" if one is None else f"{column} = whole, {one} = taken_apart.one"
    engine.execute(f"UPDATE {table} SET {sets} FROM taken_apart WHERE {table}.{column} = taken_apart.cell")
    engine.execute("DROP TABLE taken_apart")


def _paths(engine: duckdb.DuckDBPyConnection, table: str, column: str, separation: Separation) -> Counter[Values]:
    """Path -> products."""
    paths: Counter[Values] = Counter()
    for cell, count in engine.execute(f"SELECT {column}, count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY {column}").fetchall():
        paths[separation.values(cell)] += count
    paths.pop((), None)
    return paths
