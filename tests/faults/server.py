"""Stands for a server: submits scripted jobs (one spec as JSON each argument), says their ids, and then only lives.

`python -m tests.faults.server pump` instead refreshes until no job is left.
"""

from __future__ import annotations

import json
import sys
import threading

from recsys_core import jobs
from recsys_core.jobs import executor, work
from recsys_core.jobs.states import LIVE
from recsys_core.storage.workspace import Workspace
from tests.faults.launcher import COMMAND, KINDS


def main(arguments: list[str]) -> None:
    """Submit, or pump."""
    executor.COMMAND, work.KINDS = COMMAND, KINDS
    workspace = Workspace.open()
    pause = threading.Event()
    if arguments == ["pump"]:
        while workspace.registry.jobs(LIVE):
            jobs.refresh(workspace)
            pause.wait(0.001)
        return
    ids = [jobs.submit(workspace, "scripted", json.loads(spec), title="Scripted").id for spec in arguments]
    sys.stdout.write(" ".join(ids) + "\n")
    sys.stdout.flush()
    pause.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
