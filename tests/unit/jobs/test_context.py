"""What work says reaches the row: seldom enough to cost nothing, and the last word always."""

from __future__ import annotations

import pytest

from recsys_core.jobs import context as context_module
from recsys_core.jobs.context import JobContext, beating
from recsys_core.jobs.holding import Hold, take_queued
from recsys_core.jobs.journal import request_cancel
from recsys_core.jobs.queue import submit
from recsys_core.jobs.states import Cancelled
from recsys_core.storage.workspace import Workspace


@pytest.fixture
def hold() -> Hold:
    """A job of this process."""
    workspace = Workspace.open()
    hold = take_queued(workspace, submit(workspace, "demo", {}, title="Demo", start=False).id)
    assert hold is not None
    return hold


@pytest.fixture
def context(hold: Hold) -> JobContext:
    """What its work is given."""
    return JobContext(hold, {"seed": 1}, resumed=False)


def said(hold: Hold) -> tuple[float, str]:
    job = hold.workspace.registry.job(hold.job_id)
    return job.progress, job.message


def test_the_first_word_is_written_and_quick_ones_after_it_wait(context: JobContext, hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_module, "WRITE_EVERY", 3600.0)
    for step in range(1, 100):
        context.progress(step / 100, f"Step {step}")
    assert said(hold) == (0.01, "Step 1")
    context.beat()
    assert said(hold) == (0.99, "Step 99")


def test_the_last_word_is_written_at_the_end(context: JobContext, hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_module, "WRITE_EVERY", 3600.0)
    with beating(context):
        context.progress(0.1, "First")
        context.progress(0.2, "Last")
    assert said(hold) == (0.2, "Last")


def test_progress_stays_between_nothing_and_all(context: JobContext, hold: Hold) -> None:
    context.progress(1.5, "More than all")
    assert said(hold)[0] == 1.0


def test_a_cancel_is_heard(context: JobContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_module, "LOOK_EVERY", 0.0)
    context.check_cancelled()
    request_cancel(context.folder)
    with pytest.raises(Cancelled, match=f"job resume {context.job_id}"):
        context.check_cancelled()


def test_work_stops_when_its_job_was_taken_away(context: JobContext, hold: Hold) -> None:
    hold.finish("interrupted")
    context.beat()
    with pytest.raises(Cancelled, match="no longer this process's"):
        context.check_cancelled()
