"""The server may die at any moment: its workers go on, the queue is kept, and no two servers start one job."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable

import pytest

from recsys_core import jobs
from recsys_core.jobs.journal import read_log
from recsys_core.jobs.states import DONE, INTERRUPTED, QUEUED, RUNNING
from recsys_core.settings import load_settings
from recsys_core.storage.workspace import Workspace
from tests.faults.stage import Stage
from tests.waiting import until

Start = Callable[..., "subprocess.Popen[str]"]


def test_the_jobs_of_a_killed_server_end_properly_and_the_queue_moves_on(stage: Stage, start: Start) -> None:
    server = start("tests.faults.server", json.dumps({"steps": 1, "gated": True}), json.dumps({"steps": 1}))
    assert server.stdout is not None
    first, second = server.stdout.readline().split()
    stage.working(first)
    assert stage.job(second).state == QUEUED
    server.kill()
    server.wait()
    jobs.refresh(stage.workspace)
    assert (stage.job(first).state, stage.job(second).state) == (RUNNING, QUEUED)
    stage.allow(first, 0)
    until(lambda: stage.job(second).state == DONE)  # without a server: the first worker started the second
    assert stage.job(first).state == DONE


def test_the_queue_survives_a_restart(stage: Stage) -> None:
    id = stage.submit(start=False)
    stage.workspace.registry.close()
    again = Stage(Workspace.open())
    assert again.job(id).state == QUEUED
    again.refreshed(id, DONE)


def test_two_servers_pumping_at_once_start_each_job_once(stage: Stage, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_MAX_JOBS", "2")
    assert load_settings().max_jobs == 2
    ids = [stage.submit(start=False) for _ in range(5)]
    servers = [start("tests.faults.server", "pump") for _ in range(2)]
    assert [server.wait(60) for server in servers] == [0, 0]
    ended = [stage.job(id) for id in ids]
    assert [job.state for job in ended] == [DONE] * 5
    assert [read_log(stage.workspace, id).count("begins") for id in ids] == [1] * 5
    for job in ended:
        assert sum(other.started_at <= job.started_at < other.finished_at for other in ended if other.started_at and other.finished_at) <= 2


def test_ctrl_c_interrupts_a_job_in_the_foreground(stage: Stage, start: Start) -> None:
    id = stage.submit(steps=1, gated=True, start=False)
    command = start("tests.faults.launcher", "job", "run", id)
    stage.working(id)
    command.send_signal(signal.SIGINT)
    out, err = command.communicate(timeout=20)
    assert (command.returncode, out) == (130, "")
    assert err == f"Stopped. Go on later with `python -m recsys_core job resume {id}`.\n"
    assert stage.job(id).state == INTERRUPTED
    stage.allow(id, 0)
    resumed = start("tests.faults.launcher", "job", "resume", id, "--here", "--json")
    out, _ = resumed.communicate(timeout=20)
    assert (json.loads(out)["state"], json.loads(out)["attempt"]) == (DONE, 2)
