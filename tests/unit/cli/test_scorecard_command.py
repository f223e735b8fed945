"""`scorecard`: a table for people, one JSON document for programs, one line for what cannot be scored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recsys_core.cli.app import main
from tests.unit.synthesis.planted import copied, shop, split


@pytest.fixture
def logs(tmp_path: Path) -> list[str]:
    """The options that name a real log, a copy of it, and a holdout."""
    real, holdout = split(shop(80))
    frames = {"real": real, "synthetic": copied(real), "holdout": holdout}
    for name, frame in frames.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    return [word for name in frames for word in (f"--{name}", str(tmp_path / f"{name}.parquet"))]


def test_json_has_lines_verdicts_and_the_figures_by_name(logs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scorecard", *logs, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["export_blocked"] is True
    assert {verdict["group"]: verdict["status"] for verdict in told["verdicts"]}["privacy"] == "fail"
    assert told["figures"]["P4_copied_baskets"] == 1.0
    assert told["sizes"]["real"]["users"] == 80


def test_people_read_four_verdicts_with_their_lines(logs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scorecard", *logs]) == 0
    out = capsys.readouterr().out
    assert "PRIVACY: fail. It gives away real shoppers. Export is blocked." in out
    assert "STRUCTURE: pass." in out
    assert "Not measured: one segment each, segments. The logs have no column segment in common." in out
    assert "No sign of collapse." in out


def test_mistakes_are_one_line(logs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scorecard", *logs[:2], "--synthetic", logs[1]]) == 2
    error = capsys.readouterr().err
    assert "are the same file" in error
    assert error.count("\n") == 1
    assert main(["scorecard", *logs[:2]]) == 2
    assert "--synthetic" in capsys.readouterr().err
