"""What a job has cost so far, over all its attempts: a job that was killed and resumed says what it took in all."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import psutil

from recsys_core.storage.atomic import write_json


class Costs:
    """Wall and processor seconds of this attempt and those before it, and where they stood when each stage first began.

    `keep` writes them beside the job, so what a killed attempt spent until its last checkpoint is not forgotten.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "costs.json"
        before = json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}
        self._seconds = float(before.get("seconds", 0.0)) - time.perf_counter()
        self._cpu = float(before.get("cpu", 0.0)) - time.process_time()
        self._begun: dict[str, float] = dict(before.get("begun", {}))
        self._begun_seconds: dict[str, float] = dict(before.get("begun_seconds", {}))

    @property
    def seconds(self) -> float:
        """Wall seconds."""
        return self._seconds + time.perf_counter()

    @property
    def cpu(self) -> float:
        """Processor seconds of this process, all threads."""
        return self._cpu + time.process_time()

    def begin(self, stage: str) -> None:
        """A stage begins; one that an earlier attempt began stays where it was."""
        self._begun.setdefault(stage, self.cpu)
        self._begun_seconds.setdefault(stage, self.seconds)
        self.keep()

    def cpu_since(self, stage: str) -> float:
        """Processor seconds since `stage` first began."""
        return self.cpu - self._begun[stage]

    def seconds_since(self, stage: str) -> float:
        """Wall seconds since `stage` first began; 0 where it never did."""
        return self.seconds - self._begun_seconds.get(stage, self.seconds)

    def keep(self) -> None:
        """Write them down."""
        write_json(self._file, {"seconds": self.seconds, "cpu": self.cpu, "begun": self._begun, "begun_seconds": self._begun_seconds})


def peak_rss_mb() -> float:
    """The most memory this process has held, in MB of 2^20 bytes."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 2**20
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10  # bytes there, kilobytes elsewhere
