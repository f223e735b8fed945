"""A real search whose worker is killed in the middle of trials ends as if nothing had happened; so does an autopilot."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recsys_core.jobs import read_events, refresh, resume, submit
from recsys_core.jobs.autopilot_spec import autopilot_spec
from recsys_core.jobs.tune_spec import tune_spec
from recsys_core.models.runs import Run
from recsys_core.storage.records import JobRecord
from recsys_core.storage.workspace import Workspace
from tests.unit.work.small_shop import small_shop
from tests.waiting import until

TRIALS, EPOCHS = 5, 25
SETTINGS = {"hidden": 64, "latent": 16, "epochs": EPOCHS, "patience": EPOCHS}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small_shop(tmp_path_factory.mktemp("killed"), users=400, products=180, each=15)[0]


def tuning(workspace: Workspace) -> JobRecord:
    dataset = workspace.registry.datasets()[0].id
    return submit(workspace, "tune", tune_spec(dataset, ["mult-vae"], trials=TRIALS, settings=SETTINGS, seed=4), title="Tune")


def state(workspace: Workspace, id: str) -> str:
    refresh(workspace)
    return workspace.registry.job(id).state


def epochs(workspace: Workspace, id: str, kind: str = "curve") -> int:
    """Curve points (or events of another kind) so far."""
    return sum(event["type"] == kind for event in read_events(workspace, id))


def kill_and_resume(workspace: Workspace, id: str) -> None:
    """kill -9 of the worker, and of no other process."""
    pid = workspace.registry.job(id).pid
    assert pid is not None
    assert pid != os.getpid()
    os.kill(pid, signal.SIGKILL)
    until(lambda: state(workspace, id) == "interrupted")
    resume(workspace, id)
    until(lambda: state(workspace, id) == "running")


def result(workspace: Workspace, id: str) -> dict[str, Any]:
    until(lambda: state(workspace, id) not in ("queued", "running"), seconds=240)
    job = workspace.registry.job(id)
    assert job.state == "done", (workspace.job_dir(id) / "log.txt").read_text(encoding="utf-8")
    return dict(job.result or {})


def tried(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(trial["number"], trial["settings"], trial["value"], trial["state"]) for trial in found["trials"]]


def lists(workspace: Workspace, found: dict[str, Any]) -> np.ndarray:
    return np.asarray(Run.open(workspace.run_dir(found["run"]), verify=True).candidates)


def test_a_search_killed_twice_ends_as_an_undisturbed_one(workspace: Workspace) -> None:
    undisturbed = result(workspace, tuning(workspace).id)
    chance = np.random.default_rng()
    moments = sorted(int(moment) for moment in chance.choice(np.arange(2, (TRIALS - 1) * EPOCHS), size=2, replace=False))
    job = tuning(workspace)
    for moment in moments:
        until(lambda moment=moment: epochs(workspace, job.id) >= moment, seconds=120)
        threading.Event().wait(float(chance.uniform(0, 0.05)))
        kill_and_resume(workspace, job.id)
    found = result(workspace, job.id)
    assert workspace.registry.job(job.id).attempt == 3, moments
    assert tried(found) == tried(undisturbed), moments
    assert np.array_equal(lists(workspace, found), lists(workspace, undisturbed)), moments
    assert epochs(workspace, job.id, "trial") == TRIALS, moments


def test_a_killed_autopilot_keeps_its_finished_runs(workspace: Workspace) -> None:
    dataset = workspace.registry.datasets()[0].id
    job = submit(workspace, "autopilot", autopilot_spec(dataset, minutes=0.4), title="Autopilot")
    first = workspace.run_dir(job.spec["runs"]["popularity"])
    until(lambda: any(run.id == first.name for run in workspace.registry.runs()), seconds=60)
    made = (first / "manifest.json").stat().st_mtime_ns
    kill_and_resume(workspace, job.id)
    found = result(workspace, job.id)
    assert (first / "manifest.json").stat().st_mtime_ns == made
    assert found["runs"][0] == first.name
    assert set(found["runs"]) == {run.id for run in workspace.registry.runs() if run.job_id == job.id}
    assert found["verdict"]["best"] in found["runs"]


def test_the_folder_of_a_killed_search_holds_no_half_run(workspace: Workspace) -> None:
    before = set(Path(workspace.runs_dir).iterdir())
    job = tuning(workspace)
    until(lambda: epochs(workspace, job.id) >= 3, seconds=60)
    pid = workspace.registry.job(job.id).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: state(workspace, job.id) == "interrupted")
    assert set(Path(workspace.runs_dir).iterdir()) == before
    error = workspace.registry.job(job.id).error
    assert error is not None
    assert "Resume" in error["hint"]
