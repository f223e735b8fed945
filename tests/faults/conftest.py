"""A workspace whose workers know the scripted kind of work, and processes that end with their test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recsys_core.jobs import executor, work
from recsys_core.storage.workspace import Workspace
from tests.faults.launcher import COMMAND, KINDS
from tests.faults.stage import Stage

ROOT = Path(__file__).parents[2]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A workspace that runs one scripted job at a time."""
    monkeypatch.setenv("AISLE_MAX_JOBS", "1")
    monkeypatch.setattr(executor, "COMMAND", COMMAND)
    monkeypatch.setattr(work, "KINDS", KINDS)
    stage = Stage(Workspace.open())
    yield stage
    stage.end_all()


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `python -m MODULE ARGUMENTS` from the project's folder; what still runs at the end of the test is killed."""
    started: list[subprocess.Popen[str]] = []

    def run(module: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", module, *arguments]
        started.append(
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        )
        return started[-1]

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
