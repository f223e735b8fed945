"""The inbox: a folder of the server (AISLE_INBOX) whose files are taken in where they lie, never moved, changed or deleted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recsys_core.data.formats.packed import may_be_table
from recsys_core.data.formats.several import in_order
from recsys_core.errors import InputError, NotFoundError
from recsys_core.storage.system_errors import explain

MOST_SHOWN = 1_000
DEPTH = 2  # folders of an inbox are logs of several files


@dataclass(frozen=True)
class InboxFile:
    """A file that may be a log. name: its path within the inbox. modified: seconds since 1970."""

    name: str
    path: Path
    bytes: int
    modified: float


def list_inbox(folder: Path | None) -> list[InboxFile]:
    """What lies in the inbox, by name, its folders' files too; hidden ones, pictures and links that lead out of it are left out.

    Empty where there is no inbox. Raises InputError where its folder cannot be read.
    """
    if folder is None:
        return []
    try:
        root = folder.resolve(strict=True)
        found = {file.name: file for file in _files(root, root, DEPTH)}
    except OSError as error:
        known = explain(error, folder)
        raise known or InputError(f"The inbox {folder} cannot be read ({error.strerror}).", "Check AISLE_INBOX.") from error
    return [found[name] for name in in_order(list(found))][:MOST_SHOWN]


def inbox_path(folder: Path | None, name: str) -> Path:
    """The file or folder called `name` in the inbox. Raises NotFoundError where there is none, or it lies elsewhere."""
    if folder is not None and name and "\0" not in name:
        root = folder.resolve()
        path = (root / name).resolve()
        if path != root and path.is_relative_to(root) and path.exists():
            return path
    raise NotFoundError(f"The inbox holds no file '{name[:80]}'.", "Look at what is in it now.")


def _files(root: Path, folder: Path, depth: int) -> Iterator[InboxFile]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            if not may_be_table(entry.name) or not path.resolve().is_relative_to(root):
                continue
            if entry.is_dir(follow_symlinks=False):
                if depth > 1:
                    yield from _files(root, path, depth - 1)
            elif entry.is_file():
                about = entry.stat()
                yield InboxFile(path.relative_to(root).as_posix(), path, about.st_size, about.st_mtime)
