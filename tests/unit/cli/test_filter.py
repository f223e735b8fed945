"""`filter`: a table for people, one JSON document for programs, a file through the export gate."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.jobs import run_here
from recsys_core.jobs.synthesize_spec import synthesize_spec
from tests.unit.synthesis.logged import COLUMNS, logged, popular_run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """(the folder of a workspace, the id of a set in it)."""
    folder = tmp_path_factory.mktemp("filtered")
    workspace, dataset = logged(folder)
    spec = synthesize_spec(workspace, popular_run(workspace, dataset).id, 60, score=False)
    return folder / "home", str((run_here(workspace, "synthesize", spec, title="Make shoppers").result or {})["set"])


@pytest.fixture
def made(home: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The set, its workspace being the one that commands use."""
    monkeypatch.setenv("AISLE_HOME", str(home[0]))
    return home[1]


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    return (code, *capsys.readouterr())


def test_a_set_and_a_file_of_those_that_stay(made: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "kept.parquet"
    code, text, error = call(capsys, "filter", made, "--keep", 0.6, "--out", out, "--reason", "only a test of the command", "--json")
    assert (code, error) == (0, "")
    told = json.loads(text)
    file = pd.read_parquet(out)
    assert list(file.columns) == COLUMNS
    assert file["customer"].nunique() == told["kept"] < told["shoppers"] == 60
    assert told["out"] == str(out)
    assert [stop["keep"] for stop in told["curves"]][-2:] == [1.0, None]


def test_people_read_what_goes_and_what_the_slider_does(made: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "filter", made)
    assert code == 0
    assert "Nothing was made: add --keep" in out
    assert "of 60 shoppers stay" in out
    assert "as it is" in out
    assert "Privacy: 1 less" in out


def test_a_privacy_fail_keeps_the_file_from_being_written(made: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """30 products only: sets of a shopper are often somebody's, so P4 fails."""
    out = tmp_path / "kept.csv"
    told = json.loads(call(capsys, "filter", made, "--keep", 1, "--json")[1])
    code, _, error = call(capsys, "filter", made, "--keep", 1, "--out", out)
    assert (code == 2) == told["export_blocked"] == (not out.exists())
    assert error.count("\n") == (1 if told["export_blocked"] else 0)


def test_mistakes_are_one_line(made: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, told in (
        ((made, "--keep", 2), "share to keep is 2"),
        ((made, "--keep", "some"), "'some' is no share"),
        ((made, "--out", tmp_path / "x.csv"), "--keep .8"),
        ((made, "--keep", 0.5, "--out", tmp_path / "x.doc"), "x.doc"),
        (("nobody",), "no synthetic set"),
    ):
        code, _, error = call(capsys, "filter", *arguments)
        assert (code, error.count("\n")) == (2, 1)
        assert told in error
