"""One workspace, its jobs, and shorthand for what the tests of faults do with them."""

from __future__ import annotations

import os
import signal

from recsys_core import jobs
from recsys_core.jobs.states import LIVE, RUNNING
from recsys_core.storage.processes import is_alive
from recsys_core.storage.records import JobRecord
from recsys_core.storage.workspace import Workspace
from tests.waiting import until


class Stage:
    """One workspace, its jobs, and shorthand for what tests do with them."""

    def __init__(self, workspace: Workspace) -> None:
        """Open the stage on a workspace."""
        self.workspace = workspace

    def submit(self, *, start: bool = True, **spec: object) -> str:
        """Submit a scripted job; returns its id."""
        return jobs.submit(self.workspace, "scripted", spec, title="Scripted", start=start).id

    def job(self, id: str) -> JobRecord:
        """The job as it is now."""
        return self.workspace.registry.job(id)

    def allow(self, id: str, *steps: int) -> None:
        """Let the job take these steps."""
        for step in steps:
            (self.workspace.job_dir(id) / f"go-{step}").touch()

    def working(self, id: str) -> JobRecord:
        """Wait until a worker has begun the job."""
        return until(lambda: (job := self.job(id)).state == RUNNING and job.message == "" and job.pid != os.getpid() and job)

    def reached(self, id: str, steps: int) -> JobRecord:
        """Wait until the job has a checkpoint of so many steps."""
        checkpoint = self.workspace.job_dir(id) / "checkpoint"
        until(lambda: checkpoint.exists() and checkpoint.read_text() == str(steps))
        return self.job(id)

    def refreshed(self, id: str, state: str) -> JobRecord:
        """Refresh, as a page does, until the job is in this state."""

        def look() -> JobRecord | None:
            jobs.refresh(self.workspace)
            return job if (job := self.job(id)).state == state else None

        found = until(look)
        assert found is not None
        return found

    def kill(self, id: str) -> None:
        """kill -9 the worker of a job, and wait until it is gone."""
        job = self.job(id)
        assert job.pid is not None
        assert job.pid_mark is not None
        pid, mark = job.pid, job.pid_mark
        os.kill(pid, signal.SIGKILL)
        until(lambda: not is_alive(pid, mark))

    def end_all(self) -> None:
        """End what a failed test left running."""
        for job in self.workspace.registry.jobs(LIVE):
            if job.pid and job.pid_mark and job.pid != os.getpid() and is_alive(job.pid, job.pid_mark):
                os.kill(job.pid, signal.SIGKILL)
