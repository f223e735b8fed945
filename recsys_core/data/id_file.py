"""A small file of ids, such as the members of a cohort: a table with a column of them, or a text with one a line."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
from numpy.typing import NDArray

from recsys_core.data.canonical import text
from recsys_core.data.engine import prepare
from recsys_core.data.sources import open_source, reading
from recsys_core.errors import InputError
from recsys_core.storage.spreadsheet import unguard_sql

TEXT = ".txt"


def read_ids(path: Path, column: str) -> NDArray[np.str_]:
    """The different ids in it, written as intake writes them, in file order. column: user_id or item_id; of a .txt each line is one.

    Raises InputError where the file cannot be read, is a table without this column, or holds no id.
    """
    found = _lines(path) if path.suffix.lower() == TEXT else _column(path, column)
    ids = list(dict.fromkeys(found))
    if not ids:
        raise InputError(f"{path.name} holds no id.", "Give at least one.")
    return np.array(ids, dtype=np.str_)


def _lines(path: Path) -> list[str]:
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The file '{path}' cannot be read.", "Give a text in UTF-8 with one id a line.") from error


def _column(path: Path, column: str) -> list[str]:
    with TemporaryDirectory(prefix="aisle-ids-") as scratch:
        source = open_source(path, Path(scratch))
        if column not in source.names:
            raise InputError(
                f"{path.name} has no column {column}.",
                f"It has: {', '.join(source.names[:12])}. Rename the right one, or give a .txt with one id a line.",
            )
        id = text(source.column(column))
        if source.format == "csv":  # perhaps one that Aisle wrote: the apostrophe before =x is not the id's
            id = unguard_sql(id)
        with duckdb.connect() as connection, reading(source):
            prepare(connection)
            found = connection.execute(f"SELECT u FROM (SELECT {id} AS u FROM {source.scan}) WHERE u IS NOT NULL").fetchnumpy()
    return [str(each) for each in found["u"]]
