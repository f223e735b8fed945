"""A sample of a log's rows to guess on: its first rows, and rows from all of it where that costs little."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from recsys_core.data import canonical
from recsys_core.data.engine import planning, prepare
from recsys_core.data.sources import Source, reading

FIRST_ROWS = 10_000
SPREAD_ROWS = 10_000
MOST_CELLS = 2_000_000  # of a wide table fewer rows are looked at
LONGEST_CELL = 200  # letters of a cell that are looked at
_READ_WHOLE_BYTES = 64 << 20  # a larger file is not read to its end for a sample


@dataclass(frozen=True)
class Sample:
    """Rows as canonical text (NULL for an empty cell), columns named as in the file.

    first: the first rows, in file order. table: these and rows spread over the file. whole: whether that is every row there is.
    """

    first: pa.Table
    table: pa.Table
    whole: bool


def draw(source: Source) -> Sample:
    """The same rows for the same file. Raises InputError where the file is damaged."""
    rows = max(1, MOST_CELLS // max(1, 2 * len(source.columns)))
    readings = [canonical.Reading(f"c{place}_", column) for place, column in enumerate(source.columns)]
    cells = ", ".join(f"left({one.name}, {LONGEST_CELL}) AS {one.name}" for one in readings)
    with duckdb.connect() as engine, reading(source), planning(engine, len(source.columns)):
        prepare(engine)
        some = f"SELECT * FROM {source.scan} LIMIT {min(FIRST_ROWS, rows) + 1}"
        first = engine.sql(f"SELECT {cells} FROM ({canonical.canonical_query(f'({some})', readings)})").arrow().read_all()
        whole = len(first) <= min(FIRST_ROWS, rows)
        first = first.slice(0, min(FIRST_ROWS, rows))
        table = first
        if not whole and source.path.exists() and source.path.stat().st_size <= _READ_WHOLE_BYTES:
            engine.execute("SET threads = 1")  # a seeded sample is the same only where one thread draws it
            spread = f"(SELECT * FROM {source.scan} USING SAMPLE reservoir({min(SPREAD_ROWS, rows)} ROWS) REPEATABLE (7))"
            drawn = engine.sql(f"SELECT {cells} FROM ({canonical.canonical_query(spread, readings)})")
            table = pa.concat_tables([first, drawn.arrow().read_all()])
    return Sample(first.rename_columns(source.names), table.rename_columns(source.names), whole)
