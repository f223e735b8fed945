"""The rows that cleaning dropped: a few for each reason to show, all of them in a file of their own beside the dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from recsys_core.data.engine import name as identifier
from recsys_core.data.engine import quote
from recsys_core.data.layout import Layout, distinct_names
from recsys_core.data.rules import Example
from recsys_core.errors import NotFoundError

FILE = "dropped.parquet"
EXAMPLES = 5
ROWS_AT_ONCE = 65_536


def cells(engine: duckdb.DuckDBPyConnection, layout: Layout) -> list[tuple[str, str]]:
    """(SQL, name) of every column of the log as text, by the name that the file gives it; what could not be read stays as found."""
    known = {row[0] for row in engine.execute("SELECT column_name FROM duckdb_columns() WHERE table_name = 'log'").fetchall()}
    found = []
    for role, column in layout.roles.items():
        text = _text(role)
        found.append((f"coalesce(odd_{role}, {text})" if f"odd_{role}" in known else text, column.name))
    found += [(extra.sql, extra.source.name) for extra in layout.extras]
    names = distinct_names([name for _, name in found], ("row", "reason"))
    return [(sql, name) for (sql, _), name in zip(found, names, strict=True)]


def _text(role: str) -> str:
    """Numbers as people write them: 6, not 6.0."""
    if role in ("rating", "quantity", "price", "value"):
        return f"regexp_replace(CAST({role} AS VARCHAR), '\\.0$', '')"
    return f"CAST({role} AS VARCHAR)"


def write_dropped(engine: duckdb.DuckDBPyConnection, layout: Layout, names: Sequence[str], path: Path) -> None:
    """Write `row` (1 for the first after the header), `reason` and the cells of every row in `fate`, in the order of the file.

    names: of the rules, by their place among the faults; the lowest fault of a row is its reason.
    """
    reason = " ".join(f"WHEN faults & {1 << place} > 0 THEN {quote(name)}" for place, name in enumerate(names))
    columns = ", ".join(f"{sql} AS {identifier(name)}" for sql, name in cells(engine, layout))
    engine.execute(
        f"COPY (SELECT fate.row + 1 AS row, CASE {reason} END AS reason, {columns} FROM log JOIN fate ON log.rowid = fate.row "
        f"ORDER BY fate.row) TO {quote(str(path))} (FORMAT parquet, COMPRESSION zstd)"
    )


def examples(engine: duckdb.DuckDBPyConnection, layout: Layout, faults: int) -> list[list[Example]]:
    """The first few dropped rows of each fault, by its place."""
    shown = cells(engine, layout)
    found: list[list[Example]] = [[] for _ in range(faults)]
    first = " ".join(f"WHEN faults & {1 << place} > 0 THEN {place}" for place in range(faults))
    engine.execute(  # the smallest few of each, without sorting what may be millions of rows
        f"CREATE TEMP TABLE shown AS SELECT first, unnest(min(row, {EXAMPLES})) AS row "
        f"FROM (SELECT row, CASE {first} END AS first FROM fate) GROUP BY first"
    )
    rows = engine.execute(
        f"SELECT first, row, {', '.join(sql for sql, _ in shown)} FROM shown JOIN log ON log.rowid = shown.row ORDER BY row"
    ).fetchall()
    engine.execute("DROP TABLE shown")
    for place, row, *values in rows:
        found[place].append(Example(row + 1, {name: value for (_, name), value in zip(shown, values, strict=True)}))
    return found


def read_dropped(folder: Path, reason: str | None = None) -> Iterator[pa.RecordBatch]:
    """The dropped rows of the dataset in `folder`, in batches; of one reason, or all.

    Raises NotFoundError where the dataset was made before dropped rows were kept, or has no row of that reason.
    """
    path = folder / FILE
    if not path.exists():
        raise NotFoundError(
            f"The dropped rows of '{folder.name}' were not kept: it was made by an older version.", "Take the log in again to have them."
        )
    seen = set()
    told = False
    for batch in pq.ParquetFile(path).iter_batches(batch_size=ROWS_AT_ONCE):
        if reason is not None:
            reasons = batch.column("reason")
            seen |= set(reasons.unique().to_pylist())
            batch = batch.filter(pa.compute.equal(reasons, reason))
        told = told or batch.num_rows > 0
        yield batch
    if reason is not None and not told:
        raise NotFoundError(f"No row was dropped as '{reason}'.", f"The reasons are {', '.join(sorted(seen)) or 'none'}.")


def dropped_schema(folder: Path) -> pa.Schema:
    """The columns of `read_dropped`."""
    return pq.read_schema(folder / FILE)
