"""Work that fails says so in one sentence; what only a developer can read is in the log."""

from __future__ import annotations

import pytest

from recsys_core import jobs
from recsys_core.errors import InputError, UserError
from recsys_core.jobs import executor
from recsys_core.jobs.states import CANCELLED, DONE, FAILED, INTERRUPTED, QUEUED
from recsys_core.storage.tables import JobRow
from tests.faults.stage import Stage

NO_ROWS = {"message": "The scripted file has no rows.", "hint": "Give one that has."}


def test_a_mistake_of_the_user_is_told_as_it_is(stage: Stage) -> None:
    failed = stage.refreshed(stage.submit(ending="user error"), FAILED)
    assert failed.error == NO_ROWS
    assert "Traceback" not in jobs.read_log(stage.workspace, failed.id)


@pytest.mark.parametrize("ending", ["bug", "no json"])
def test_a_bug_is_calm_in_the_row_and_loud_in_the_log(stage: Stage, ending: str) -> None:
    failed = stage.refreshed(stage.submit(ending=ending), FAILED)
    assert failed.error == {"message": "Aisle made a mistake in this job, sorry.", "hint": "The log of the job has the details."}
    assert "Traceback" in jobs.read_log(stage.workspace, failed.id)


def test_a_job_of_a_kind_that_is_gone_fails_with_a_sentence(stage: Stage) -> None:
    id = stage.submit(start=False)
    with stage.workspace.registry.session() as session:
        row = session.get(JobRow, id)
        assert row is not None
        row.kind = "forgotten"
    assert stage.refreshed(id, FAILED).error == {
        "message": "There is no kind of job called 'forgotten'.",
        "hint": "The kinds are scripted.",
    }


def test_a_worker_that_cannot_be_started_fails_its_job(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "COMMAND", ("/no/such/python",))
    failed = stage.job(stage.submit())
    assert failed.state == FAILED
    assert failed.error is not None
    assert failed.error["message"] == "The worker could not be started (No such file or directory)."


def test_a_failed_job_can_be_resumed(stage: Stage) -> None:
    id = stage.refreshed(stage.submit(steps=1, ending="user error"), FAILED).id
    jobs.resume(stage.workspace, id)
    assert stage.refreshed(id, FAILED).attempt == 2


def test_a_queued_job_is_cancelled_at_once(stage: Stage) -> None:
    id = stage.submit(start=False)
    assert jobs.cancel(stage.workspace, id).state == CANCELLED
    jobs.refresh(stage.workspace)
    assert stage.job(id).state == CANCELLED


def test_what_has_ended_cannot_be_cancelled_and_what_waits_not_resumed(stage: Stage) -> None:
    id = stage.submit(start=False)
    with pytest.raises(UserError, match="cannot be resumed: it is queued"):
        jobs.resume(stage.workspace, id)
    jobs.cancel(stage.workspace, id)
    with pytest.raises(UserError, match="cannot be cancelled: it is cancelled"):
        jobs.cancel(stage.workspace, id)


def test_an_unknown_kind_is_refused_before_anything_is_made(stage: Stage) -> None:
    with pytest.raises(UserError, match="no kind of job called 'magic'"):
        jobs.submit(stage.workspace, "magic", {}, title="Magic")
    assert list(stage.workspace.jobs_dir.iterdir()) == []


def test_work_done_here_reports_and_is_a_job_like_any_other(stage: Stage) -> None:
    heard: list[tuple[float, str]] = []
    spec = {"steps": 2}
    record = jobs.run_here(
        stage.workspace, "scripted", spec, title="Here", on_progress=lambda fraction, message: heard.append((fraction, message))
    )
    assert heard == [(0.5, "Step 1 of 2"), (1.0, "Step 2 of 2")]
    assert (record.state, record.result) == (DONE, {"steps": 2, "from": 0, "resumed": False})
    assert record.started_at is not None
    assert record.finished_at is not None


def test_work_done_here_that_fails_is_told_twice_in_the_row_and_to_the_caller(stage: Stage) -> None:
    with pytest.raises(InputError, match="no rows"):
        jobs.run_here(stage.workspace, "scripted", {"ending": "user error"}, title="Here")
    assert [(job.state, job.error) for job in stage.workspace.registry.jobs()] == [(FAILED, NO_ROWS)]


def test_ctrl_c_leaves_a_job_that_can_be_resumed(stage: Stage) -> None:
    with pytest.raises(KeyboardInterrupt, match="job resume job-"):
        jobs.run_here(stage.workspace, "scripted", {"ending": "ctrl-c"}, title="Here")
    assert [job.state for job in stage.workspace.registry.jobs()] == [INTERRUPTED]


def test_work_done_here_does_not_wait_in_the_queue(stage: Stage) -> None:
    waiting = stage.submit(start=False)
    assert jobs.run_here(stage.workspace, "scripted", {}, title="Here").state == DONE
    assert stage.job(waiting).state != QUEUED  # there was room for it afterwards
    stage.refreshed(waiting, DONE)
