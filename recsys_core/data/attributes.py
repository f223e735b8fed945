"""The tables of products and shoppers: attributes from their files and from the log, and what the log says of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from recsys_core.data import canonical
from recsys_core.data.engine import name as identifier
from recsys_core.data.engine import quote
from recsys_core.data.layout import Layout, distinct_names
from recsys_core.data.roles import require_roles, resolve_roles
from recsys_core.data.sources import open_source, reading
from recsys_core.data.titles import tidy_title
from recsys_core.errors import InputError

_ITEM_ROLES = ("item_id", "title", "category")
_ITEM_RESERVED = ("item_id", "title", "title_raw", "category", "price", "n_users", "n_events", "first_seen", "last_seen", "item")
_USER_RESERVED = ("user_id", "n_events", "n_items", "n_orders", "spend", "first_seen", "last_seen", "user")
_RENAMED = {"price": "list_price"}  # `price` is what was paid
_CONSTANT_SHARE = 0.95  # of the users (items) with two events or more: their values agree, so the column describes them


@dataclass(frozen=True)
class AttributeFile:
    """A catalogue or shopper table as read. columns: (SQL name, name) of its attributes. rows and repeated: what was read, ids that came again."""

    table: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    repeated: int


def load_attributes(engine: duckdb.DuckDBPyConnection, path: Path, table: str, id_role: str) -> AttributeFile:
    """Read a file of attributes into `table` (the id, then the attributes as text), the first row of each id.

    Raises InputError where no column holds ids, or none is filled.
    """
    source = open_source(path)
    wanted = _ITEM_ROLES if id_role == "item_id" else ("user_id",)
    roles = resolve_roles(source.names, {}, path.name, wanted)
    require_roles(roles, [id_role], source.names, path.name)
    named = {roles[role]: role for role in roles if role != id_role}
    free = [column for column in source.columns if column.name not in roles.values()]
    reserved = _ITEM_RESERVED if id_role == "item_id" else _USER_RESERVED
    names = distinct_names([_RENAMED.get(column.name.lower(), column.name) for column in free], reserved)
    attributes = [(source.column(column), role) for column, role in named.items()] + list(zip(free, names, strict=True))
    columns = tuple((f"a{place}", name) for place, (_, name) in enumerate(attributes))
    select = ", ".join(f"{canonical.text(column)} AS a{place}" for place, (column, _) in enumerate(attributes))
    id_column = canonical.text(source.column(roles[id_role]))
    with reading(source):
        engine.execute(f"CREATE TABLE read_{table} AS SELECT {id_column} AS {id_role}{', ' if select else ''}{select} FROM {source.scan}")
    kept = ", ".join([id_role, *(sql for sql, _ in columns)])
    engine.execute(
        f"CREATE TABLE {table} AS SELECT {kept} FROM read_{table} WHERE {id_role} IS NOT NULL "
        f"QUALIFY row_number() OVER (PARTITION BY {id_role} ORDER BY rowid) = 1"
    )
    rows, filled, distinct = engine.execute(f"SELECT count(*), count({id_role}), count(DISTINCT {id_role}) FROM read_{table}").fetchall()[0]
    engine.execute(f"DROP TABLE read_{table}")
    if not filled:
        raise InputError(
            f"{path.name} names no {id_role}: its column '{roles[id_role]}' is empty.", "Give a file with one row for each id."
        )
    return AttributeFile(table, columns, rows, filled - distinct)


def lifted_columns(engine: duckdb.DuckDBPyConnection, layout: Layout, side: str) -> list[tuple[str, str]]:
    """Extra columns of the log that describe the user (side 'user_id') or the item: nearly always one value for each.

    A column that is the same in every row describes neither.
    """
    found = []
    for extra in layout.extras:
        varied, agreeing, several = engine.execute(
            f"SELECT (SELECT count(DISTINCT {extra.sql}) > 1 FROM kept), count(*) FILTER (WHERE low = high), count(*) FROM "
            f"(SELECT min({extra.sql}) AS low, max({extra.sql}) AS high FROM kept WHERE {extra.sql} IS NOT NULL GROUP BY {side} HAVING count(*) > 1)"
        ).fetchall()[0]
        if varied and several and agreeing >= _CONSTANT_SHARE * several:
            found.append((extra.sql, extra.name))
    return found


def most_usual(engine: duckdb.DuckDBPyConnection, column: str, side: str, place: str) -> pd.Series:
    """The commonest value of a log column for each user or item; of equals the longest, then the first in the alphabet."""
    table = "users" if side == "user_id" else "items"
    frame = engine.sql(
        f"SELECT {identifier(place)} AS place, value FROM (SELECT {side}, {column} AS value, count(*) AS n FROM kept WHERE {column} IS NOT NULL "
        f"GROUP BY {side}, {column}) JOIN {table} USING ({side}) "
        f"QUALIFY row_number() OVER (PARTITION BY {side} ORDER BY n DESC, length(value) DESC, value) = 1"
    ).df()
    return pd.Series(frame["value"].to_numpy(dtype=object), index=frame["place"].to_numpy())


def item_table(
    engine: duckdb.DuckDBPyConnection, events: Path, layout: Layout, given: AttributeFile | None, n_users: np.ndarray
) -> pd.DataFrame:
    """One row for each item in the order of their numbers; see `Dataset.items`. n_users: shoppers of each item."""
    frame = engine.sql("SELECT item_id FROM items ORDER BY item").df()
    stats = engine.sql(
        "SELECT item, median(price) FILTER (WHERE price > 0) AS price, count(*) AS n_events, min(timestamp) AS first_seen, max(timestamp) AS last_seen "
        f"FROM read_parquet({quote(str(events))}) GROUP BY item"
    ).df()
    stats = stats.set_index("item").reindex(range(len(frame)))
    attributes = _attributes(engine, given, "item")
    for role in ("title", "category"):
        if role in layout.roles:
            usual = most_usual(engine, role, "item_id", "item").reindex(range(len(frame)))
            attributes[role] = attributes[role].where(attributes[role].notna(), usual) if role in attributes else usual
    raw = attributes.pop("title") if "title" in attributes else None
    frame["title"] = frame["item_id"] if raw is None else [_title(text, id) for text, id in zip(raw, frame["item_id"], strict=True)]
    frame["title_raw"] = None if raw is None else raw.to_numpy()
    if "category" in attributes:
        frame["category"] = attributes.pop("category").to_numpy()
    price = stats["price"].to_numpy()
    listed = (
        pd.to_numeric(attributes["list_price"], errors="coerce").to_numpy() if "list_price" in attributes else np.full(len(frame), np.nan)
    )
    frame["price"] = np.where(np.isnan(price), np.where(listed > 0, listed, np.nan), price)
    frame["n_users"] = n_users
    frame["n_events"] = stats["n_events"].fillna(0).to_numpy(dtype=np.int64)
    frame["first_seen"], frame["last_seen"] = stats["first_seen"].to_numpy(), stats["last_seen"].to_numpy()
    taken = {name.lower() for name in attributes}
    for sql, name in lifted_columns(engine, layout, "item_id"):
        if name.lower() not in taken:
            attributes[name] = most_usual(engine, sql, "item_id", "item").reindex(range(len(frame)))
    for name in attributes:
        frame[name] = attributes[name].to_numpy()
    return frame


def user_table(
    engine: duckdb.DuckDBPyConnection, events: Path, layout: Layout, given: AttributeFile | None, n_items: np.ndarray, orders: str | None
) -> pd.DataFrame:
    """One row for each user in the order of their numbers; see `Dataset.users`. orders: the SQL that tells one order from another."""
    frame = engine.sql('SELECT user_id FROM users ORDER BY "user"').df()
    spend = (
        "value"
        if {"value", "price"} <= layout.roles.keys()
        else "price * coalesce(quantity, 1)"
        if "price" in layout.roles
        else "NULL::DOUBLE"
    )
    counted = f"count(DISTINCT {orders})" if orders else "NULL::BIGINT"
    stats = engine.sql(
        f'SELECT "user", count(*) AS n_events, {counted} AS n_orders, sum({spend}) AS spend, min(timestamp) AS first_seen, max(timestamp) AS last_seen '
        f'FROM read_parquet({quote(str(events))}) GROUP BY "user"'
    ).df()
    stats = stats.set_index("user").reindex(range(len(frame)))
    frame["n_events"] = stats["n_events"].to_numpy(dtype=np.int64)
    frame["n_items"] = n_items
    for name in ("n_orders", "spend", "first_seen", "last_seen"):
        frame[name] = stats[name].to_numpy()
    attributes = _attributes(engine, given, "user")
    taken = {name.lower() for name in attributes}
    for sql, name in lifted_columns(engine, layout, "user_id"):
        if name.lower() not in taken:
            attributes[name] = most_usual(engine, sql, "user_id", "user").reindex(range(len(frame)))
    for name in attributes:
        frame[name] = attributes[name].to_numpy()
    return frame


def _attributes(engine: duckdb.DuckDBPyConnection, given: AttributeFile | None, place: str) -> dict[str, pd.Series]:
    """The columns of an attribute file by name, one value for each number."""
    if given is None:
        return {}
    columns = ", ".join(f"{given.table}.{sql} AS {identifier(name)}" for sql, name in given.columns)
    if not columns:
        return {}
    frame = engine.sql(f'SELECT {columns} FROM {place}s LEFT JOIN {given.table} USING ({place}_id) ORDER BY "{place}"').df()
    return {str(name): frame[name] for name in frame.columns}


def _title(raw: object, id: str) -> str:
    """The tidied title, or the id where there is none to read."""
    return (tidy_title(raw) if isinstance(raw, str) else "") or id


def stored_query(given: AttributeFile, id: str) -> str:
    """SQL for an attribute file in the order of its ids, its columns under their names."""
    columns = ", ".join([id, *(f"{sql} AS {identifier(name)}" for sql, name in given.columns)])
    return f"SELECT {columns} FROM {given.table} ORDER BY {id}"
