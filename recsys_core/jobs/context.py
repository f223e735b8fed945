"""What a kind of work is given: what to do, where to put it, how to say how far it is, and when to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import OperationalError

from recsys_core.jobs.holding import Hold
from recsys_core.jobs.journal import CANCEL, append_event
from recsys_core.jobs.states import Cancelled
from recsys_core.storage.system_errors import RefusedError

WRITE_EVERY = 0.25  # seconds between two writes of the progress: pages look twice a second
LOOK_EVERY = 0.2  # seconds between two looks for a cancel
BEAT_EVERY = 1.0  # seconds between two heartbeats

Report = Callable[[float, str], None]


class JobContext:
    """A job as its work sees it. Methods may be called from any thread.

    workspace, job_id, spec (what `submit` was given), folder (`jobs/<id>`, the same at every attempt),
    resumed (True if an earlier attempt may have left a checkpoint in the folder).
    """

    def __init__(self, hold: Hold, spec: Mapping[str, Any], *, resumed: bool, on_progress: Report | None = None) -> None:
        """Work on the job that `hold` is for. `on_progress` hears every report, unthrottled."""
        self.workspace = hold.workspace
        self.job_id = hold.job_id
        self.spec = dict(spec)
        self.folder = hold.workspace.job_dir(hold.job_id)
        self.resumed = resumed
        self._hold = hold
        self._on_progress = on_progress
        self._lock = threading.Lock()
        self._unwritten: dict[str, Any] = {}
        self._written_at = self._looked_at = float("-inf")
        self._hold_lost = False

    def progress(self, fraction: float, message: str) -> None:
        """Say how far the work is (0..1) and what it does now; reaches the row at most four times a second, the last word always."""
        fraction = min(1.0, max(0.0, fraction))
        with self._lock:
            self._unwritten = {"progress": fraction, "message": message}
            due = time.monotonic() - self._written_at >= WRITE_EVERY
        if self._on_progress is not None:
            self._on_progress(fraction, message)
        if due:
            self.beat()

    def event(self, **fields: Any) -> None:
        """Add an event to the job's history: a `type` and what belongs to it, in JSON's types or numpy's. The time is added."""
        append_event(self.folder, fields)

    def check_cancelled(self) -> None:
        """Call between batches; costs next to nothing. Raises Cancelled if the user asked the job to stop."""
        if self._hold_lost:
            raise Cancelled("The job is no longer this process's: it was taken for dead, or deleted.")
        moment = time.monotonic()
        if moment - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = moment
        if (self.folder / CANCEL).exists():
            raise Cancelled(f"The job was cancelled. Take it up again with `python -m recsys_core job resume {self.job_id}`.")

    def beat(self) -> None:
        """Write that the worker lives, with the progress not yet written."""
        with self._lock:
            values, self._unwritten = self._unwritten, {}
            self._written_at = time.monotonic()
        try:
            self._hold_lost = not self._hold.beat(**values)
        except (OperationalError, RefusedError):  # busy for longer than it should be, or full: the next beat tries again
            with self._lock:
                self._unwritten = self._unwritten or values


@contextmanager
def beating(context: JobContext) -> Iterator[None]:
    """A heartbeat every second for as long as the body runs, and the last progress written at its end."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_EVERY):
            context.beat()

    thread = threading.Thread(target=beat, name=f"heartbeat of {context.job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        context.beat()
