"""The files that come with a log: a catalogue of products, a table of shoppers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from recsys_core.data import canonical
from recsys_core.data.attribute_columns import Raw, settle
from recsys_core.data.attribute_ids import find_id_column, hash_ids, log_ids, mismatches, rewrite_ids
from recsys_core.data.attribute_kinds import Attribute
from recsys_core.data.attribute_persons import told, treat_personal
from recsys_core.data.attribute_roles import LIST_PRICE, PRODUCT_ROLES, SHOPPER_ROLES, AttributeRole, category_levels, guess_attributes
from recsys_core.data.categories import add_categories
from recsys_core.data.engine import name as identifier
from recsys_core.data.engine import planning
from recsys_core.data.layout import distinct_names
from recsys_core.data.roles import require_roles
from recsys_core.data.several_values import BETWEEN
from recsys_core.data.sources import Column, Source, open_source, reading
from recsys_core.errors import InputError

__all__ = ["LIST_PRICE", "AttributeFile", "load_catalogue", "load_shoppers"]

# Columns that the tables of a dataset have anyway, whatever the file brings.
ITEM_COLUMNS = ("item_id", "title", "title_raw", "category", "price", "n_users", "n_events", "first_seen", "last_seen")
USER_COLUMNS = ("user_id", "n_events", "n_items", "n_orders", "spend", "first_seen", "last_seen")
_COLUMNS_AT_ONCE = 32


@dataclass(frozen=True)
class AttributeFile:
    """A file as it was read into the table `table`, one row for each id, its ids written as in the log.

    columns: (SQL name, name) of its attributes. attributes: what each of them is, in the same order.
    repeated: rows that were left out because their id had come before. notes: what is worth telling, each a name and one sentence.
    """

    table: str
    id: str
    columns: tuple[tuple[str, str], ...]
    repeated: int
    attributes: tuple[Attribute, ...] = ()
    notes: tuple[Mapping[str, str], ...] = ()

    @property
    def query(self) -> str:
        """SQL for the ids and attributes, in the order of the ids."""
        columns = [self.id, *(f"{sql} AS {identifier(name)}" for sql, name in self.columns)]
        return f"SELECT {', '.join(columns)} FROM {self.table} ORDER BY {self.id}"


def load_catalogue(engine: duckdb.DuckDBPyConnection, path: Path, scratch: Path | None = None) -> AttributeFile:
    """Read a file of products into the table `catalogue`. Raises InputError where it is no table or names no product.

    scratch: a folder for what must be rewritten to be read.
    """
    return _Reading(engine, open_source(path, scratch), "catalogue", "products", "item_id", PRODUCT_ROLES, ITEM_COLUMNS).load({})


def load_shoppers(
    engine: duckdb.DuckDBPyConnection, path: Path, scratch: Path | None = None, personal: Mapping[str, str] | None = None
) -> AttributeFile:
    """Read a file of shoppers into the table `shoppers`. Raises InputError where it is no table or names no shopper.

    personal: column -> "hash", "drop" or "keep"; without a word, e-mail addresses, phone numbers and names are dropped.
    """
    return _Reading(engine, open_source(path, scratch), "shoppers", "shoppers", "user_id", SHOPPER_ROLES, USER_COLUMNS).load(personal or {})


@dataclass(frozen=True)
class _Reading:
    """One file on its way into a table."""

    engine: duckdb.DuckDBPyConnection
    source: Source
    table: str
    what: str
    id: str
    roles: Sequence[AttributeRole]
    taken: tuple[str, ...]

    def load(self, personal: Mapping[str, str]) -> AttributeFile:
        """Read the cells as text, find the ids, decide what each column holds, and keep one row for each id."""
        cells = {column.name: f"c{place}" for place, column in enumerate(self.source.columns)}
        self._read(cells)
        log_ids(self.engine, self.id)
        if self.id == "user_id":
            hash_ids(self.engine, self.raw, list(cells.values()))
        roles = self._roles(cells)
        id_name = roles.pop(self.id)
        id_column = cells[id_name]
        filled = self._count(f"count({id_column})")
        if not filled:
            raise InputError(
                f"{self.source.path.name} holds no {self.id}: its column '{id_name}' is empty.", "Give a file with one row for each id."
            )
        rewritten = rewrite_ids(self.engine, self.raw, id_column)
        notes = []
        if self.id == "user_id":
            treated = treat_personal(self.engine, self.raw, {name: sql for name, sql in cells.items() if name != id_name}, personal)
            cells = {name: sql for name, sql in cells.items() if treated.get(name) != "drop"}
            roles = {role: name for role, name in roles.items() if name in cells}
            notes += told(treated)
        if rewritten.example:
            one, other = rewritten.example
            text = f"{rewritten.ids:,} ids of the file of {self.what} are the log's but for case or spaces ('{one}' is '{other}')."
            notes.append({"name": f"ids of {self.what}", "text": text})
        settled = self._attributes(cells, roles, id_column)
        attributes = [attribute for _, attribute in settled]
        select = [f"{id_column} AS {self.id}", *(f"{sql} AS a{place}" for place, (sql, _) in enumerate(settled))]
        self.engine.execute(
            f"CREATE TABLE {self.table} AS SELECT {', '.join(select)} "
            f"FROM {self.raw} WHERE {id_column} IS NOT NULL "
            f"QUALIFY row_number() OVER (PARTITION BY {id_column} ORDER BY {self.raw}.rowid) = 1"
        )
        self.engine.execute(f"DROP TABLE {self.raw}")
        repeated = filled - int(self.engine.execute(f"SELECT count(*) FROM {self.table}").fetchall()[0][0])
        if repeated:
            text = f"The file of {self.what} repeats ids in {repeated:,} of its rows; the first row of each counts."
            notes.append({"name": f"repeated {self.what}", "text": text})
        notes += [note for attribute in attributes if (note := _unreadable(attribute, self.what))]
        notes += mismatches(self.engine, self.table, self.id, self.what)
        named = tuple((f"a{place}", attribute.name) for place, attribute in enumerate(attributes))
        return AttributeFile(self.table, self.id, named, repeated, tuple(attributes), tuple(notes))

    @property
    def raw(self) -> str:
        """The table of the file's cells as text."""
        return f"read_{self.table}"

    def _read(self, cells: Mapping[str, str]) -> None:
        """Every column as text. Those of a wide file a few at a time: the expressions of hundreds of columns would fill the memory."""
        wide = [c for c in self.source.columns if c.type == "VARCHAR"] if len(self.source.columns) > _COLUMNS_AT_ONCE else []
        select = [f"{identifier(c.sql) if c in wide else _text(c)} AS {cells[c.name]}" for c in self.source.columns]
        with reading(self.source), planning(self.engine, len(self.source.columns)):
            self.engine.execute(f"CREATE TABLE {self.raw} AS SELECT {', '.join(select)} FROM {self.source.scan}")
        for start in range(0, len(wide), _COLUMNS_AT_ONCE):
            some = [(cells[c.name], canonical.text(replace(c, sql=cells[c.name]))) for c in wide[start : start + _COLUMNS_AT_ONCE]]
            with planning(self.engine, len(self.source.columns)):
                self.engine.execute(f"UPDATE {self.raw} SET {', '.join(f'{sql} = {text}' for sql, text in some)}")

    def _roles(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Role -> column. The id's is the one that holds the log's ids, if the one that is called so does not."""
        roles = guess_attributes(self.source.names, self.roles)
        found = find_id_column(self.engine, self.raw, dict(cells), roles.get(self.id))
        if found is None:
            require_roles({}, [self.id], self.source.names, self.source.path.name)
        elif found != roles.get(self.id):
            roles = {**guess_attributes([name for name in self.source.names if name != found], self.roles), self.id: found}
        return roles

    def _attributes(self, cells: Mapping[str, str], roles: dict[str, str], id_column: str) -> list[tuple[str, Attribute]]:
        """SQL of each attribute's value, and what it is: those with roles first, in the order of the roles."""
        holds = {role.name: role.holds for role in self.roles}
        found: list[tuple[str, Attribute]] = []
        levels = category_levels(self.source.names) if "category" in holds and "category" not in roles else []
        if levels:
            steps = ", ".join(f"replace({cells[level]}, '{BETWEEN}', '/')" for level in levels)
            self.engine.execute(f"ALTER TABLE {self.raw} ADD COLUMN levels VARCHAR")
            self.engine.execute(f"UPDATE {self.raw} SET levels = nullif(concat_ws('{BETWEEN}', {steps}), '')")
            column = " / ".join(levels)
            found += [(sql, Attribute(name, kind, column)) for sql, name, kind in add_categories(self.engine, self.raw, "levels", None)]
        free = [name for name, sql in cells.items() if name not in roles.values() and sql != id_column]
        named = [(role, roles[role]) for role in holds if role in roles]
        named += zip(distinct_names(free, [*self.taken, "categories", *roles]), free, strict=True)
        return found + settle(self.engine, self.raw, [Raw(cells[column], name, column, holds.get(name)) for name, column in named])

    def _count(self, what: str) -> int:
        return int(self.engine.execute(f"SELECT {what} FROM {self.raw}").fetchall()[0][0])


def _text(column: Column) -> str:
    """A cell as text; a list as JSON."""
    if column.type.endswith("]") or column.type.startswith(("STRUCT", "MAP")):
        return f"CAST(to_json({identifier(column.sql)}) AS VARCHAR)"
    return canonical.text(column)


def _unreadable(attribute: Attribute, what: str) -> dict[str, str] | None:
    if not attribute.unreadable:
        return None
    cells = "cell" if attribute.unreadable == 1 else "cells"
    kind = {"share": "percentage"}.get(attribute.kind, attribute.kind)
    example = str(attribute.example)[:40]
    text = f"{attribute.unreadable:,} {cells} of '{attribute.column}' in the file of {what} hold no {kind}, for example '{example}'."
    return {"name": f"unreadable {attribute.column}", "text": text}
