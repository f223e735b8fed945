"""A real Mult-VAE training whose worker is killed three times ends as if nothing had happened."""

from __future__ import annotations

import csv
import os
import signal
import threading
from datetime import UTC, datetime

import numpy as np
import pytest

from recsys_core.data.ingest import ingest
from recsys_core.data.request import IngestRequest
from recsys_core.jobs import read_events, refresh, resume, submit
from recsys_core.jobs.train_spec import train_spec
from recsys_core.models.runs import Run
from recsys_core.storage.records import DatasetRecord, JobRecord
from recsys_core.storage.workspace import Workspace
from tests.waiting import until

EPOCHS = 60


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a small log in it: 500 shoppers who buy within one of six groups of 40 products."""
    folder = tmp_path_factory.mktemp("killed")
    rng = np.random.default_rng(5)
    with (folder / "log.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["user_id", "item_id"])
        for shopper in range(500):
            for product in rng.choice(40, size=15, replace=False):
                rows.writerow([f"u{shopper}", f"p{40 * (shopper % 6) + product}"])
    made = Workspace.open(folder / "home")
    result = ingest(IngestRequest(log=str(folder / "log.csv")), made.datasets_dir)
    counts = {"rows": result.rows_kept, "users": result.users, "items": result.items}
    made.registry.add_dataset(DatasetRecord(result.dataset, "small", datetime.now(UTC), **counts, origin="upload"))
    return made


def start(workspace: Workspace, *, refit: bool = False) -> JobRecord:
    """A training in a worker of its own."""
    dataset = workspace.registry.datasets()[0].id
    spec = train_spec(dataset, "mult-vae", settings={"epochs": EPOCHS, "patience": EPOCHS}, seed=3, refit=refit)
    return submit(workspace, "train", spec, title="Train")


def state(workspace: Workspace, id: str) -> str:
    """The job's state as a page would show it."""
    refresh(workspace)
    return workspace.registry.job(id).state


def epochs_done(workspace: Workspace, id: str) -> int:
    """Curve points so far."""
    return sum(event["type"] == "curve" for event in read_events(workspace, id))


def kill(workspace: Workspace, id: str) -> None:
    """kill -9 of the worker, and of no other process."""
    pid = workspace.registry.job(id).pid
    assert pid is not None
    assert pid != os.getpid()
    os.kill(pid, signal.SIGKILL)


def finished(workspace: Workspace, id: str) -> Run:
    """The run of a job once it is done."""
    until(lambda: state(workspace, id) not in ("queued", "running"), seconds=180)
    job = workspace.registry.job(id)
    assert job.state == "done", (workspace.job_dir(id) / "log.txt").read_text(encoding="utf-8")
    assert job.result is not None
    return Run.open(workspace.run_dir(job.result["run"]), verify=True)


@pytest.fixture(scope="module")
def undisturbed(workspace: Workspace) -> Run:
    """The same training, left alone."""
    return finished(workspace, start(workspace, refit=True).id)


def test_three_kills_change_nothing(workspace: Workspace, undisturbed: Run) -> None:
    chance = np.random.default_rng()
    moments = sorted(int(epoch) for epoch in chance.choice(np.arange(2, EPOCHS - 5), size=3, replace=False))
    job = start(workspace, refit=True)
    for epoch in moments:
        until(lambda epoch=epoch: epochs_done(workspace, job.id) >= epoch)
        threading.Event().wait(float(chance.uniform(0, 0.05)))
        kill(workspace, job.id)
        until(lambda: state(workspace, job.id) == "interrupted")
        resume(workspace, job.id)
        until(lambda: state(workspace, job.id) == "running")
    run = finished(workspace, job.id)
    assert workspace.registry.job(job.id).attempt == 4, moments
    for part, rows in undisturbed.metrics.items():
        for name, row in rows.items():
            assert run.metrics[part][name]["value"] == pytest.approx(row["value"], abs=1e-6), (part, name, moments)
    assert np.array_equal(np.asarray(run.candidates), np.asarray(undisturbed.candidates)), moments
    assert [point["epoch"] for point in run.curves] == [point["epoch"] for point in undisturbed.curves]


def test_a_killed_worker_leaves_nothing_half_written(workspace: Workspace) -> None:
    runs = set(workspace.runs_dir.iterdir())
    job = start(workspace)
    until(lambda: epochs_done(workspace, job.id) >= 1)
    kill(workspace, job.id)
    until(lambda: state(workspace, job.id) == "interrupted")
    assert set(workspace.runs_dir.iterdir()) == runs
    assert workspace.registry.job(job.id).error is not None
