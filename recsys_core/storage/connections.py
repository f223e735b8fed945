"""Addresses of databases: as SQLAlchemy writes them, or `connection:NAME` for one in Streamlit's secrets.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recsys_core.errors import InputError, NotFoundError
from recsys_core.settings import PROJECT_DIR
from recsys_core.storage.passwords import lent_password

if TYPE_CHECKING:
    import sqlalchemy as sa

PREFIX = "connection:"
EXAMPLE = "postgresql://user@host:5432/database"
SECRETS = Path(".streamlit") / "secrets.toml"

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+_]+://")
_PASSWORD_OPTIONS = ("password", "passwd", "pwd")
_SECRET_OPTIONS = (
    "sslpassword",
    "passfile",
    "service",
    "odbc_connect",
    "sslkey",
)  # only in secrets.toml


def is_database(log: str) -> bool:
    """Whether `log` names a database rather than a file."""
    return log.startswith(PREFIX) or _ADDRESS.match(log) is not None


def split_password(log: str) -> tuple[str, str | None]:
    """(the address without its password, the password or None). What is no address of a server passes as it is.

    Raises InputError for an address that cannot be read; the message repeats nothing of it, for it may hold the password.
    """
    if not is_database(log) or log.startswith(PREFIX):
        return log, None
    url = _parsed(log)
    for name in url.query:
        if name.lower() in _SECRET_OPTIONS:
            raise InputError(f"The option '{name}' cannot be given in an address.", f"Put the connection into {SECRETS} instead.")
    in_query = [name for name in url.query if name.lower() in _PASSWORD_OPTIONS]
    password = url.password or next((str(url.query[name]) for name in in_query), None)
    bare = url.difference_update_query(in_query)._replace(password=None)
    return bare.render_as_string(hide_password=False), password


def address(log: str) -> sa.URL:
    """Where to connect to, with its password: the one in secrets.toml, in `log` itself, or lent to this work.

    Raises InputError for an address that cannot be read, NotFoundError for a connection that no secrets.toml has.
    """
    if log.startswith(PREFIX):
        return _driven(_from_secrets(log.removeprefix(PREFIX)))
    bare, password = split_password(log)
    return _driven(_parsed(bare)._replace(password=password or lent_password()))


def describe(log: str) -> str:
    """What to call a database in a sentence: "shop at db.example.com", never with its password."""
    try:
        url = address(log)
    except InputError:
        return "the database"
    except NotFoundError:
        return log
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "memory").name
    host = url.host or url.query.get("host") or "this machine"
    port = f":{url.port}" if url.port else ""
    return f"{url.database or url.username or 'the database'} at {host if isinstance(host, str) else ', '.join(host)}{port}"


def names() -> list[str]:
    """The databases in secrets.toml, in order of their names."""
    return sorted(name for name, about in _connections().items() if isinstance(about, dict) and ("url" in about or "dialect" in about))


def secrets_files() -> list[Path]:
    """Where Streamlit looks for secrets: in the user's home, then beside app.py, which wins."""
    return [Path.home() / SECRETS, PROJECT_DIR / SECRETS]


def _from_secrets(name: str) -> sa.URL:
    import sqlalchemy as sa

    about = _connections().get(name)
    if not isinstance(about, dict):
        known = ", ".join(names())
        raise NotFoundError(
            f"There is no connection '{name}' in {SECRETS}.",
            f"It has {known}." if known else f'Add [connections.{name}] with url = "{EXAMPLE}" to it.',
        )
    try:
        if "url" in about:
            return _parsed(str(about["url"]))
        driver = f"+{about['driver']}" if about.get("driver") else ""
        return sa.URL.create(
            f"{about['dialect']}{driver}",
            username=about.get("username"),
            password=about.get("password"),
            host=about.get("host"),
            port=int(about["port"]) if about.get("port") else None,
            database=about.get("database"),
            query=about.get("query") or {},
        )
    except (KeyError, TypeError, ValueError, sa.exc.ArgumentError, InputError):
        raise InputError(
            f"The connection '{name}' in {SECRETS} cannot be read.", f'Give it url = "{EXAMPLE}", or dialect, host, database and username.'
        ) from None  # the cause may quote the password


def _connections() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in secrets_files():
        try:
            secrets = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise InputError(f"{path} cannot be opened ({error.strerror}).", "Check that you may read it.") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            raise InputError(f"{path} is not written as TOML.", "Check its quotes and brackets.") from None
        connections = secrets.get("connections")
        if isinstance(connections, Mapping):
            found |= connections
    return found


def _parsed(text: str) -> sa.URL:
    import sqlalchemy as sa  # not at the top: the help page and most requests have no database

    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise _unreadable() from None
    if "@" in (url.host or ""):  # the rest of a password that was not escaped
        raise _unreadable()
    return url


def _unreadable() -> InputError:
    return InputError(
        "This is no address of a database.", f"Write it like {EXAMPLE}; in a password, write @ : / ? # % as %40 %3A %2F %3F %23 %25."
    )


def _driven(url: sa.URL) -> sa.URL:
    """With the driver that is installed or easiest to install, whatever it is called elsewhere."""
    kind, _, driver = url.drivername.partition("+")
    if kind in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    return url.set(drivername=f"{kind}+pymysql") if kind in ("mysql", "mariadb") and not driver else url
