"""Runs one command of Aisle in this process and says what it had used up when intake was done: `python taken_in.py FILE ingest LOG ...`.

FILE gets JSON: CPU seconds and peak memory until the dataset was written, before groups of products and shoppers are looked for.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from recsys_core.cli.app import main
from recsys_core.jobs.work import ingest as work


def main_noting(file: Path) -> int:
    """The command line, with a note taken as intake returns. Returns its exit code."""
    whole = work.ingest
    started = time.perf_counter()

    def noting(*given: Any, **named: Any) -> Any:
        result = whole(*given, **named)
        used = resource.getrusage(resource.RUSAGE_SELF)
        figures = {
            "cpu_seconds": used.ru_utime + used.ru_stime,
            "wall_seconds": time.perf_counter() - started,
            "peak_rss_mb": used.ru_maxrss / 1024,
        }
        file.write_text(json.dumps({name: round(value, 1) for name, value in figures.items()}), encoding="utf-8")
        return result

    work.ingest = noting
    return main(sys.argv[1:])


if __name__ == "__main__":
    note = Path(sys.argv.pop(1))
    sys.exit(main_noting(note))
