"""What the intake of a log costs in a bare script, without Aisle: `python yardsticks.py duckdb|polars LOG FOLDER` prints counts as JSON.

Each parses the cells, counts every fault, drops it, numbers shoppers and items in the order of their ids, writes the events sorted as
Parquet, and CSR matrices of all events, of each kind and of the distinct pairs with their first time and row.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

KINDS = ("view", "cart", "purchase")
COLUMNS = ("user_id", "item_id", "timestamp", "event")


def with_polars(log: Path, folder: Path) -> dict[str, int]:
    """In memory, as a notebook would have it."""
    import polars as pl

    rows = pl.read_csv(log, infer_schema=False, row_index_name="row").with_columns(pl.col(COLUMNS).replace("", None))
    time = pl.col("timestamp").cast(pl.Int64, strict=False)
    rows = rows.with_columns(time=pl.from_epoch(time, "s").dt.cast_time_unit("us"))
    first = rows.unique(COLUMNS, keep="first")
    faults = rows.select(
        read=pl.len(),
        no_user=pl.col("user_id").is_null().sum(),
        no_item=pl.col("item_id").is_null().sum(),
        no_time=pl.col("timestamp").is_null().sum(),
        odd_time=(pl.col("timestamp").is_not_null() & pl.col("time").is_null()).sum(),
    ).row(0, named=True)
    faults["duplicates"] = len(rows) - len(first)
    del rows
    kept = first.filter(pl.col("user_id").is_not_null(), pl.col("item_id").is_not_null(), pl.col("time").is_not_null())
    del first
    users, items = (
        kept.select(pl.col(id).unique().sort()).with_row_index(number).cast({number: pl.Int32})
        for id, number in (("user_id", "user"), ("item_id", "item"))
    )
    kept = kept.join(users, on="user_id").join(items, on="item_id").select("user", "item", "time", "event", "row")
    kept = kept.sort("user", "item", "time", "event", "row")
    kept.write_parquet(folder / "events.parquet", compression="zstd")
    users.write_parquet(folder / "users.parquet")
    items.write_parquet(folder / "items.parquet")
    kind = kept["event"].cast(pl.Enum(KINDS)).to_physical().to_numpy()
    arrays = (kept[name].to_physical().to_numpy() for name in ("user", "item", "time", "row"))
    pairs = _write_matrices(folder, len(users), kind, *arrays)
    return {**faults, "kept": len(kept), "users": len(users), "items": len(items), "pairs": pairs}


def with_duckdb(log: Path, folder: Path) -> dict[str, int]:
    """As DuckDB is without settings, spilling beside its file."""
    import duckdb

    engine = duckdb.connect(str(folder / "work.duckdb"))
    engine.execute("SET disabled_optimizers = 'type_pushdown'")  # the cast of a dirty cell would fail: duckdb issue 23818
    types = ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS)
    engine.execute(
        "CREATE TABLE log AS SELECT user_id, item_id, timestamp AS found, make_timestamp(TRY_CAST(timestamp AS BIGINT) * 1000000) AS time, "
        f"event FROM read_csv('{log}', auto_detect = false, header = true, delim = ',', quote = '\"', columns = {{{types}}})"
    )
    missing = ", ".join(f"count(*) - count({name})" for name in ("user_id", "item_id", "found"))
    counts = engine.execute(f"SELECT count(*), {missing}, count(found) - count(time) FROM log").fetchall()[0]
    faults = dict(zip(("read", "no_user", "no_item", "no_time", "odd_time"), counts, strict=True))
    engine.execute(
        "CREATE TABLE first AS SELECT user_id, item_id, found, any_value(time) AS time, event, min(rowid) AS row "
        "FROM log GROUP BY user_id, item_id, found, event"
    )
    faults["duplicates"] = faults["read"] - engine.execute("SELECT count(*) FROM first").fetchall()[0][0]
    engine.execute("CREATE VIEW kept AS SELECT * FROM first WHERE user_id IS NOT NULL AND item_id IS NOT NULL AND time IS NOT NULL")
    for side in ("user", "item"):
        engine.execute(
            f'CREATE TABLE {side}s AS SELECT {side}_id, CAST(row_number() OVER (ORDER BY {side}_id) - 1 AS INTEGER) AS "{side}" '
            f"FROM (SELECT DISTINCT {side}_id FROM kept)"
        )
        engine.execute(f"COPY {side}s TO '{folder}/{side}s.parquet' (COMPRESSION zstd)")
    engine.execute(
        'COPY (SELECT "user", item, time, event, row FROM kept JOIN users USING (user_id) JOIN items USING (item_id) '
        f"ORDER BY \"user\", item, time, event, row) TO '{folder}/events.parquet' (COMPRESSION zstd)"
    )
    sizes = [engine.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in ("users", "items")]
    codes = ", ".join(f"'{kind}'" for kind in KINDS)
    arrays = engine.sql(
        f"SELECT \"user\", item, epoch_us(time) AS time, list_position([{codes}], event) - 1 AS kind, row FROM '{folder}/events.parquet'"
    ).fetchnumpy()
    pairs = _write_matrices(folder, sizes[0], *(arrays[name] for name in ("kind", "user", "item", "time", "row")))
    return {**faults, "kept": len(arrays["user"]), "users": sizes[0], "items": sizes[1], "pairs": pairs}


def _write_matrices(
    folder: Path, n_users: int, kind: NDArray[Any], user: NDArray[Any], item: NDArray[Any], time: NDArray[Any], row: NDArray[Any]
) -> int:
    """CSR arrays of rows sorted by user and item. Returns the number of distinct pairs."""
    starts = np.flatnonzero(np.r_[True, (user[1:] != user[:-1]) | (item[1:] != item[:-1])])
    user, item = user[starts], item[starts].astype(np.int32)

    def write(name: str, some: NDArray[Any], values: NDArray[Any]) -> None:
        indptr = np.zeros(n_users + 1, dtype=np.int64)
        np.cumsum(np.bincount(user[some], minlength=n_users), out=indptr[1:])
        np.save(folder / f"{name}.indptr.npy", indptr.astype(np.int32))
        np.save(folder / f"{name}.indices.npy", item[some])
        np.save(folder / f"{name}.data.npy", values[some].astype(np.float32))

    every = np.ones(len(starts), dtype=bool)
    write("positives", every, every)
    write("events", every, np.diff(np.r_[starts, len(kind)]))
    for place in range(len(KINDS)):
        counts = np.add.reduceat(kind == place, starts, dtype=np.int32)
        write(f"kind-{place}", counts > 0, counts)
    np.save(folder / "positives.time.npy", time[starts])
    np.save(folder / "positives.row.npy", row[starts])
    return len(starts)


YARDSTICKS = {"duckdb": with_duckdb, "polars": with_polars}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(YARDSTICKS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))))
