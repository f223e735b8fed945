"""A small file of (user, item) pairs, such as the histories of new shoppers."""

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


def read_pairs(path: Path) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Users and items of every row that has both, written as intake writes them, in file order; other columns are ignored.

    Raises InputError where the file is no table, has no column user_id or item_id, or holds no pair.
    """
    with TemporaryDirectory(prefix="aisle-pairs-") as scratch:
        source = open_source(path, Path(scratch))
        for column in ("user_id", "item_id"):
            if column not in source.names:
                raise InputError(f"{path.name} has no column {column}.", f"It has: {', '.join(source.names[:12])}. Rename the right one.")
        user, item = (text(source.column(column)) for column in ("user_id", "item_id"))
        if source.format == "csv":  # perhaps one that Aisle wrote: the apostrophe before =x is not the id's
            user, item = unguard_sql(user), unguard_sql(item)
        with duckdb.connect() as connection, reading(source):
            prepare(connection)
            found = connection.execute(
                f"SELECT u, i FROM (SELECT {user} AS u, {item} AS i FROM {source.scan}) WHERE u IS NOT NULL AND i IS NOT NULL"
            ).fetchnumpy()
    if not len(found["u"]):
        raise InputError(f"{path.name} holds no row with both a user and an item.", "Give at least one.")
    return np.asarray(found["u"], dtype=np.str_), np.asarray(found["i"], dtype=np.str_)
