"""The files that come with a log: a catalogue of products, a table of shoppers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from recsys_core.data import canonical
from recsys_core.data.engine import name as identifier
from recsys_core.data.layout import distinct_names
from recsys_core.data.roles import plain_name, require_roles, resolve_roles
from recsys_core.data.sources import Source, open_source, reading
from recsys_core.errors import InputError

# Columns that the tables of a dataset have anyway, whatever the file brings.
ITEM_COLUMNS = ("item_id", "title", "title_raw", "category", "price", "n_users", "n_events", "first_seen", "last_seen")
USER_COLUMNS = ("user_id", "n_events", "n_items", "n_orders", "spend", "first_seen", "last_seen")
LIST_PRICE = "list_price"  # the catalogue's price; `price` is what was paid


@dataclass(frozen=True)
class AttributeFile:
    """A file as it was read into the table `table`, one row for each id.

    columns: (SQL name, name) of its attributes. repeated: rows that were left out because their id had come before.
    """

    table: str
    id: str
    columns: tuple[tuple[str, str], ...]
    repeated: int

    @property
    def query(self) -> str:
        """SQL for the ids and attributes, in the order of the ids."""
        columns = [self.id, *(f"{sql} AS {identifier(name)}" for sql, name in self.columns)]
        return f"SELECT {', '.join(columns)} FROM {self.table} ORDER BY {self.id}"


def load_catalogue(engine: duckdb.DuckDBPyConnection, path: Path) -> AttributeFile:
    """Read a file of products into the table `catalogue`. Raises InputError where it is no table or names no product."""
    source = open_source(path)
    given = {} if "title" in resolve_roles(source.names, {}, path.name, ("title",)) else _named(source, "title", "name")
    roles = resolve_roles(source.names, given, path.name, ("item_id", "title", "category"))
    return _load(engine, source, roles, "catalogue", "item_id", ITEM_COLUMNS)


def load_shoppers(engine: duckdb.DuckDBPyConnection, path: Path) -> AttributeFile:
    """Read a file of shoppers into the table `shoppers`. Raises InputError where it is no table or names no shopper."""
    source = open_source(path)
    return _load(engine, source, resolve_roles(source.names, {}, path.name, ("user_id",)), "shoppers", "user_id", USER_COLUMNS)


def _load(
    engine: duckdb.DuckDBPyConnection, source: Source, roles: dict[str, str], table: str, id: str, taken: tuple[str, ...]
) -> AttributeFile:
    require_roles(roles, [id], source.names, source.path.name)
    free = [column for column in source.columns if column.name not in roles.values()]
    names = distinct_names([LIST_PRICE if plain_name(column.name) == "price" else column.name for column in free], taken)
    attributes = [(source.column(column), role) for role, column in roles.items() if role != id]
    attributes += zip(free, names, strict=True)
    columns = tuple((f"a{place}", name) for place, (_, name) in enumerate(attributes))
    select = [f"{canonical.text(source.column(roles[id]))} AS {id}"]
    select += [f"{canonical.text(column)} AS a{place}" for place, (column, _) in enumerate(attributes)]
    with reading(source):
        engine.execute(f"CREATE TABLE read_{table} AS SELECT {', '.join(select)} FROM {source.scan}")
    filled, distinct = engine.execute(f"SELECT count({id}), count(DISTINCT {id}) FROM read_{table}").fetchall()[0]
    if not filled:
        raise InputError(f"{source.path.name} holds no {id}: its column '{roles[id]}' is empty.", "Give a file with one row for each id.")
    engine.execute(
        f"CREATE TABLE {table} AS SELECT * FROM read_{table} WHERE {id} IS NOT NULL "
        f"QUALIFY row_number() OVER (PARTITION BY {id} ORDER BY read_{table}.rowid) = 1"
    )
    engine.execute(f"DROP TABLE read_{table}")
    return AttributeFile(table, id, columns, filled - distinct)


def _named(source: Source, role: str, plain: str) -> dict[str, str]:
    """A column that only means `role` in a file of products: in a log, 'name' may be a person's."""
    return next(({role: column.name} for column in source.columns if plain_name(column.name) == plain), {})
