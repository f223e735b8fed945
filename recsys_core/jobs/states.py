"""The states of a job, and the exception that ends one that was cancelled. Imports nothing heavy: the command line starts with it."""

from __future__ import annotations

QUEUED = "queued"
RUNNING = "running"
DONE = "done"
FAILED = "failed"
CANCELLED = "cancelled"
INTERRUPTED = "interrupted"

LIVE = frozenset({QUEUED, RUNNING})
RESUMABLE = frozenset({FAILED, CANCELLED, INTERRUPTED})


class Cancelled(Exception):
    """The user cancelled the job. Work lets it pass, like KeyboardInterrupt."""
