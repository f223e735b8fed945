"""A job's folder can be read at any moment, half-written or not."""

from __future__ import annotations

import pytest

from recsys_core.jobs.journal import EVENTS, append_event, append_log, make_folder, mend_events, read_events, read_log
from recsys_core.storage.workspace import Workspace


@pytest.fixture
def workspace() -> Workspace:
    """A workspace with the folder of a job called j."""
    workspace = Workspace.open()
    make_folder(workspace.job_dir("j"), {"seed": 1})
    return workspace


def test_events_come_back_in_order_with_their_time(workspace: Workspace) -> None:
    append_event(workspace.job_dir("j"), {"type": "stage", "name": "fitting"})
    append_event(workspace.job_dir("j"), {"type": "curve", "epoch": 1, "loss": float("nan")})
    events = read_events(workspace, "j")
    assert [event["type"] for event in events] == ["stage", "curve"]
    assert events[1]["loss"] is None
    assert all("t" in event for event in events)


def test_a_half_written_last_line_is_not_read(workspace: Workspace) -> None:
    append_event(workspace.job_dir("j"), {"type": "curve", "epoch": 1})
    with (workspace.job_dir("j") / EVENTS).open("a") as file:
        file.write('{"type": "cur')
    assert [event["epoch"] for event in read_events(workspace, "j")] == [1]


def test_the_next_attempt_writes_after_a_whole_line(workspace: Workspace) -> None:
    folder = workspace.job_dir("j")
    append_event(folder, {"type": "curve", "epoch": 1})
    with (folder / EVENTS).open("a") as file:
        file.write('{"type": "cur')
    mend_events(folder)
    append_event(folder, {"type": "curve", "epoch": 2})
    assert [event["epoch"] for event in read_events(workspace, "j")] == [1, 2]


def test_of_an_epoch_that_ran_twice_the_later_line_wins_in_its_place(workspace: Workspace) -> None:
    for epoch, loss in ((1, 0.9), (2, 0.8), (2, 0.7), (3, 0.6)):
        append_event(workspace.job_dir("j"), {"type": "curve", "epoch": epoch, "loss": loss})
    append_event(workspace.job_dir("j"), {"type": "trial", "epoch": 3})
    assert [(event["type"], event["epoch"], event.get("loss")) for event in read_events(workspace, "j")] == [
        ("curve", 1, 0.9),
        ("curve", 2, 0.7),
        ("curve", 3, 0.6),
        ("trial", 3, None),
    ]


def test_the_epochs_of_a_refit_do_not_replace_those_of_the_fit(workspace: Workspace) -> None:
    for part in ("fit", "refit"):
        append_event(workspace.job_dir("j"), {"type": "curve", "epoch": 1, "part": part})
    assert [event["part"] for event in read_events(workspace, "j")] == ["fit", "refit"]


def test_a_long_log_is_shown_from_its_end(workspace: Workspace) -> None:
    append_log(workspace.job_dir("j"), "first")
    append_log(workspace.job_dir("j"), "last")
    assert read_log(workspace, "j") == "first\nlast\n"
    assert read_log(workspace, "j", tail=5) == "last\n"


def test_a_job_without_folder_has_nothing_to_tell(workspace: Workspace) -> None:
    assert (read_events(workspace, "gone"), read_log(workspace, "gone")) == ([], "")
