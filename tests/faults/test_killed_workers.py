"""A worker may die at any moment: its job is shown as interrupted, and goes on where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from recsys_core import jobs
from recsys_core.jobs.states import CANCELLED, DONE, INTERRUPTED, RUNNING
from recsys_core.storage.processes import host_name, process_mark
from recsys_core.storage.tables import JobRow
from tests.faults.stage import Stage
from tests.waiting import until


def test_a_job_killed_again_and_again_goes_on_from_its_checkpoint(stage: Stage) -> None:
    id = stage.submit(steps=3, gated=True)
    for step in range(2):
        stage.working(id)
        stage.allow(id, step)
        stage.reached(id, step + 1)
        stage.kill(id)
        stopped = stage.refreshed(id, INTERRUPTED)
        assert stopped.error == {
            "message": "The worker stopped before it was done.",
            "hint": "Resume the job: it goes on from its last checkpoint.",
        }
        jobs.resume(stage.workspace, id)
    stage.allow(id, 2)
    done = stage.refreshed(id, DONE)
    assert (done.result, done.attempt, done.progress, done.error) == ({"steps": 3, "from": 2, "resumed": True}, 3, 1.0, None)
    assert [event["epoch"] for event in jobs.read_events(stage.workspace, id)] == [0, 1, 2]


def test_a_worker_killed_as_it_starts_is_noticed(stage: Stage) -> None:
    id = stage.submit(steps=1)
    stage.kill(id)
    assert stage.refreshed(id, INTERRUPTED).attempt == 1


def hold_by(stage: Stage, pid: int, mark: str, **columns: object) -> str:
    """A job whose row says that a given process works on it."""
    id = stage.submit(start=False)
    with stage.workspace.registry.session() as session:
        row = session.get(JobRow, id)
        assert row is not None
        row.state, row.claim, row.host, row.pid, row.pid_mark = RUNNING, "aa", host_name(), pid, mark
        row.started_at = row.heartbeat_at = row.created_at
        for name, value in columns.items():
            setattr(row, name, value)
    return id


def test_a_zombie_is_dead(stage: Stage) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mark = process_mark(child.pid)
    assert mark is not None
    id = hold_by(stage, child.pid, mark)
    jobs.refresh(stage.workspace)
    assert stage.job(id).state == RUNNING
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, and still in the table of processes
    jobs.refresh(stage.workspace)
    assert stage.job(id).state == INTERRUPTED
    child.communicate()


def test_another_process_with_the_same_number_is_not_the_worker(stage: Stage) -> None:
    id = hold_by(stage, os.getpid(), "ticks 1")
    jobs.refresh(stage.workspace)
    assert stage.job(id).state == INTERRUPTED


def test_a_worker_of_another_host_is_judged_by_its_heartbeat(stage: Stage) -> None:
    fresh = hold_by(stage, 1, "ticks 1", host="elsewhere")
    jobs.refresh(stage.workspace)
    assert stage.job(fresh).state == RUNNING
    with stage.workspace.registry.session() as session:
        row = session.get(JobRow, fresh)
        assert row is not None
        assert row.heartbeat_at is not None
        row.heartbeat_at = row.heartbeat_at.replace(year=2020)
    jobs.refresh(stage.workspace)
    assert stage.job(fresh).state == INTERRUPTED


def test_a_job_claimed_by_a_process_that_died_before_it_started_a_worker_waits_again(stage: Stage) -> None:
    id = hold_by(stage, 1, "ticks 1", started_at=None)
    stage.refreshed(id, DONE)
    assert stage.job(id).attempt == 1


def test_a_worker_whose_job_was_given_to_another_leaves_it_alone(stage: Stage) -> None:
    id = stage.submit(steps=1, gated=True)
    old = stage.working(id)
    with stage.workspace.registry.session() as session:
        row = session.get(JobRow, id)
        assert row is not None
        row.claim = "another"
    assert old.pid is not None
    until(lambda: process_mark(old.pid or 0) is None)
    assert (stage.job(id).state, stage.job(id).claim) == (RUNNING, "another")


def test_a_running_job_stops_within_a_batch_of_a_cancel(stage: Stage) -> None:
    id = stage.submit(steps=2, gated=True)
    stage.working(id)
    jobs.cancel(stage.workspace, id)
    ended = until(lambda: (job := stage.job(id)).state == CANCELLED and job, seconds=5)
    assert ended.error is None
    stage.allow(id, 0, 1)
    jobs.resume(stage.workspace, id)
    assert stage.refreshed(id, DONE).attempt == 2


def test_a_worker_that_does_not_heed_a_cancel_is_ended(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recsys_core.jobs.recovery.CANCEL_PATIENCE", 0.0)
    id = stage.submit(steps=1, gated=True, stubborn=True)
    stage.working(id)
    jobs.cancel(stage.workspace, id)
    stage.refreshed(id, CANCELLED)


def test_a_worker_that_is_ended_by_the_system_is_interrupted(stage: Stage) -> None:
    id = stage.submit(steps=1, gated=True)
    worker = stage.working(id)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGTERM)
    stage.refreshed(id, INTERRUPTED)


def test_closing_the_terminal_does_not_end_a_worker(stage: Stage) -> None:
    id = stage.submit(steps=1, gated=True)
    worker = stage.working(id)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGHUP)
    stage.allow(id, 0)
    stage.refreshed(id, DONE)
