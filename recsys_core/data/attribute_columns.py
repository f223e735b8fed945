"""Columns of text turned into attributes: each read as what it holds, several values kept as 'A|B|C', one category beside many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import pandas as pd
import pyarrow as pa

from recsys_core.data.attribute_kinds import Attribute, find_kind, writes_comma
from recsys_core.data.canonical import truth
from recsys_core.data.categories import add_categories, write_values
from recsys_core.data.engine import name as identifier

_NAMES = ("title", "description", "brand")  # a film may be called "True": they stay as written


@dataclass(frozen=True)
class Raw:
    """A column of text. sql: its name in its table. name: of the attribute. column: what its file calls it. holds: see `AttributeRole`."""

    sql: str
    name: str
    column: str
    holds: str | None = None


def settle(engine: duckdb.DuckDBPyConnection, table: str, columns: Sequence[Raw], found: str = "file") -> list[tuple[str, Attribute]]:
    """(SQL of its value, what it is) for each attribute that the columns of `table` make. Rewrites cells of several values in place."""
    settled = []
    comma = any(writes_comma(engine, table, raw.sql) for raw in columns)
    for raw in columns:
        kind = find_kind(engine, table, raw.sql, raw.column, raw.holds, comma=comma)
        if kind.separation and raw.name == "category":
            for sql, name, what in add_categories(engine, table, raw.sql, kind.separation):
                settled.append((sql, Attribute(name, what, raw.column, found)))
        elif kind.separation:
            write_values(engine, table, raw.sql, kind.separation)
            settled.append((raw.sql, Attribute(raw.name, "values", raw.column, found)))
        else:
            sql = truth(kind.sql) if kind.name == "text" and raw.name not in _NAMES else kind.sql
            settled.append((sql, Attribute(raw.name, kind.name, raw.column, found, kind.unreadable, kind.example)))
    return settled


@dataclass
class Described:
    """Attributes of all items or all users: the values by name in their order, and what each of them is."""

    values: dict[str, pd.Series] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)

    def fill(self, more: Described, over: bool = True) -> None:
        """Add the attributes of `more`; where one is here already, its gaps are filled, or with over=False it stays as it is."""
        for name, values in more.values.items():
            mine = self.values.get(name)
            if mine is None:
                self.values[name], self.attributes[name] = values, more.attributes[name]
            elif over:
                self.values[name] = mine.where(mine.notna(), values)


def read_columns(
    engine: duckdb.DuckDBPyConnection, texts: Mapping[str, pd.Series], named: Mapping[str, str], holds: Mapping[str, str]
) -> Described:
    """Columns of text from the log, one value for each item (or user), read as what they hold.

    texts: name -> values. named: name -> what the log calls it. holds: name -> what it holds, where that is known.
    """
    described = Described()
    if not texts:
        return described
    raws = [Raw(f"c{place}", name, named[name], holds.get(name)) for place, name in enumerate(texts)]
    columns = {raw.sql: pa.array(texts[raw.name], pa.string(), from_pandas=True) for raw in raws}
    size = len(next(iter(columns.values())))
    engine.register("texts", pa.table({"place": pa.array(range(size), pa.int64()), **columns}))
    engine.execute("CREATE OR REPLACE TEMP TABLE described AS SELECT * FROM texts")
    engine.unregister("texts")
    settled = settle(engine, "described", raws, "log")
    select = ", ".join(f"{sql} AS {identifier(attribute.name)}" for sql, attribute in settled)
    frame = engine.sql(f"SELECT {select} FROM described ORDER BY place").df()
    for _, attribute in settled:
        described.values[attribute.name] = frame[attribute.name]
        described.attributes[attribute.name] = attribute
    engine.execute("DROP TABLE described")
    return described
