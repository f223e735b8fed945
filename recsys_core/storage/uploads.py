"""Uploaded files that nobody came back for: intake removes what it took, this removes what was never confirmed."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from recsys_core.storage.atomic import TEMPORARY_PREFIX, remove_folder
from recsys_core.storage.records import JobRecord

PATIENCE = 7 * 24 * 3600.0  # seconds an upload waits for its confirmation


def sweep_uploads(folder: Path, jobs: Callable[[], Iterable[JobRecord]]) -> int:
    """Remove what lies in `folder` for longer than a week and no spec of `jobs` names. Returns how many went.

    `jobs` is asked only where something is old; what cannot be read or removed stays.
    """
    old = [entry for entry in _entries(folder) if time.time() - _last_change(entry) > PATIENCE]
    if not old:
        return 0
    wanted = {Path(text) for job in jobs() for text in _texts(job.spec)}
    wanted |= {parent for path in wanted for parent in path.parents}
    swept = 0
    for entry in old:
        if entry in wanted:
            continue
        with contextlib.suppress(OSError):
            remove_folder(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
            swept += 1
    return swept


def _entries(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        return [Path(entry.path) for entry in entries if not entry.name.startswith(TEMPORARY_PREFIX)]
    return []


def _last_change(entry: Path) -> float:
    """When `entry` or anything in it changed last; now, where that cannot be seen."""
    try:
        inside = entry.iterdir() if entry.is_dir() and not entry.is_symlink() else ()
        changed: float = max(path.lstat().st_mtime for path in (entry, *inside))
        return changed
    except OSError:
        return time.time()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
