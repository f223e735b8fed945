"""A job is taken once, in order, within the limit, and written by its holder alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from recsys_core.jobs.holding import Hold, take_queued
from recsys_core.jobs.queue import submit
from recsys_core.jobs.states import DONE, RUNNING
from recsys_core.storage.workspace import Workspace


@pytest.fixture
def workspace() -> Workspace:
    """An empty workspace."""
    return Workspace.open()


def wait_in_line(workspace: Workspace, n: int) -> list[str]:
    return [submit(workspace, "demo", {}, title="Demo", start=False).id for _ in range(n)]


def test_the_oldest_is_taken_first(workspace: Workspace) -> None:
    ids = wait_in_line(workspace, 3)
    holds = [take_queued(workspace, limit=10) for _ in range(4)]
    assert [hold and hold.job_id for hold in holds] == [*ids, None]


def test_no_more_are_taken_than_may_run(workspace: Workspace) -> None:
    wait_in_line(workspace, 3)
    first = take_queued(workspace, limit=1)
    assert first is not None
    assert take_queued(workspace, limit=1) is None
    first.finish(DONE)
    assert take_queued(workspace, limit=1) is not None


def test_many_threads_take_each_job_once(workspace: Workspace) -> None:
    ids = wait_in_line(workspace, 12)
    with ThreadPoolExecutor(8) as pool:
        holds = list(pool.map(lambda _: take_queued(workspace, limit=10), range(24)))
    taken = [hold.job_id for hold in holds if hold]
    assert sorted(taken) == sorted(ids[:10])
    assert len(workspace.registry.jobs([RUNNING])) == 10


def test_only_the_holder_writes(workspace: Workspace) -> None:
    (id,) = wait_in_line(workspace, 1)
    hold = take_queued(workspace, id)
    assert hold is not None
    assert not Hold(workspace, id, "guessed").finish(DONE)
    assert hold.beat(progress=0.5)
    assert workspace.registry.job(id).progress == 0.5


def test_who_has_finished_writes_no_more(workspace: Workspace) -> None:
    (id,) = wait_in_line(workspace, 1)
    hold = take_queued(workspace, id)
    assert hold is not None
    assert hold.finish(DONE)
    assert not hold.beat(progress=0.1)
    assert workspace.registry.job(id).state == DONE
