"""`benchmark`: models on a log of one's own, in a workspace that is thrown away."""

import json
from subprocess import CompletedProcess

import pandas as pd
import pytest

from recsys_core.cli.app import main

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path, rng):
    rows = [(f"u{u:02d}", f"p{i}") for u in range(60) for i in (u % 3) * 10 + rng.choice(10, 7, replace=False)]
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_parquet(tmp_path / "interactions.parquet")
    return tmp_path


def test_each_model_is_a_row_and_the_workspace_is_left_alone(aisle_home, folder, capsys):
    assert main(["benchmark", "--data", str(folder), "--models", "popularity,ease", "--seeds", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(row["model"], row["seed"]) for row in found["rows"]] == [("popularity", 3), ("ease", 3)]
    by_model = {row["model"]: row["test"]["ndcg@10"]["value"] for row in found["rows"]}
    assert by_model["ease"] > by_model["popularity"]
    assert not (aisle_home / "runs").exists() or not list((aisle_home / "runs").iterdir())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--models", "popularty"], "Did you mean popularity?"),
        (["--seeds", "one"], "--seeds was given 'one'"),
        (["--data", "nowhere"], "There is no log in 'nowhere'"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_one_line(aisle_home, capsys, words, says):
    assert main(["benchmark", *words]) == 2
    line = capsys.readouterr().err.strip()
    assert says in line
    assert "\n" not in line


def test_a_model_that_refuses_is_named_and_one_that_breaks_is_no_refusal(aisle_home, folder, capsys, monkeypatch):
    assert main(["benchmark", "--data", str(folder), "--models", "popularity,content"]) == 0
    said = capsys.readouterr()
    assert "content, seed 0, is left out" in said.err
    monkeypatch.setattr("recsys_core.cli.benchmark.subprocess.run", lambda words, **rest: CompletedProcess(words, 1, "", "broken"))
    assert main(["benchmark", "--data", str(folder), "--models", "popularity"]) == 1
