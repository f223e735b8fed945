"""The tables of products and shoppers: what the log says of each, and the attributes from their files and from the log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.data.attribute_files import LIST_PRICE, AttributeFile
from recsys_core.data.engine import name as identifier
from recsys_core.data.engine import quote
from recsys_core.data.layout import ATTRIBUTE_ROLES, Layout
from recsys_core.data.titles import tidy_title

_CONSTANT_SHARE = 0.95  # of those with two events or more: where so many always have one value, the column describes them


def item_table(
    engine: duckdb.DuckDBPyConnection, events: Path, layout: Layout, given: AttributeFile | None, n_users: NDArray[np.int64]
) -> pd.DataFrame:
    """One row for each item in the order of their numbers, as `Dataset.items` says. n_users: shoppers of each item."""
    frame = engine.sql("SELECT item_id FROM items ORDER BY item").df()
    seen = engine.sql(
        "SELECT item, count(*) AS n_events, median(price) FILTER (WHERE price > 0) AS price, "
        f"min(timestamp) AS first_seen, max(timestamp) AS last_seen FROM read_parquet({quote(str(events))}) GROUP BY item"
    ).df()
    seen = seen.set_index("item").reindex(range(len(frame)))
    attributes = _attributes(engine, given, "item")
    for role in ATTRIBUTE_ROLES:
        if role in layout.roles:
            usual = _most_usual(engine, role, "item", len(frame))
            attributes[role] = attributes[role].where(attributes[role].notna(), usual) if role in attributes else usual
    raw = attributes.pop("title", pd.Series([None] * len(frame), dtype=object))
    frame["title"] = [_shown(title, id) for title, id in zip(raw, frame["item_id"], strict=True)]
    frame["title_raw"] = raw.to_numpy()
    if "category" in attributes:
        frame["category"] = attributes.pop("category").to_numpy()
    frame["price"] = _prices(seen["price"], attributes.get(LIST_PRICE))
    frame["n_users"] = n_users
    frame["n_events"] = seen["n_events"].fillna(0).to_numpy(dtype=np.int64)
    for name in ("first_seen", "last_seen"):
        frame[name] = seen[name].to_numpy()
    return _with(frame, {**attributes, **_lifted(engine, layout, "item", len(frame))})


def user_table(
    engine: duckdb.DuckDBPyConnection,
    events: Path,
    layout: Layout,
    given: AttributeFile | None,
    n_items: NDArray[np.int64],
    order: str | None,
    counts: str,
) -> pd.DataFrame:
    """One row for each user in the order of their numbers, as `Dataset.users` says.

    n_items: products of each user. order: the column whose values tell one order from another, None where nothing does.
    counts: SQL for which rows are positive: only they are orders and cost something.
    """
    frame = engine.sql('SELECT user_id FROM users ORDER BY "user"').df()
    orders = f"count(DISTINCT {order}) FILTER (WHERE {counts})" if order else "CAST(NULL AS BIGINT)"
    seen = engine.sql(
        f'SELECT "user", count(*) AS n_events, {orders} AS n_orders, {_spend(layout, counts)} AS spend, '
        f"min(timestamp) AS first_seen, max(timestamp) AS last_seen FROM read_parquet({quote(str(events))}) "
        'GROUP BY "user" ORDER BY "user"'
    ).df()
    frame["n_events"] = seen["n_events"]
    frame["n_items"] = n_items
    for name in ("n_orders", "spend"):
        frame[name] = seen[name].to_numpy(dtype=np.float64, na_value=np.nan)
    for name in ("first_seen", "last_seen"):
        frame[name] = seen[name]
    return _with(frame, {**_attributes(engine, given, "user"), **_lifted(engine, layout, "user", len(frame))})


def _spend(layout: Layout, counts: str) -> str:
    """SQL for what a shopper spent: nothing where no row of theirs counts, NULL where it is not known."""
    spent = f"sum({_spent(layout)}) FILTER (WHERE {counts})"
    return f"CASE WHEN bool_or({counts}) THEN {spent} ELSE 0 END" if "price" in layout.roles else spent


def _spent(layout: Layout) -> str:
    """SQL for what a row cost. A `value` is money only where there are prices: elsewhere it may be hours played."""
    if "price" not in layout.roles:
        return "CAST(NULL AS DOUBLE)"
    return "value" if "value" in layout.roles else "price * coalesce(quantity, 1)"


def _prices(paid: pd.Series[float], listed: pd.Series[str] | None) -> NDArray[np.floating]:
    """The median paid, else the catalogue's, else NaN."""
    prices = paid.to_numpy(dtype=np.float64)
    if listed is None:
        return prices
    numbers = pd.to_numeric(listed, errors="coerce").to_numpy(dtype=np.float64)
    known: NDArray[np.floating] = np.where(np.isnan(prices) & (numbers > 0), numbers, prices)
    return known


def _shown(raw: object, id: str) -> str:
    """The tidied title, or the id where there is none to read."""
    return (tidy_title(raw) if isinstance(raw, str) else "") or id


def _attributes(engine: duckdb.DuckDBPyConnection, given: AttributeFile | None, side: str) -> dict[str, pd.Series[str]]:
    """The columns of an attribute file by name, one value for each number."""
    if given is None or not given.columns:
        return {}
    columns = ", ".join(f"{given.table}.{sql} AS {identifier(name)}" for sql, name in given.columns)
    frame = engine.sql(f'SELECT {columns} FROM {side}s LEFT JOIN {given.table} USING ({given.id}) ORDER BY "{side}"').df()
    return {str(name): frame[name] for name in frame.columns}


def _lifted(engine: duckdb.DuckDBPyConnection, layout: Layout, side: str, size: int) -> dict[str, pd.Series[str]]:
    """Extra columns of the log that describe users (or items): nearly always one value for each of them, and not one for all."""
    found = {}
    for extra in layout.extras:
        column = extra.sql
        varied, agreeing, several = engine.execute(
            f"SELECT (SELECT count(DISTINCT {column}) > 1 FROM kept), count(*) FILTER (WHERE low = high), count(*) FROM ("
            f"SELECT min({column}) AS low, max({column}) AS high FROM kept WHERE {column} IS NOT NULL "
            f"GROUP BY {side}_id HAVING count(*) > 1)"
        ).fetchall()[0]
        if varied and several and agreeing >= _CONSTANT_SHARE * several:
            found[extra.name] = _most_usual(engine, column, side, size)
    return found


def _most_usual(engine: duckdb.DuckDBPyConnection, column: str, side: str, size: int) -> pd.Series[str]:
    """The commonest value of a log column for each number; of equals the longest, then the first in the alphabet."""
    frame = engine.sql(
        f'SELECT "{side}" AS place, value FROM ('
        f"SELECT {side}_id, {column} AS value, count(*) AS n FROM kept WHERE {column} IS NOT NULL GROUP BY {side}_id, {column}"
        f") JOIN {side}s USING ({side}_id) "
        f"QUALIFY row_number() OVER (PARTITION BY {side}_id ORDER BY n DESC, length(value) DESC, value) = 1"
    ).df()
    usual: pd.Series[str] = frame.set_index("place")["value"].reindex(range(size))
    return usual


def _with(frame: pd.DataFrame, attributes: Mapping[str, pd.Series[str]]) -> pd.DataFrame:
    """The table with the attributes after its own columns, without those whose name it has already, give or take case."""
    taken = {str(name).lower() for name in frame.columns}
    added = {}
    for name, values in attributes.items():
        if name.lower() not in taken:
            taken.add(name.lower())
            added[name] = values.to_numpy()
    return pd.concat([frame, pd.DataFrame(added, index=frame.index)], axis=1)  # not assign(**): a column may be called "self"
