"""Rows that say nothing that an earlier row has not said.

Only rows that share a 64-bit hash with another are compared in full. Which hashes come twice is found by sorting them in numpy:
grouping a large log, by its columns or by their hash, would spill to disk.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

HASHES_AT_ONCE = 1 << 25  # 256 MB of them; a larger log is hashed again for each part
_BATCH = 1 << 20


def find_copies(engine: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> None:
    """Fill the table `copies` (row) with the rowids of the rows of `log` that repeat an earlier one in all of `columns`."""
    hashed = _hash_of(columns)
    rows = engine.execute("SELECT count(*) FROM log").fetchall()[0][0]
    parts = -(-rows // HASHES_AT_ONCE)
    repeated = [_repeated(_hashes(engine, hashed, part, parts)) for part in range(parts)]
    engine.register("repeated", pa.table({"h": np.concatenate([np.empty(0, dtype=np.uint64), *repeated])}))
    engine.execute(f"CREATE TEMP TABLE twins AS SELECT rowid AS row FROM log WHERE {hashed} IN (SELECT h FROM repeated)")
    engine.unregister("repeated")
    engine.execute(
        "INSERT INTO copies SELECT row FROM ("
        f"SELECT twins.row, row_number() OVER (PARTITION BY {', '.join(columns)} ORDER BY twins.row) AS copy "
        "FROM log JOIN twins ON log.rowid = twins.row) WHERE copy > 1"
    )
    engine.execute("DROP TABLE twins")


def _hash_of(columns: Sequence[str]) -> str:
    return f"hash({', '.join(columns)})"


def _hashes(engine: duckdb.DuckDBPyConnection, hashed: str, part: int, parts: int) -> NDArray[np.uint64]:
    """The hashes of all rows whose hash falls into a part."""
    where = f" WHERE h % {parts} = {part}" if parts > 1 else ""
    query = f"FROM (SELECT {hashed} AS h FROM log){where}"
    found = np.empty(engine.execute(f"SELECT count(*) {query}").fetchall()[0][0], dtype=np.uint64)
    size = 0
    for batch in engine.sql(f"SELECT h {query}").to_arrow_reader(_BATCH):
        found[size : size + len(batch)] = batch.column(0).to_numpy()
        size += len(batch)
    return found


def _repeated(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Those that are there more than once; the array is sorted in place."""
    hashes.sort()
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
