"""Bring a registry to the schema this version of Aisle works with, whoever else is opening it at the same moment."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from recsys_core.errors import InputError
from recsys_core.storage.engine import allow_readers_beside_writer, writers
from recsys_core.storage.migrations import HEAD

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: sa.Engine) -> None:
    """Run the missing revisions, all in one transaction; a look at one row if there are none.

    Raises InputError if the registry cannot be opened, is damaged, or was written by a newer Aisle.
    """
    try:
        with engine.connect() as connection:
            if _revision(connection) == HEAD:
                return
        allow_readers_beside_writer(engine)
        with writers(engine).begin() as connection:  # others wait here, and find the work done
            if _revision(connection) != HEAD:
                _migrate(connection)
    except sa.exc.DBAPIError as error:
        raise InputError(
            f"The registry of this workspace cannot be opened ({error.orig}).",
            "See that AISLE_HOME and AISLE_DATABASE_URL lead to where it should be; a damaged one has to come back from a copy.",
        ) from error


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision


def _migrate(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise InputError(
            "The registry of this workspace was written by a newer version of Aisle.",
            "Update Aisle, or choose another folder with AISLE_HOME.",
        ) from error
