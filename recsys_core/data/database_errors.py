"""What a database refuses, as the one sentence a user reads. No message repeats an address, a password or a server's own long text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from recsys_core.errors import InputError, UnsupportedError, UserError
from recsys_core.storage.connections import SECRETS

NO_PASSWORD_HINT = (
    f"Give it in the address or name a connection of {SECRETS}; Aisle forgets a password when its job ends, so start such a job anew."
)

# (what the driver says, what is wrong, what to do); {where} is the database, {user} who asked
_CONNECTING: tuple[tuple[str, str, str], ...] = (
    (
        r"no password supplied|empty password|using password: NO",
        "The database {where} asks for a password, and there is none for {user}.",
        NO_PASSWORD_HINT,
    ),
    (
        r"password authentication failed|Access denied .*using password: YES|Login failed|(?i:ident|peer) authentication",
        "The database {where} does not accept the password of {user}.",
        "Check the user's name and the password.",
    ),
    (
        r"database \"?.*\"? does not exist|Unknown database|unable to open database file",
        "There is no database {where}.",
        "Check the last part of the address.",
    ),
    (r"role \".*\" does not exist", "The database {where} knows no user {user}.", "Check the user's name."),
    (r"Connection refused|No such file or directory|Can't connect", "No database answers: {where} refuses the connection.", "{reach}"),
    (r"resolve host|Name or service not known|nodename nor servname|getaddrinfo", "The computer of {where} cannot be found.", "{reach}"),
    (r"[Tt]ime(d )?out|No route to host|unreachable", "The database {where} does not answer.", "{reach}"),
    (r"pg_hba|not allowed to connect|permission denied for database", "The database {where} does not let {user} in from here.", "{ask}"),
    (r"SSL|certificate", "No encrypted connection to the database {where} comes about.", "Set sslmode in the address as its owner says."),
    (r"too many (clients|connections)|remaining connection slots|starting up|shutting down", "The database {where} is busy.", "{later}"),
)
_REACH = "Check the computer's name and the port, and that this machine may reach it."
_ASK = "Ask its owner for the right to connect and to read."
_LATER = "Try again in a while."


@dataclass
class Asked:
    """Whom is asked what, for messages. where: "shop at db.example.com". what: "the table 'events'" or "the query".

    connected: whether there was a connection yet: what fails before and after is told differently.
    """

    where: str
    user: str | None = None
    what: str = "the query"
    connected: bool = False

    def sentence(self, text: str) -> str:
        """`text` with the names filled in."""
        user = f"the user '{self.user}'" if self.user else "its user"
        said = text.format(where=self.where, user=user, what=self.what, reach=_REACH, ask=_ASK, later=_LATER)
        return said[:1].upper() + said[1:]


@contextmanager
def explained(asked: Asked) -> Iterator[None]:
    """Turn what SQLAlchemy or a driver raises into an InputError. Other exceptions pass."""
    try:
        yield
    except UserError:
        raise
    except (ImportError, sa.exc.NoSuchModuleError) as error:
        raise missing_driver(error) from error
    except UnicodeDecodeError as error:
        raise InputError(
            asked.sentence("{what} of {where} holds text that is not UTF-8."), "Convert it in a query, for example with convert_from()."
        ) from error
    except sa.exc.DBAPIError as error:
        raise _explain(error.orig or error, asked) from error
    except Exception as error:
        if not _is_of_a_driver(error):
            raise
        raise _explain(error, asked) from error


def missing_driver(error: Exception) -> UnsupportedError:
    """There is no such kind of database, or its Python package is not installed."""
    if isinstance(error, sa.exc.NoSuchModuleError):
        kind = str(error).rpartition(":")[2]
        return UnsupportedError(f"'{kind}' is no kind of database that can be read.", "Use postgresql, sqlite, or mysql with its driver.")
    package = getattr(error, "name", None) or "its driver"
    return UnsupportedError(
        f"The Python package {package}, which reads this kind of database, is not installed.",
        f"Install it beside Aisle: `pip install {package}`.",
    )


def _explain(error: BaseException, asked: Asked) -> InputError:
    if not asked.connected:
        return _refused(error, asked)
    state = str(getattr(error, "sqlstate", None) or "")
    said = _said(error)
    what, hint = _failed(state, said)
    return InputError(asked.sentence(what), asked.sentence(hint))


def _refused(error: BaseException, asked: Asked) -> InputError:
    text = str(error)
    for pattern, what, hint in _CONNECTING:
        if re.search(pattern, text):
            return InputError(asked.sentence(what), asked.sentence(hint))
    return InputError(f"{asked.sentence('The database {where} cannot be reached')}: {_said(error)}.", _REACH)


def _failed(state: str, said: str) -> tuple[str, str]:
    """(what is wrong, what to do) of a statement that failed; sqlstate as PostgreSQL has it, '' for other databases."""
    said = said.replace("{", "(").replace("}", ")")
    if state == "57014":
        return (
            "The database {where} took too long over {what} and stopped.",
            "Ask for less with --query, or for an index; or read when it is quiet.",
        )
    if "not a database" in said or "is encrypted" in said:
        return "{where} is no SQLite database.", "Check the path."
    if state == "55P03":
        return "{what} of {where} is locked by somebody else.", "Try again in a while."
    if state == "42501" or "denied" in said:
        return f"You may not read {{what}} of {{where}}: {said}.", "Ask its owner for the right to SELECT from it."
    if state in ("25006", "25001") or "readonly" in said or "read-only" in said or "READ ONLY" in said or "DECLARE CURSOR" in said:
        return "{what} would change {where}, and Aisle only reads.", "Give a query that begins with SELECT."
    if state.startswith("42") or state == "3F000" or (not state and re.search(r"syntax|no such|Unknown column|doesn't exist", said)):
        return f"The database {{where}} does not understand {{what}}: {said}.", "Correct the query; try it in the database's own client."
    if state.startswith(("08", "57P")) or (not state and re.search(_LOST, said)):
        return "The connection to {where} broke off while {what} was read; nothing was kept.", "Do it again."
    if state.startswith("53"):
        return f"The database {{where}} has run out of something: {said}.", "Try again in a while."
    return f"The database {{where}} could not finish {{what}}: {said}.", "Try the query in the database's own client."


_LOST = r"(?i)server closed|connection.*(lost|closed|reset|terminated)|terminating connection|consuming input|lost connection|gone away"


def _said(error: BaseException) -> str:
    """The first line of what the server said, without 'ERROR:' before and a full stop behind it."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    lines = str(primary or error).strip().splitlines() or ["no reason was given"]
    return re.sub(r"^(ERROR|FATAL):\s*", "", lines[0]).rstrip(".")[:300]


def _is_of_a_driver(error: Exception) -> bool:
    """Whether a database driver raised it: what is fetched from a cursor does not go through SQLAlchemy."""
    return any(kind.__name__ == "Error" and kind.__module__.split(".")[0] in _DRIVERS for kind in type(error).__mro__)


_DRIVERS = {"psycopg", "sqlite3", "pymysql", "MySQLdb", "mysql", "mariadb", "pyodbc", "oracledb"}
