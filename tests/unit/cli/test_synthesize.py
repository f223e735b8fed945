"""`synthesize`, `synthetic`, and what `show` and `delete` know of sets: for programs and for people."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.storage.workspace import Workspace
from tests.unit.synthesis.logged import COLUMNS, logged, popular_run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """(the folder of a workspace, the id of a run in it)."""
    folder = tmp_path_factory.mktemp("commands")
    workspace, dataset = logged(folder)
    return folder / "home", popular_run(workspace, dataset).id


@pytest.fixture
def run(home: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The run, its workspace being the one that commands use."""
    monkeypatch.setenv("AISLE_HOME", str(home[0]))
    return home[1]


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    return (code, *capsys.readouterr())


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:
    code, out, err = call(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_a_file_of_new_shoppers_under_the_logs_own_columns(run: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "made.parquet"
    wish = ("--users", 50, "--activity", "3-6", "--price", "1-4", "--category", "Mugs", "--tail", 0.2, "--seed", 3)
    told = answer(capsys, "synthesize", run, *wish, "--out", out, "--reason", "only a test of the command")
    made = pd.read_parquet(out)
    assert list(made.columns) == COLUMNS
    assert (made["customer"].nunique(), len(made)) == (told["users"], told["rows"]) == (50, told["rows"])
    assert set(told["verdicts"]) == {"fidelity", "structure", "utility", "privacy"}
    assert told["out"] == str(out)
    assert made.groupby("customer")["sku"].nunique().between(3, 6).all()


def test_people_read_why_and_what(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "synthesize", run, "--users", 30, "--no-score")
    assert code == 0
    assert "With 60 shoppers little can be learned" in out
    assert "not scored" in out


def test_without_a_scorecard_nothing_leaves_unless_a_reason_is_typed(run: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "made.csv"
    before = len(answer(capsys, "synthetic"))
    code, _, err = call(capsys, "synthesize", run, "--users", 30, "--no-score", "--out", out)
    assert (code, err.count("\n")) == (2, 1)
    assert "--reason" in err
    assert len(answer(capsys, "synthetic")) == before  # refused before the work
    told = answer(capsys, "synthesize", run, "--users", 30, "--no-score")
    code, _, err = call(capsys, "synthetic", "export", told["set"], "--out", out)
    assert (code, out.exists()) == (2, False)
    assert "may not be exported" in err
    exported = answer(capsys, "synthetic", "export", told["set"], "--out", out, "--reason", "Looked at by hand together")
    assert exported["reason"] == "Looked at by hand together"
    assert len(pd.read_csv(out)) == told["rows"]
    (reason,) = answer(capsys, "synthetic", "show", told["set"])["reasons"]
    assert reason["reason"] == "Looked at by hand together"


def test_sets_are_listed_shown_and_deleted(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, "synthesize", run, "--users", 30, "--no-score")
    listed = answer(capsys, "synthetic")
    assert listed[0]["id"] == told["set"]
    assert told["set"] in call(capsys, "synthetic")[1]
    shown = answer(capsys, "show", told["set"])
    assert (shown["type"], shown["run"], shown["users"]) == ("synthetic set", run, 30)
    assert shown == answer(capsys, "synthetic", "show", told["set"])
    code, _, err = call(capsys, "delete", run)
    assert code == 2
    assert "made from the trained model" in err
    assert answer(capsys, "delete", told["set"]) == {"deleted": told["set"], "type": "synthetic set", "with_it": []}
    assert [each["id"] for each in answer(capsys, "synthetic")] == [each["id"] for each in listed[1:]]
    assert Workspace.open().registry.run(run).id == run


def test_an_empty_workspace_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "synthetic", "--json") == (0, "[]\n", "")
    assert "There is no synthetic set yet" in call(capsys, "synthetic")[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--users", "0"), "0 shoppers"),
        (("--users", "10", "--activity", "many"), "--activity 5-20"),
        (("--users", "10", "--activity", "1.5-3"), "whole numbers"),
        (("--users", "10", "--price", "x-y"), "--price 5-20"),
        (("--users", "10", "--generator", "oracle"), "auto, "),
        (("--users", "10", "--out", "made.txt"), "says no format"),
        (("--users", "10", "--reason", "so"), "at least 10 letters"),
        (("--users", "10", "--set", "magic"), "KEY=VALUE"),
    ],
)
def test_mistakes_are_one_line(run: str, words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, "synthesize", run, *words)
    assert (code, err.count("\n")) == (2, 1)
    assert told in err
