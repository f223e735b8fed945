"""The tables of a database: which there are, about how many rows they hold, and the one that a name means."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from recsys_core.data.database_session import session
from recsys_core.errors import InputError, NotFoundError

LIST_SECONDS = 30
# reltuples is what ANALYZE last saw; -1: it never did. A partitioned table's rows are its parts'.
_POSTGRESQL = """
SELECT n.nspname, c.relname, c.relkind IN ('v', 'm'), has_table_privilege(c.oid, 'SELECT'), pg_table_is_visible(c.oid),
       CASE WHEN c.relkind = 'p' THEN (SELECT sum(greatest(p.reltuples, 0)) FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid
                                       WHERE i.inhparent = c.oid)
            WHEN c.relkind = 'v' OR c.reltuples < 0 THEN NULL ELSE c.reltuples END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg_toast%' AND n.nspname NOT LIKE 'pg_temp%' AND has_schema_privilege(n.oid, 'USAGE')
ORDER BY NOT pg_table_is_visible(c.oid), n.nspname, c.relname
"""


@dataclass(frozen=True)
class TableEntry:
    """A table or view. name: what `--table` takes. rows: about how many, None where nobody knows. readable: whether this user may."""

    name: str
    schema: str | None
    bare: str
    rows: int | None
    is_view: bool = False
    readable: bool = True


def list_tables(log: str) -> list[TableEntry]:
    """The tables and views of the database `log` names. Raises InputError where it cannot be reached."""
    with session(log, "the list of tables", LIST_SECONDS) as connection:
        return tables_of(connection)


def tables_of(connection: sa.Connection) -> list[TableEntry]:
    """The tables and views behind a connection; those that need no schema before their name come first."""
    if connection.dialect.name == "postgresql":
        found = connection.exec_driver_sql(_POSTGRESQL, execution_options={"no_parameters": True}).all()
        return [
            TableEntry(bare if visible else f"{schema}.{bare}", schema, bare, None if rows is None else int(float(rows)), view, readable)
            for schema, bare, view, readable, visible, rows in found
        ]
    inspector = sa.inspect(connection)
    views = set(inspector.get_view_names())
    return [TableEntry(name, None, name, None, name in views) for name in sorted({*inspector.get_table_names(), *views})]


def find_table(connection: sa.Connection, wanted: str | None, where: str) -> TableEntry:
    """The table that `wanted` means: exactly, or but for case; without a name the only one there is.

    Raises NotFoundError with the nearest names, InputError where there are several.
    """
    tables = tables_of(connection)
    if not tables:
        raise NotFoundError(f"The database {where} shows this user no tables.", "Name another database, or ask for the right to read.")
    if wanted is None:
        if len(tables) > 1:
            raise InputError(f"The database {where} has {len(tables)} tables: {_listed(tables)}.", "Say which is the log: --table NAME.")
        return tables[0]
    for same in (_exactly, _but_for_case):
        found = [table for table in tables if same(wanted, table) or same(wanted.replace('"', ""), table)]
        if found:
            return found[0]
    close = difflib.get_close_matches(wanted.lower(), [table.name.lower() for table in tables], n=3, cutoff=0.5)
    near = [table for name in close for table in tables if table.name.lower() == name]
    raise NotFoundError(
        f"The database {where} has no table '{wanted[:100]}'.",
        f"{'The nearest are' if near else 'It has'} {_listed(near or tables)}.",
    )


def quoted(connection: sa.Connection, table: TableEntry) -> str:
    """The table's name in this database's SQL."""
    return ".".join(identifier(connection, part) for part in (table.schema, table.bare) if part)


def identifier(connection: sa.Connection, name: str) -> str:
    """A name in this database's SQL. SQLAlchemy's own `quote_identifier` doubles % signs, for statements with parameters."""
    preparer = connection.dialect.identifier_preparer
    return f"{preparer.initial_quote}{name.replace(preparer.final_quote, preparer.final_quote * 2)}{preparer.final_quote}"


def _exactly(wanted: str, table: TableEntry) -> bool:
    return wanted in (table.name, f"{table.schema}.{table.bare}")


def _but_for_case(wanted: str, table: TableEntry) -> bool:
    return wanted.lower() in (table.name.lower(), f"{table.schema}.{table.bare}".lower())


def _listed(tables: Sequence[TableEntry], most: int = 8) -> str:
    shown = ", ".join(table.name[:60] for table in tables[:most])
    return shown if len(tables) <= most else f"{shown} and {len(tables) - most} more"
