"""A log or a catalogue as a table for the scorecard: the columns it can use, typed as intake types them, whatever form the file has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

from recsys_core.data.canonical import Reading, canonical_query
from recsys_core.data.engine import prepare
from recsys_core.data.roles import guess_roles
from recsys_core.data.sources import Source, open_source, reading
from recsys_core.errors import InputError

GUESSED = ("user_id", "item_id", "timestamp", "event", "rating", "quantity", "price", "category")
BY_NAME = ("order_id", "segment")  # too easily mistaken for something else


def read_log(path: Path) -> pd.DataFrame:
    """The rows that have a shopper and a product, in file order: user_id, item_id and, where the file has them, timestamp
    (datetime64[us]), event, category, segment, order_id (text), rating, quantity, price (float64).

    Raises InputError where the file is no table, has no column for the shopper or the product, or no such row.
    """
    frame = _read(path, (*GUESSED, *BY_NAME), needed=("user_id", "item_id"))
    frame = frame.dropna(subset=["user_id", "item_id"]).reset_index(drop=True)
    if frame.empty:
        raise InputError(f"{path.name} holds no row with both a shopper and a product.", "Give a log with at least one.")
    return frame


def read_items(path: Path) -> pd.DataFrame:
    """The products of a catalogue, one row each: item_id and, where the file has it, category. Raises InputError as `read_log` does."""
    return _read(path, ("item_id", "category"), needed=("item_id",)).dropna(subset=["item_id"]).drop_duplicates("item_id")


def _read(path: Path, wanted: tuple[str, ...], needed: tuple[str, ...]) -> pd.DataFrame:
    with TemporaryDirectory(prefix="aisle-scorecard-") as scratch:
        source = open_source(path, Path(scratch))
        roles = _roles(source, wanted)
        for role in needed:
            if role not in roles:
                raise InputError(f"{path.name} has no column {role}.", f"It has: {', '.join(source.names[:12])}. Rename the right one.")
        readings = [Reading(role, source.column(column), None if role == "segment" else role) for role, column in roles.items()]
        with duckdb.connect() as connection, reading(source):
            prepare(connection)
            query = canonical_query(source.scan, readings)
            found: pd.DataFrame = connection.sql(f"SELECT {', '.join(roles)} FROM ({query})").to_arrow_table().to_pandas()
    return found


def _roles(source: Source, wanted: tuple[str, ...]) -> Mapping[str, str]:
    """Role -> column: the column of that very name, else for most roles one that is usually called so."""
    exact = {role: role for role in wanted if role in source.names}
    free = [name for name in source.names if name not in exact.values()]
    open_ = [role for role in wanted if role in GUESSED and role not in exact]
    return {**(guess_roles(free, open_) if open_ else {}), **exact}
