"""Where workers run. On this machine for now; a cluster is another class with the same one method."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import Any, Protocol

from recsys_core.jobs.holding import Hold
from recsys_core.jobs.journal import LOG
from recsys_core.settings import PROJECT_DIR, Settings, thread_limits

COMMAND = (sys.executable, "-m", "recsys_core")


class Executor(Protocol):
    """Starts the worker of a job that has been claimed."""

    def start(self, hold: Hold) -> int | None:
        """Start `job run ID --claim CLAIM` and return its process number, or None where that means nothing to this host.

        Raises OSError if no worker could be started.
        """


class LocalExecutor:
    """One process of this machine a job, in a session of its own: neither Ctrl-C nor the end of the server reaches it."""

    def start(self, hold: Hold) -> int | None:
        """Start the worker; what it prints goes to the job's log."""
        settings = hold.workspace.settings
        command = [*COMMAND, "job", "run", hold.job_id, "--claim", hold.claim]
        folder = hold.workspace.job_dir(hold.job_id)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOG).open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=PROJECT_DIR,
                env=worker_environment(settings),
                **_apart(),
            )
        # waits for the child's end, so that it is no zombie for as long as this server lives
        threading.Thread(target=process.wait, name=f"wait for {hold.job_id}", daemon=True).start()
        return process.pid


def executor_for(settings: Settings) -> Executor:
    """The executor that the settings ask for."""
    return LocalExecutor()


def worker_environment(settings: Settings) -> dict[str, str]:
    """The environment of a worker: this process's own, the workspace it belongs to, its share of the cores."""
    return {
        **os.environ,
        "AISLE_HOME": str(settings.home),
        "AISLE_DATABASE_URL": settings.database_url,
        "AISLE_THREADS": str(settings.threads),
        "AISLE_MAX_JOBS": str(settings.max_jobs),
        "PYTHONUNBUFFERED": "1",
        **thread_limits(settings),
    }


def _apart() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
