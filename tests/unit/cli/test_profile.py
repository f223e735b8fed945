"""`clusters`, `segments` and `profile`: what they print and write, and how they are adjusted."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from recsys_core.cli.app import main
from tests.unit.profiles.planted import Plan, make_shop
from tests.unit.profiles.test_profile import taken_in


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setenv("AISLE_HOME", str(tmp_path / "home"))
    taken_in(tmp_path, make_shop(Plan(groups=4, items=100, users=120), 1))
    assert main(["ingest", str(tmp_path / "log.csv"), "--items", str(tmp_path / "items.csv"), "--json"]) == 0
    return str(json.loads(capsys.readouterr().out)["dataset"])


def test_clusters_segments_and_profile(dataset: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clusters", dataset, "--json", "--out", str(tmp_path / "clusters.csv")]) == 0
    clusters = json.loads(capsys.readouterr().out)
    written = pd.read_csv(tmp_path / "clusters.csv")
    assert written.columns.tolist() == ["item_id", "cluster", "label"]
    assert clusters["number"] == clusters["suggested"] == 4
    assert written["cluster"].value_counts().sort_index().tolist() == clusters["sizes"]
    assert written["label"].unique().tolist().sort() == clusters["labels"].sort()

    assert main(["segments", dataset, "--number", "3", "--json", "--out", str(tmp_path / "segments.parquet")]) == 0
    segments = json.loads(capsys.readouterr().out)
    assert (segments["number"], segments["suggested"], len(segments["segments"])) == (3, 4, 3)
    assert pd.read_parquet(tmp_path / "segments.parquet").columns.tolist() == ["user_id", "segment", "label"]
    assert segments["segments"][0]["features"][0]["text"]

    assert main(["clusters", dataset, "--number", "6", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["number"] == 6
    assert main(["segments", dataset, "--json"]) == 0  # the number asked for before stays
    assert json.loads(capsys.readouterr().out)["number"] == 3

    assert main(["profile", dataset, "--weights", "text=1,price=0", "--gains", "--json"]) == 0
    profile = json.loads(capsys.readouterr().out)
    assert profile["request"]["weights"] == {"price": 0.0, "text": 1.0}
    assert {gain["part"] for gain in profile["gains"]["parts"]} == {"text", "price", "together"}
    assert main(["profile", dataset, "--default", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["profile"] == "profiles"
    assert main(["clusters", dataset]) == 0
    assert clusters["labels"][0] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--weights", "text"], "PART=NUMBER"),
        (["--weights", "smell=1"], "no part 'smell'"),
        (["--weights", "text=-3"], "from 0"),
    ],
)
def test_mistakes_are_one_line(dataset: str, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", dataset, *arguments]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
