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

    home: the workspace folder (AISLE_HOME). database_url: the registry (AISLE_DATABASE_URL); empty means SQLite in `home`.
    max_jobs: jobs that run at once (AISLE_MAX_JOBS). threads: threads of one worker (AISLE_THREADS).
    debug: show tracebacks on the command line (AISLE_DEBUG=1).
    inbox: a folder of files that are taken in where they lie (AISLE_INBOX), if there is one.
    """

    home: Path
    database_url: str
    max_jobs: int
    threads: int
    debug: bool = False
    inbox: Path | None = None


def load_settings(home: Path | None = None) -> Settings:
    """Settings of this process. `home` wins over AISLE_HOME, which wins over `.aisle` beside app.py.

    Raises InputError where a variable is no positive whole number, or the home of a user there is not.
    """
    cores = os.cpu_count() or 1
    return Settings(
        home=_folder(home or os.environ.get("AISLE_HOME") or PROJECT_DIR / ".aisle"),
        database_url=os.environ.get("AISLE_DATABASE_URL", ""),
        max_jobs=_positive("AISLE_MAX_JOBS", max(1, cores // 2)),
        threads=_positive("AISLE_THREADS", cores),
        debug=os.environ.get("AISLE_DEBUG") == "1",
        inbox=_folder(os.environ["AISLE_INBOX"], "AISLE_INBOX") if os.environ.get("AISLE_INBOX") else None,
    )


def limit_threads(settings: Settings) -> None:
    """Give this process its share of the cores; only what is imported afterwards heeds it.

    AISLE_THREADS wins over limits that are already in the environment; without it they stay as they are.
    """
    for name, value in thread_limits(settings).items():
        if os.environ.get("AISLE_THREADS"):
            os.environ[name] = value
        else:
            os.environ.setdefault(name, value)


def thread_limits(settings: Settings) -> dict[str, str]:
    """What numeric libraries read when they load. Passive waiting: OpenMP threads that wait must not spin on a core that others need
    (two spinning threads beside one busy process make an epoch eight times as long); libgomp goes by its spin count where there is one.
    """
    threads = str(settings.threads)
    counts = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads)
    return {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0", **counts}


def _folder(path: Path | str, variable: str = "AISLE_HOME") -> Path:
    try:
        return Path(path).expanduser().resolve()
    except (RuntimeError, OSError) as error:  # `~nobody`, or links that go round in a circle
        what = "workspace folder" if variable == "AISLE_HOME" else "folder"
        raise InputError(f"The {what} '{path}' cannot be found ({str(error).rstrip('.')}).", f"Write {variable} as a full path.") from error


def _positive(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise InputError(f"The environment variable {name} is '{text}'.", "Set it to a whole number of at least 1.")
    return int(text)
