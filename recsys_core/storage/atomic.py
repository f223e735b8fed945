"""Files and folders that appear whole or not at all: written under a temporary name beside the target, then renamed.

A temporary name says who writes it (`.tmp-<host>-<pid>-<random>`), so that leftovers of dead writers can be told from work in progress.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from recsys_core.storage.json_text import to_text
from recsys_core.storage.processes import host_name, process_mark
from recsys_core.storage.system_errors import explained

if TYPE_CHECKING:
    import numpy as np

TEMPORARY_PREFIX = ".tmp-"
FOREIGN_LEFTOVER_AGE = 24 * 3600.0  # seconds after which another host's temporary is taken to be abandoned
SWEEP_DEPTH = 4  # runs/<id>/projections/<what>


def write_json(path: Path, obj: Any) -> None:
    """Write `obj` as indented JSON; see `json_text.plain` for what it may hold."""
    write_text(path, to_text(obj, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write `text` in UTF-8."""
    with new_file(path) as file:
        file.write(text.encode("utf-8"))


def write_array(path: Path, array: np.ndarray[Any, Any]) -> None:
    """Write a numpy array as `.npy`. Raises ValueError for arrays of objects: they would need pickle."""
    import numpy as np

    with new_file(path) as file:
        np.save(file, array, allow_pickle=False)


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A binary file that takes the name `path` (replacing what has it) once it is complete and on disk; gone if the body raises.

    Raises RefusedError where the disk is full or the place may not be written.
    """
    temporary = temporary_sibling(path)
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to fill, which takes the name `target` at the end and is removed if the body raises.

    If `target` exists by then, it is kept and ours is dropped: two writers of one immutable artifact write the same thing.
    """
    temporary = temporary_sibling(target)
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.mkdir()
        try:
            yield temporary
            for path in temporary.rglob("*"):
                _flush_folder(path) if path.is_dir() else _flush_file(path)
            _flush_folder(temporary)
            if not target.exists():
                with _ignoring_lost_race(target):
                    temporary.rename(target)
                    _flush_folder(target.parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def remove_folder(folder: Path) -> None:
    """Take a folder away at once, then delete what was in it: no reader meets a half-deleted one. Missing folders are no matter."""
    doomed = temporary_sibling(folder)
    try:
        folder.rename(doomed)
    except FileNotFoundError:
        return
    shutil.rmtree(doomed, ignore_errors=True)


def temporary_sibling(path: Path) -> Path:
    """A name in the folder of `path` that nothing has, and that names this process as its writer."""
    return path.with_name(f"{TEMPORARY_PREFIX}{_host_tag()}-{os.getpid()}-{secrets.token_hex(4)}")


def sweep_leftovers(root: Path) -> int:
    """Remove temporaries below `root` whose writer is dead (or, on another host, a day old). Returns how many went."""
    swept = 0
    for path in _temporaries(root, SWEEP_DEPTH):
        if _is_abandoned(path):
            swept += 1
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
    return swept


def _temporaries(folder: Path, depth: int) -> Iterator[Path]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(TEMPORARY_PREFIX):
                yield Path(entry.path)
            elif depth > 1 and entry.is_dir(follow_symlinks=False):
                yield from _temporaries(Path(entry.path), depth - 1)


def _is_abandoned(path: Path) -> bool:
    try:
        changed = path.stat().st_mtime
    except OSError:
        return False  # its writer has just finished
    tag, _, rest = path.name.removeprefix(TEMPORARY_PREFIX).partition("-")
    pid = rest.partition("-")[0]
    if tag == _host_tag() and pid.isdigit():
        return process_mark(int(pid)) is None
    return time.time() - changed > FOREIGN_LEFTOVER_AGE


def _host_tag() -> str:
    return hashlib.sha256(host_name().encode()).hexdigest()[:8]


@contextmanager
def _ignoring_lost_race(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError:
        if not target.exists():
            raise


def _flush_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder has no file descriptor there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
