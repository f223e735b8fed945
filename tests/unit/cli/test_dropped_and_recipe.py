"""What an intake left out and what it chose, as files; the next file taken in by the same recipe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recsys_core.cli.app import main


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    """What a command prints as JSON."""
    code = main([*map(str, arguments), "--json"])
    out, error = capsys.readouterr()
    assert code == 0, error
    return json.loads(out)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    rows = [(f"s{user}", f"p{(user + step) % 9}", f"0{step + 1}.02.2026", "buy", 2.5) for user in range(12) for step in range(6)]
    rows += [(None, "p1", "01.02.2026", "buy", 2.5), ("s1", "=p1", "01.02.2026", "pv", -1.0)]
    path = tmp_path / "shop.csv"
    pd.DataFrame(rows, columns=["kunde", "ware", "tag", "was", "preis"]).to_csv(path, index=False)
    return path


MAPPED = ["--map", "user_id=kunde", "--map", "item_id=ware", "--map", "timestamp=tag", "--map", "event=was", "--map", "price=preis"]
CHOSEN = ["--dates", "day-first", "--weight", "purchase=9", "--kind", "pv=view", "--currency", "€", "--name", "Laden"]


def test_dropped_rows_and_recipes_are_files(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = call(capsys, "ingest", log, *MAPPED, *CHOSEN)
    assert {reason["name"]: reason["dropped"] for reason in result["reasons"] if reason["dropped"]} == {
        "missing user": 1,
        "price not above zero": 1,
    }
    assert call(capsys, "dropped", result["dataset"], "--out", tmp_path / "all.parquet")["rows"] == 2
    assert pd.read_parquet(tmp_path / "all.parquet")["row"].tolist() == [73, 74]
    about = call(capsys, "dropped", result["dataset"], "--out", tmp_path / "one.csv", "--reason", "price not above zero")
    assert about["rows"] == 1
    assert pd.read_csv(tmp_path / "one.csv")[["reason", "ware"]].to_numpy().tolist() == [["price not above zero", "'=p1"]]
    recipe = call(capsys, "recipe", "Laden", "--out", tmp_path / "recipe.json")
    assert (recipe["roles"]["price"], recipe["dates"], recipe["weights"]["purchase"], recipe["currency"]) == ("preis", "day-first", 9, "€")
    for wanted in ("Laden", result["dataset"], tmp_path / "recipe.json"):
        again = call(capsys, "ingest", log, "--recipe", wanted)
        assert (again["dataset"], again["reused"], again["differences"]) == (result["dataset"], True, [])


def test_the_next_file_says_what_differs(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = call(capsys, "ingest", log, *MAPPED, *CHOSEN)
    following = pd.read_csv(log).assign(kunde=lambda frame: frame.kunde + "x", tag=lambda frame: frame.tag.str.replace(".02.", ".03."))
    following.to_csv(log.parent / "next.csv", index=False)
    second = call(capsys, "ingest", log.parent / "next.csv", "--recipe", first["dataset"])
    told = {difference["name"] for difference in second["differences"]}
    assert {"period", "shoppers", "products"} <= told
    assert main(["ingest", str(log.parent / "next.csv"), "--recipe", first["dataset"]]) == 0
    assert "12 of 12 shoppers are new (100 %)" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["recipe", "nothing"], "nothing"),
        (["dropped", "nothing", "--out", "x.csv"], "nothing"),
        (["ingest", "LOG", "--recipe", "nowhere.json"], "There is no recipe 'nowhere.json'."),
        (["ingest", "LOG", "--kind", "pv"], "--kind was given 'pv'."),
        (["ingest", "LOG", "--weight", "purchase=much"], "--weight was given 'much', which is no number."),
        (["ingest", "LOG", "--personal", "kunde=burn"], "cannot be treated as 'burn'"),
        (["ingest", "LOG", "--dates", "sideways"], "--dates is 'sideways'."),
    ],
)
def test_a_mistake_is_one_line(log: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    assert main([str(log) if argument == "LOG" else argument for argument in arguments]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
