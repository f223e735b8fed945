"""What the operating system refuses and the user can mend, such as a full disk, as the one sentence a user reads."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recsys_core.errors import InputError

FULL = ("The disk is full", "Make room there, then do it again.")
DENIED = ("Aisle may not use", "Give your user the right to read and write there, or choose another place.")
READ_ONLY = ("Nothing can be written to", "Make it writable, or choose another place.")
CAUSES = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: DENIED,
    errno.EPERM: DENIED,
    errno.EROFS: READ_ONLY,
    errno.EISDIR: ("There is a folder where a file should be", "Move it away, or choose another place."),
    errno.ENOTDIR: ("There is a file where a folder should be", "Move it away, or choose another place."),
    errno.ENAMETOOLONG: ("The name is too long for the disk", "Choose a shorter one."),
}


class RefusedError(InputError):
    """The system refused what was asked; once that is mended, the very same can be asked again."""


def explain(error: OSError, place: Path | None = None) -> RefusedError | None:
    """What to tell the user; None where only a developer can mend it. `place`: what was being written, if the error does not say."""
    code = errno.ENOSPC if _is_short_write(error) else error.errno
    if code not in CAUSES:
        return None
    what, hint = CAUSES[code]
    named = str(error.filename or "")
    is_temporary = "/.tmp-" in named.replace("\\", "/")  # a name that tells nobody anything
    where = place if place is not None and (is_temporary or CAUSES[code] is FULL) else named or place
    if where is None:
        return RefusedError(f"{what} ({error.strerror}).", hint)
    joint = " " if CAUSES[code] in (DENIED, READ_ONLY) else ": "
    return RefusedError(f"{what}{joint}{where} ({error.strerror or 'no space left'}).", hint)


@contextmanager
def explained(place: Path) -> Iterator[None]:
    """Turn what `explain` knows into a RefusedError; everything else passes as it is."""
    try:
        yield
    except OSError as error:
        known = explain(error, place)
        if known is None:
            raise
        raise known from error


def _is_short_write(error: OSError) -> bool:
    """numpy writes arrays itself and says `1024 requested and 512 written`, without a number, where the disk is full."""
    return error.errno is None and "requested and" in str(error) and "written" in str(error)
