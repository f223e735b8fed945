"""One frozen settings object, read from the environment; the rest of the library never looks at `os.environ`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from recsys_core.errors import InputError

PROJECT_DIR = Path(__file__).resolve().parent.parent
ASSETS_DIR = PROJECT_DIR / "assets"


@dataclass(frozen=True)
class Settings:
    """Where Aisle keeps things and how much of the machine a job may use.

    home: the workspace folder (AISLE_HOME). database_url: the registry (AISLE_DATABASE_URL), SQLite in `home` by default.
    max_jobs: jobs that run at once (AISLE_MAX_JOBS). threads: threads of one worker (AISLE_THREADS).
    debug: show tracebacks on the command line (AISLE_DEBUG=1).
    """

    home: Path
    database_url: str
    max_jobs: int
    threads: int
    debug: bool = False


def load_settings(home: Path | None = None) -> Settings:
    """Settings of this process. `home` wins over AISLE_HOME, which wins over `.aisle` beside app.py.

    Raises InputError where a variable is no positive whole number.
    """
    cores = os.cpu_count() or 1
    folder = Path(home or os.environ.get("AISLE_HOME") or PROJECT_DIR / ".aisle").expanduser().resolve()
    return Settings(
        home=folder,
        database_url=os.environ.get("AISLE_DATABASE_URL") or f"sqlite:///{folder / 'registry.db'}",
        max_jobs=_positive("AISLE_MAX_JOBS", max(1, cores // 2)),
        threads=_positive("AISLE_THREADS", cores),
        debug=os.environ.get("AISLE_DEBUG") == "1",
    )


def _positive(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdigit() or int(text) < 1:
        raise InputError(f"The environment variable {name} is '{text}'.", "Set it to a whole number of at least 1.")
    return int(text)
