"""Jobs: a row and a folder each, a queue that admits a few at a time, a worker process that outlives the page that asked for it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recsys_core.jobs.context import JobContext as JobContext
    from recsys_core.jobs.journal import read_events as read_events
    from recsys_core.jobs.journal import read_log as read_log
    from recsys_core.jobs.queue import cancel as cancel
    from recsys_core.jobs.queue import pump as pump
    from recsys_core.jobs.queue import resume as resume
    from recsys_core.jobs.queue import start_at_once as start_at_once
    from recsys_core.jobs.queue import submit as submit
    from recsys_core.jobs.recovery import refresh as refresh
    from recsys_core.jobs.states import Cancelled as Cancelled
    from recsys_core.jobs.worker import run_here as run_here

_HOMES = {
    "Cancelled": "states",
    "JobContext": "context",
    "cancel": "queue",
    "pump": "queue",
    "read_events": "journal",
    "read_log": "journal",
    "refresh": "recovery",
    "resume": "queue",
    "run_here": "worker",
    "start_at_once": "queue",
    "submit": "queue",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
