"""`tables`: the databases that are named in secrets.toml, and the tables of one. Also how commands take the address of a database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli.output import JsonOption, columns, count, emit
from recsys_core.errors import InputError
from recsys_core.storage.connections import EXAMPLE, PREFIX, describe, is_database, names, split_password
from recsys_core.storage.passwords import lent

if TYPE_CHECKING:
    from rich.console import RenderableType

SQLITE = "sqlite:///"
SQLITE_BEGINS = b"SQLite format 3\0"
_NO_FILE = re.compile(r"[A-Za-z][A-Za-z0-9+_]+:/.*@")  # a path has lost one of the two slashes


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(tables)


def tables(
    connection: Annotated[
        str | None, typer.Argument(metavar="[CONNECTION]", help="An address such as postgresql://user@host/shop, or connection:NAME.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the tables of a database that could be a log; without CONNECTION, the connections of .streamlit/secrets.toml."""
    if connection is None:
        known = [{"connection": f"{PREFIX}{name}", "database": describe(f"{PREFIX}{name}")} for name in names()]
        emit({"connections": known}, as_json=as_json, table=lambda: _connections(known))
        return
    from recsys_core.data.database import list_tables

    log, password = place_of(connection)
    with lent(password):
        found = list_tables(log if is_database(log) else f"{SQLITE}{log}")
    listed = [
        {"table": entry.name, "rows": entry.rows, "kind": "view" if entry.is_view else "table", "readable": entry.readable}
        for entry in found
    ]
    emit({"database": describe(log), "tables": listed}, as_json=as_json, table=lambda: _tables(listed))


def place_of(log: str) -> tuple[str, str | None]:
    """What a command was given as LOG, as a job may store it, and the password that was in it. A file becomes a full path."""
    if not is_database(log):
        path = file_of(log)
        return (f"{SQLITE}{path}" if _is_sqlite(Path(path)) else path), None
    bare, password = split_password(log)
    if bare.startswith(SQLITE) and not bare.startswith(f"{SQLITE}/"):
        bare = f"{SQLITE}{Path(bare.removeprefix(SQLITE)).absolute()}"  # a worker begins in another folder
    return bare, password


def file_of(text: str | Path) -> str:
    """The full path of a file. Raises InputError for the address of a database: as a path it would be stored with its password."""
    if _NO_FILE.match(str(text)):
        raise InputError("A file is wanted where the address of a database was given.", f"A log may be in one: write it like {EXAMPLE}.")
    return str(Path(text).absolute())


def _is_sqlite(path: Path) -> bool:
    """Whether a file is a database of SQLite: it begins with that name."""
    try:
        if not path.is_file() or "?" in str(path):  # an address ends there
            return False
        with path.open("rb") as file:
            return file.read(len(SQLITE_BEGINS)) == SQLITE_BEGINS
    except OSError:  # whoever reads it says what is wrong
        return False


def name_of(log: str) -> str:
    """What to call it in the title of a job."""
    return describe(log) if is_database(log) else Path(log).name


def _connections(known: list[dict[str, str]]) -> RenderableType:
    if not known:
        return "There is no connection in .streamlit/secrets.toml. Give an address: `tables postgresql://user@host/database`."
    return columns(("connection", "database"), [(each["connection"], each["database"]) for each in known])


def _tables(listed: list[dict[str, Any]]) -> RenderableType:
    if not listed:
        return "This database shows its user no tables."
    rows = [(each["table"], each["kind"], count(each["rows"]), "yes" if each["readable"] else "no") for each in listed]
    return columns(("table", "kind", "rows, about", "you may read it"), rows, right=("rows, about",))
