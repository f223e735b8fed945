"""Takes in mutated files, one seed after the other, and says what broke. Run as a process of its own: a reader may crash it.

python -m tests.fuzz.intake FIRST LAST      one JSON line for each broken promise, a last one with the figures
"""

from __future__ import annotations

import faulthandler
import json
import re
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.errors import UserError
from tests.fuzz.bases import BASES, base
from tests.fuzz.mutations import mutate
from tests.fuzz.traps import TRAPS

SECONDS = 30  # of the processor, so that a busy machine is not taken for a hang
PATIENCE = 120  # seconds of the clock, after which the process is ended
TRAPS_SHARE = 0.12


@dataclass(frozen=True)
class Case:
    """One file to take in."""

    name: str
    content: bytes


def case(seed: int) -> Case:
    """The file of a seed, the same each time."""
    rng = np.random.default_rng(seed)
    names = list(BASES)
    name = names[int(rng.integers(len(names)))]
    if rng.random() < TRAPS_SHARE:
        trap = TRAPS[int(rng.integers(len(TRAPS)))]
        return Case(f"{trap.__name__}-{name}", trap(rng))
    return Case(name, mutate(base(name), rng))


def broken_promises(seed: int, folder: Path) -> tuple[str, list[str]]:
    """What became of the file of a seed ("taken in", "refused"), and what should not have been."""
    made = case(seed)
    file, datasets, wrong = folder / made.name, folder / "datasets", []
    file.write_bytes(made.content)
    started = time.process_time()
    outcome = "refused"
    try:
        result = ingest(IngestRequest(str(file)), datasets)
        outcome = "taken in"
        if result.rows_read != result.rows_kept + sum(reason.dropped for reason in result.reasons):
            wrong.append("rows are lost without a reason")
    except UserError as error:
        if not error.message or "\n" in error.message or len(str(error)) > 2_000:
            wrong.append(f"no sentence: {str(error)[:300]!r}")
    except Exception:
        wrong.append(traceback.format_exc(limit=-4))
    seconds = time.process_time() - started
    if seconds > SECONDS:
        wrong.append(f"{seconds:.0f} seconds")
    left = [path.name for path in datasets.iterdir()] if datasets.exists() else []
    if len(left) != (outcome == "taken in") or not all(re.fullmatch(r"[0-9a-f]{16}", name) for name in left):
        wrong.append(f"left behind: {left}")
    return outcome, wrong


def main(first: int, last: int) -> None:
    """Seeds from `first` up to, not including, `last`."""
    counts: Counter[str] = Counter()
    started = time.process_time()
    for seed in range(first, last):
        folder = Path(tempfile.mkdtemp(prefix=f"aisle-fuzz-{seed}-"))
        _say({"seed": seed})
        faulthandler.dump_traceback_later(PATIENCE, exit=True)
        try:
            outcome, wrong = broken_promises(seed, folder)
        finally:
            faulthandler.cancel_dump_traceback_later()
            shutil.rmtree(folder, ignore_errors=True)
        counts[outcome] += 1
        for what in wrong:
            _say({"seed": seed, "wrong": what})
    _say({"counts": counts, "cpu_seconds": round(time.process_time() - started, 1), "peak_rss_mb": _peak()})


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _say(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
