"""A full disk or a folder that may not be written ends a job as the user's to mend, with its row ended properly."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from recsys_core.cli.app import main
from recsys_core.errors import UserError
from recsys_core.jobs import worker
from recsys_core.jobs.queue import submit
from recsys_core.storage.workspace import Workspace


def test_a_full_disk_fails_the_job_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace.open()

    def work(context: Any) -> dict[str, Any]:
        def full(*_: Any) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(worker, "append_log", full)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(worker, "load_work", lambda kind: work)
    with pytest.raises(UserError, match="The disk is full: "):
        worker.run_here(workspace, "demo", {}, title="Demo")
    job = workspace.registry.jobs()[0]
    assert job.state == "failed"
    assert job.error is not None
    assert job.error["message"].startswith("The disk is full: ")
    assert job.error["hint"] == "Make room there, then do it again."


def test_a_jobs_folder_that_may_not_be_written_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = Workspace.open()
    real = Path.mkdir

    def deny(path: Path, *arguments: Any, **options: Any) -> None:
        if path.parent == workspace.jobs_dir:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        real(path, *arguments, **options)

    monkeypatch.setattr(Path, "mkdir", deny)
    with pytest.raises(UserError, match=r"Aisle may not use .*job-.* \(Permission denied\)"):
        submit(workspace, "demo", {}, title="Demo")
    assert workspace.registry.jobs() == []
    assert main(["demo"]) == 2
    assert capsys.readouterr().err.startswith("Aisle may not use ")
