"""The first rows of a file, to look at before it is taken in."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

from recsys_core.data.engine import name, prepare
from recsys_core.data.sources import open_source, reading


def preview(path: Path, rows: int = 20) -> pd.DataFrame:
    """Up to `rows` first rows under the file's column names: of Parquet as typed, else as text. Raises InputError for no table."""
    with TemporaryDirectory(prefix="aisle-preview-") as scratch:
        source = open_source(path, Path(scratch), rows=rows)
        columns = ", ".join(name(column.sql) for column in source.columns)
        with duckdb.connect() as engine, reading(source):
            prepare(engine)
            frame: pd.DataFrame = engine.sql(f"SELECT {columns} FROM {source.scan} LIMIT {int(rows)}").df()
    frame.columns = pd.Index(source.names)
    return frame
