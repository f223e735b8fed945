"""The tables of products and shoppers: what the log says of each, and the attributes from their files and from the log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.data.attribute_columns import Described, read_columns
from recsys_core.data.attribute_files import LIST_PRICE, AttributeFile
from recsys_core.data.engine import name as identifier
from recsys_core.data.engine import quote
from recsys_core.data.kinds import PURCHASES
from recsys_core.data.layout import ATTRIBUTE_ROLES, Layout
from recsys_core.data.titles import junk_title_sql, tidy_title

_AT_ONCE = 32  # columns of one query: it holds two cells of each for every shopper
_CONSTANT_SHARE = 0.95  # of those with two events or more: where so many always have one value, the column describes them


def item_table(
    engine: duckdb.DuckDBPyConnection, events: Path, layout: Layout, given: AttributeFile | None, n_users: NDArray[np.int64]
) -> pd.DataFrame:
    """One row for each item in the order of their numbers, as `Dataset.items` says. n_users: shoppers of each item.

    `attributes_of` says what the attributes in it are.
    """
    frame = engine.sql("SELECT item_id FROM items ORDER BY item").df()
    seen = engine.sql(
        f"SELECT item, count(*) AS n_events, {_paid(layout)} AS price, "
        f"min(timestamp) AS first_seen, max(timestamp) AS last_seen FROM read_parquet({quote(str(events))}) GROUP BY item"
    ).df()
    seen = seen.set_index("item").reindex(range(len(frame)))
    described = _given(engine, given, "item")
    described.fill(_usual(engine, layout, len(frame)))
    described.fill(_lifted(engine, layout, "item", len(frame)), over=False)
    raw = described.values.get("title", pd.Series([None] * len(frame), dtype=object))
    frame["title"] = [_shown(title, id) for title, id in zip(raw, frame["item_id"], strict=True)]
    frame["title_raw"] = raw.to_numpy()
    if "category" in described.values:
        frame["category"] = described.values["category"].to_numpy()
    frame["price"] = _prices(seen["price"], described.values.get(LIST_PRICE))
    frame["n_users"] = n_users
    frame["n_events"] = seen["n_events"].fillna(0).to_numpy(dtype=np.int64)
    for name in ("first_seen", "last_seen"):
        frame[name] = seen[name].to_numpy()
    return _with(frame, described)


def attributes_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """What the attributes in a table of `item_table` or `user_table` are, as attributes.json has it (see `Attribute`)."""
    found: list[dict[str, Any]] = frame.attrs["attributes"]
    return found


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
    described = _given(engine, given, "user")
    described.fill(_lifted(engine, layout, "user", len(frame)), over=False)
    return _with(frame, described)


def _paid(layout: Layout) -> str:
    """SQL for what an item usually costs: the median of its purchases where the log tells kinds apart, for a view may show another."""
    paid = "median(price) FILTER (WHERE price > 0)"
    if "event" not in layout.roles:
        return paid
    return f"coalesce(median(price) FILTER (WHERE price > 0 AND event IN ({', '.join(map(quote, sorted(PURCHASES)))})), {paid})"


def _spend(layout: Layout, counts: str) -> str:
    """SQL for what a shopper spent: nothing where no row of theirs counts, NULL where it is not known."""
    spent = f"sum({_spent(layout)}) FILTER (WHERE {counts})"
    return f"CASE WHEN bool_or({counts}) THEN {spent} ELSE 0 END" if "price" in layout.roles else spent


def _spent(layout: Layout) -> str:
    """SQL for what a row cost. A `value` is money only where there are prices: elsewhere it may be hours played."""
    if "price" not in layout.roles:
        return "CAST(NULL AS DOUBLE)"
    return "value" if "value" in layout.roles else "price * coalesce(quantity, 1)"


def _prices(paid: pd.Series[float], listed: pd.Series[float] | None) -> NDArray[np.floating]:
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


def _given(engine: duckdb.DuckDBPyConnection, given: AttributeFile | None, side: str) -> Described:
    """The attributes of a file, one value for each number."""
    if given is None or not given.columns:
        return Described()
    columns = ", ".join(f"{given.table}.{sql} AS {identifier(name)}" for sql, name in given.columns)
    frame = engine.sql(f'SELECT {columns} FROM {side}s LEFT JOIN {given.table} USING ({given.id}) ORDER BY "{side}"').df()
    return Described(
        {attribute.name: frame[attribute.name] for attribute in given.attributes},
        {attribute.name: attribute for attribute in given.attributes},
    )


def _usual(engine: duckdb.DuckDBPyConnection, layout: Layout, size: int) -> Described:
    """Title and category as the log has them most often for each item."""
    named = {role: layout.roles[role].name for role in ATTRIBUTE_ROLES if role in layout.roles}
    return read_columns(
        engine, {role: _most_usual(engine, role, "item", size) for role in named}, named, {"title": "text", "category": "values"}
    )


def _lifted(engine: duckdb.DuckDBPyConnection, layout: Layout, side: str, size: int) -> Described:
    """Extra columns of the log that describe users (or items): nearly always one value for each of them, and not one for all."""
    found = {}
    for start in range(0, len(layout.extras), _AT_ONCE):
        few = layout.extras[start : start + _AT_ONCE]
        spans = ", ".join(
            f"CASE WHEN count({extra.sql}) > 1 THEN min({extra.sql}) END AS low{place}, max({extra.sql}) AS high{place}"
            for place, extra in enumerate(few)
        )
        tests = ", ".join(
            f"count(*) FILTER (WHERE low{place} = high{place}), count(low{place}), min(low{place}) IS DISTINCT FROM max(high{place})"
            for place in range(len(few))
        )
        looked = engine.execute(f"SELECT {tests} FROM (SELECT {spans} FROM kept GROUP BY {side}_id)").fetchall()[0]
        for place, extra in enumerate(few):
            agreeing, several, varied = looked[3 * place : 3 * place + 3]
            if varied and several and agreeing >= _CONSTANT_SHARE * several:
                found[extra.name] = _most_usual(engine, extra.sql, side, size)
    return read_columns(engine, found, {extra.name: extra.source.name for extra in layout.extras}, {})


def _most_usual(engine: duckdb.DuckDBPyConnection, column: str, side: str, size: int) -> pd.Series[str]:
    """The commonest value of a log column for each number; of equals the longest, then the first in the alphabet.

    A title that is none comes last.
    """
    junk = f"{junk_title_sql('value')}, " if column == "title" else ""
    frame = engine.sql(
        f'SELECT "{side}" AS place, value FROM ('
        f"SELECT {side}_id, {column} AS value, count(*) AS n FROM kept WHERE {column} IS NOT NULL GROUP BY {side}_id, {column}"
        f") JOIN {side}s USING ({side}_id) "
        f"QUALIFY row_number() OVER (PARTITION BY {side}_id ORDER BY {junk}n DESC, length(value) DESC, value) = 1"
    ).df()
    usual: pd.Series[str] = frame.set_index("place")["value"].reindex(range(size))
    return usual


def _with(frame: pd.DataFrame, described: Described) -> pd.DataFrame:
    """The table with the attributes after its own columns, without those whose name it has already, give or take case."""
    taken = {str(name).lower() for name in frame.columns}
    added = {}
    for name, values in described.values.items():
        if name.lower() not in taken:
            taken.add(name.lower())
            added[name] = values.to_numpy()
    whole = pd.concat([frame, pd.DataFrame(added, index=frame.index)], axis=1)  # not assign(**): a column may be called "self"
    whole.attrs["attributes"] = [
        attribute.to_json() for name, attribute in described.attributes.items() if name in added or name in ("title", "category")
    ]
    return whole
