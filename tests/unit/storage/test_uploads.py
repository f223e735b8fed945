"""Uploads that nobody came back for go after a week; those a job may yet read stay."""

from __future__ import annotations

import os
import time
from pathlib import Path

from recsys_core.jobs.queue import cancel, submit
from recsys_core.storage.uploads import PATIENCE, sweep_uploads
from recsys_core.storage.workspace import Workspace


def upload(workspace: Workspace, name: str, age: float) -> Path:
    """A file as the page puts it there, `age` seconds ago."""
    file = workspace.uploads_dir / name / "log.csv"
    file.parent.mkdir()
    file.write_text("user_id,item_id\n")
    moment = time.time() - age
    for path in (file, file.parent):
        os.utime(path, (moment, moment))
    return file


def test_only_old_uploads_without_a_job_go_when_a_workspace_is_opened() -> None:
    workspace = Workspace.open()
    abandoned, fresh = upload(workspace, "a", PATIENCE + 60), upload(workspace, "b", PATIENCE - 60)
    waiting, cancelled = upload(workspace, "c", PATIENCE + 60), upload(workspace, "d", PATIENCE + 60)
    submit(workspace, "ingest", {"log": str(waiting)}, title="Take in", start=False)
    cancel(workspace, submit(workspace, "ingest", {"log": str(cancelled)}, title="Take in", start=False).id)
    Workspace.open()
    assert [path.exists() for path in (abandoned, fresh, waiting, cancelled)] == [False, True, True, False]
    assert sorted(path.name for path in workspace.uploads_dir.iterdir()) == ["b", "c"]


def test_the_registry_is_left_alone_where_nothing_is_old() -> None:
    workspace = Workspace.open()
    upload(workspace, "b", 0)
    assert sweep_uploads(workspace.uploads_dir, lambda: 1 / 0) == 0  # type: ignore[arg-type,return-value]
