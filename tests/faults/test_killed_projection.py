"""A worker that is killed while it draws the second of two maps leaves the first whole; taken up again, the job draws the second."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest

from recsys_core.jobs import read_events, refresh, resume, submit
from recsys_core.jobs.project_spec import project_spec
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from recsys_core.latent.projections import load_projection, projection_dir
from tests.unit.work.small_shop import TINY_VAE, small_shop
from tests.waiting import until


@pytest.mark.slow
def test_a_kill_between_two_maps_costs_one_map_at_most(tmp_path):
    workspace, dataset = small_shop(tmp_path)
    run = str(run_here(workspace, "train", train_spec(dataset.id, "mult-vae", settings=TINY_VAE), title="Train").result["run"])
    job = submit(workspace, "project", project_spec(workspace, run, "both", method="umap"), title="Draw two maps").id

    def state() -> str:
        refresh(workspace)
        return workspace.registry.job(job).state

    until(lambda: any(event["type"] == "map" for event in read_events(workspace, job)), seconds=300)
    pid = workspace.registry.job(job).pid
    assert pid is not None
    assert pid != os.getpid()
    os.kill(pid, signal.SIGKILL)
    until(lambda: state() == "interrupted")
    folder = workspace.run_dir(run)
    first = np.array(load_projection(folder, "items", "umap").coordinates)
    made = (projection_dir(folder, "items", "umap") / "manifest.json").stat().st_mtime_ns
    assert load_projection(folder, "users", "umap") is None
    resume(workspace, job)
    until(lambda: state() not in ("queued", "running"), seconds=300)
    assert state() == "done", (workspace.job_dir(job) / "log.txt").read_text(encoding="utf-8")
    assert [each["what"] for each in workspace.registry.job(job).result["maps"]] == ["items", "users"]
    assert (projection_dir(folder, "items", "umap") / "manifest.json").stat().st_mtime_ns == made
    assert load_projection(folder, "items", "umap").coordinates.tobytes() == first.tobytes()
    assert len(load_projection(folder, "users", "umap").rows) == 90
