"""Notice workers that died or ignore a cancel, whoever started them, and let the queue move on."""

from __future__ import annotations

import contextlib
import os
import signal

from recsys_core.jobs.holding import Hold, now
from recsys_core.jobs.journal import append_log, cancel_age
from recsys_core.jobs.queue import pump, requeue
from recsys_core.jobs.states import CANCELLED, INTERRUPTED, LIVE, QUEUED, RUNNING
from recsys_core.storage.processes import host_name, is_alive
from recsys_core.storage.records import JobRecord
from recsys_core.storage.workspace import Workspace

FOREIGN_SILENCE = 30.0  # seconds without heartbeat after which a worker of another host is taken to be dead
CANCEL_PATIENCE = 20.0  # seconds a worker has to heed a cancel before its process is ended


def refresh(workspace: Workspace) -> None:
    """Bring the rows of running jobs in line with the processes there are, then admit queued jobs. Cheap: pages call it as they draw."""
    live = workspace.registry.jobs(LIVE)
    running = [job for job in live if job.state == RUNNING]
    ended = sum(_check(workspace, job) for job in running)
    waiting = any(job.state == QUEUED for job in live)
    if ended or (waiting and len(running) < workspace.settings.max_jobs):
        pump(workspace)


def _check(workspace: Workspace, job: JobRecord) -> bool:
    """True if the job was found to run no more."""
    folder = workspace.job_dir(job.id)
    asked = cancel_age(folder)
    if _is_held(job):
        if asked is not None and asked > CANCEL_PATIENCE:
            _end_process(job)
        return False
    if job.started_at is None:
        requeue(workspace, job)
        return True
    hold = Hold(workspace, job.id, job.claim or "")
    if asked is not None:
        return hold.finish(CANCELLED, message="Cancelled")
    error = {"message": "The worker stopped before it was done.", "hint": "Resume the job: it goes on from its last checkpoint."}
    if not hold.finish(INTERRUPTED, message="Interrupted", error=error):
        return False
    append_log(folder, f"{now().isoformat(timespec='seconds')} the worker (process {job.pid}) is gone without having ended the job")
    return True


def _is_held(job: JobRecord) -> bool:
    """Whether the process that holds the job lives."""
    if job.host != host_name():
        return job.heartbeat_at is not None and (now() - job.heartbeat_at).total_seconds() < FOREIGN_SILENCE
    return job.pid is not None and job.pid_mark is not None and is_alive(job.pid, job.pid_mark)


def _end_process(job: JobRecord) -> None:
    """End a worker of this host that does not heed its cancel; the next refresh finds it gone. SIGTERM ends even native code."""
    if job.host == host_name() and job.pid is not None and job.pid != os.getpid():
        with contextlib.suppress(ProcessLookupError):
            os.kill(job.pid, signal.SIGTERM)
