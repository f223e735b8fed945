"""Passwords of databases: kept apart from what is stored and shown, lent to the work that needs one, hidden in any text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

FILE = "password"  # in a job's folder, until its worker begins
HIDDEN = "***"

_IN_ADDRESS = re.compile(r"([A-Za-z][\w+.-]*://[^\s:/?#@]*):[^\s]*@")  # greedy: an @ or a / in it may not be escaped
_IN_QUERY = re.compile(r"(?i)([?&;\s](?:password|passwd|pwd|sslpassword)=)[^&\s]+")
_BEGINS_AS_ADDRESS = re.compile(r"[A-Za-z][\w+.-]*://")
# One work at a time is lent a password, and each in a context of its own: threads that serve others do not see it.
_LENT: ContextVar[str | None] = ContextVar("password", default=None)


def hide_passwords(text: str) -> str:
    """`text` with *** for every password in an address of a database."""
    return _IN_QUERY.sub(rf"\1{HIDDEN}", _IN_ADDRESS.sub(rf"\1:{HIDDEN}@", text))


def holds_password(value: Any) -> bool:
    """Whether any text in `value` (JSON) is an address with a password."""
    if isinstance(value, str):
        return _BEGINS_AS_ADDRESS.match(value) is not None and hide_passwords(value) != value
    if isinstance(value, Mapping):
        return any(map(holds_password, value.values()))
    return isinstance(value, list | tuple) and any(map(holds_password, value))


@contextmanager
def lent(password: str | None) -> Iterator[None]:
    """While the body runs, addresses without a password get this one."""
    token = _LENT.set(password)
    try:
        yield
    finally:
        _LENT.reset(token)


def lent_password() -> str | None:
    """The password that was lent to what runs now."""
    return _LENT.get()


def keep(folder: Path, password: str) -> None:
    """Put a password into `folder` for a worker to find; none but this user may read it."""
    descriptor = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(password)


def take(folder: Path) -> str | None:
    """The password in `folder`, which is there no more; None where there is none."""
    try:
        password = (folder / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    forget(folder)
    return password


def forget(folder: Path) -> None:
    """Remove the password from `folder`, if there is one."""
    (folder / FILE).unlink(missing_ok=True)
