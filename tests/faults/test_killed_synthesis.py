"""A worker that is killed while it learns, draws or scores leaves nothing half made; taken up again, the job ends in the same set."""

from __future__ import annotations

import os
import signal

import pandas as pd
import pytest

from recsys_core.jobs import read_events, refresh, resume, submit
from recsys_core.jobs.synthesize_spec import synthesize_spec
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.store import LEARNED, SyntheticSet, open_set
from tests.unit.synthesis.logged import logged, popular_run
from tests.waiting import until


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a small log and a run."""
    workspace, dataset = logged(tmp_path_factory.mktemp("killed"))
    popular_run(workspace, dataset)
    return workspace


def start(workspace: Workspace, seed: int) -> tuple[str, str]:
    """(job, set) of a synthesis in a worker of its own."""
    spec = synthesize_spec(workspace, workspace.registry.runs()[0].id, 200, seed=seed)
    return submit(workspace, "synthesize", spec, title="Make shoppers").id, spec["set"]


def state(workspace: Workspace, job: str) -> str:
    refresh(workspace)
    return workspace.registry.job(job).state


def kill(workspace: Workspace, job: str) -> None:
    """kill -9 of the worker, and of no other process."""
    pid = workspace.registry.job(job).pid
    assert pid is not None
    assert pid != os.getpid()
    os.kill(pid, signal.SIGKILL)
    until(lambda: state(workspace, job) == "interrupted")


def finished(workspace: Workspace, job: str, id: str) -> SyntheticSet:
    until(lambda: state(workspace, job) not in ("queued", "running"), seconds=180)
    assert state(workspace, job) == "done", (workspace.job_dir(job) / "log.txt").read_text(encoding="utf-8")
    return open_set(workspace, id)


def reached(workspace: Workspace, job: str, what: str) -> bool:
    """Whether the job said so in its history."""
    return any(what in (event["type"], event.get("name")) for event in read_events(workspace, job))


def test_kills_change_nothing(workspace: Workspace) -> None:
    seed = 4
    job, id = start(workspace, seed)
    for moment in ("curve", "drawing", "scoring"):
        until(lambda moment=moment: reached(workspace, job, moment), seconds=120)
        kill(workspace, job)
        learned = workspace.synthetic_dir / LEARNED
        for folder in [path for path in (workspace.set_dir(id), *(learned.iterdir() if learned.is_dir() else ())) if path.is_dir()]:
            assert folder.name.startswith(".tmp-") or (folder / "manifest.json").is_file()
        resume(workspace, job)
    disturbed = finished(workspace, job, id)
    assert workspace.registry.job(job).attempt == 4
    other, other_id = start(workspace, seed)
    undisturbed = finished(workspace, other, other_id)
    pd.testing.assert_frame_equal(disturbed.events, undisturbed.events)
    assert disturbed.scorecard == undisturbed.scorecard
    assert disturbed.curves == undisturbed.curves
