"""`look` shows what a log seems to be, for people and for programs, and leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recsys_core.cli.app import main
from recsys_core.data.look import Look
from recsys_core.data.request import IngestRequest
from recsys_core.jobs import run_here
from recsys_core.storage.workspace import Workspace
from tests.unit.data.guessing.made_logs import write_log


@pytest.fixture
def log(tmp_path: Path) -> Path:
    columns = [("Email", "e-mail"), ("First name", "first name"), ("SKU", "code"), ("Action", "kind"), ("Date", "day first")]
    return write_log(tmp_path / "shop.csv", columns)


def test_programs_get_the_look_as_json(log: Path, capsys: pytest.CaptureFixture[str], aisle_home: Path) -> None:
    assert main(["look", str(log), "--json"]) == 0
    seen = Look.from_json(json.loads(capsys.readouterr().out))
    assert {guess.role: guess.column for guess in seen.roles} == {
        "user_id": "Email",
        "item_id": "SKU",
        "timestamp": "Date",
        "event": "Action",
    }
    assert not list(aisle_home.rglob("*"))


def test_people_get_a_table_and_are_told_of_persons(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["look", str(log), "--map", "event=", "--dates", "month-first"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "'Email' holds what looks like an e-mail address: only a hash of it is kept, the same for the same person." in shown
    assert "'First name' holds what looks like a person's name: it is left out." in shown
    assert "Nothing is unsure." in shown
    assert "month first" in shown


def test_what_is_no_table_is_refused_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["look", str(tmp_path / "nothing.csv")]) == 2
    assert capsys.readouterr().err.startswith("There is no file")


def test_the_job_gives_the_same_and_leaves_no_scratch(log: Path, aisle_home: Path) -> None:
    workspace = Workspace.open(aisle_home)
    job = run_here(workspace, "look", IngestRequest(str(log)).to_json(), title="Look at shop.csv")
    assert Look.from_json(dict(job.result or {})).questions == ()
    assert log.exists()
    assert not list(workspace.datasets_dir.iterdir())
