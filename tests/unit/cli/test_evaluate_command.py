"""`evaluate` as a program and a person call it: new measures, groups of shoppers, differences by several metrics, ties."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.storage.workspace import Workspace

Runs = dict[str, str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """200 shoppers of two tastes, with times and categories; best sellers and EASE, split by random and by last."""
    folder = tmp_path_factory.mktemp("evaluate")
    rng = np.random.default_rng(5)
    rows = [
        (f"u{u:03d}", f"p{(u % 2) * 20 + i:02d}", n) for u in range(200) for n, i in enumerate(rng.choice(20, 6 + u % 12, replace=False))
    ]
    log = pd.DataFrame(rows, columns=["user_id", "item_id", "n"])
    log["timestamp"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(log.pop("n"), unit="D")
    log.to_csv(folder / "log.csv", index=False)
    catalogue = pd.DataFrame({"item_id": [f"p{i:02d}" for i in range(40)], "category": [f"kind {i // 10}" for i in range(40)]})
    catalogue.to_csv(folder / "items.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder / "home"))
        assert main(["ingest", str(folder / "log.csv"), "--items", str(folder / "items.csv"), "--json"]) == 0
        dataset = Workspace.open().registry.datasets()[0].id
        for protocol in ("random", "last"):
            for model, l2 in (("popularity", ()), ("ease", (5,)), ("ease", (6,))):
                settings = [word for value in l2 for word in ("--set", f"l2={value}")]
                assert main(["train", dataset, "--model", model, "--protocol", protocol, *settings, "--json"]) == 0
    return folder


@pytest.fixture
def runs(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> dict[str, Runs]:
    """Protocol -> model (ease twice: ease, ease2) -> run id."""
    monkeypatch.setenv("AISLE_HOME", str(home / "home"))
    capsys.readouterr()
    found: dict[str, Runs] = {"random": {}, "last": {}}
    for run in reversed(Workspace.open().registry.runs()):
        of = found[run.protocol]
        of[run.model if run.model not in of else f"{run.model}2"] = run.id
    return found


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["evaluate", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["evaluate", *words]) == 2
    return capsys.readouterr().err


def test_lists_are_measured_beside_their_hits_alike_in_the_run_and_after(runs, capsys):
    (row,) = answer(capsys, runs["random"]["ease"])["runs"]
    test = row["metrics"]["test"]
    assert {"f1@10", "novelty@10", "ild@10", "calibration@10"} <= set(test)
    assert all(one["low"] <= one["value"] <= one["high"] for name, one in test.items() if not name.startswith(("coverage", "gini")))
    workspace = Workspace.open()
    assert test == workspace.registry.run(runs["random"]["ease"]).metrics["test"]


def test_the_yardstick_is_one_for_all_models(runs, capsys):
    """EASE stays within a shopper's own half of the shop; best sellers do not, and their lists are more mixed and less like the past."""
    found = answer(capsys, *(runs["random"][model] for model in ("ease", "popularity")))["runs"]
    ease, popular = (row["metrics"]["test"] for row in found)
    assert ease["calibration@5"]["value"] < popular["calibration@5"]["value"]
    assert ease["ild@5"]["value"] < popular["ild@5"]["value"]
    assert ease["novelty@5"]["value"] > popular["novelty@5"]["value"]


def test_runs_are_compared_by_several_metrics_and_ties_are_named(runs, capsys):
    ids = [runs["last"][model] for model in ("ease", "ease2", "popularity")]
    found = answer(capsys, *ids, "--metric", "ndcg@5,novelty@5")
    assert found["compared_by"] == "ndcg@5"
    assert [d["metric"] for d in found["comparisons"]] == ["ndcg@5"] * 3 + ["novelty@5"] * 3
    ties = found["ties"]["ndcg@5"]
    assert sorted(ties["with_best"]) == sorted(ids[:2])
    assert ties["ranked"][-1] == ids[2]
    assert set(ties["letters"][ids[0]]) & set(ties["letters"][ids[1]])
    assert not set(ties["letters"][ids[0]]) & set(ties["letters"][ids[2]])


@pytest.mark.parametrize(("protocol", "light"), [("random", False), ("last", True)])
def test_light_shoppers_have_figures_where_the_split_tests_them_fairly(runs, capsys, protocol, light):
    (row,) = answer(capsys, runs[protocol]["ease"], "--by", "activity")["runs"]
    labels = [group["label"].split()[0] for group in row["breakdown"]["groups"]]
    assert ("light" in labels) is light
    assert all(group["metrics"]["ndcg@10"]["low"] is not None for group in row["breakdown"]["groups"])
    if not light:
        assert "--protocol last or users" in row["breakdown"]["withheld"][0]["reason"]


def test_a_person_reads_groups_ties_and_reasons(runs, capsys):
    ids = [runs["random"][model] for model in ("ease", "ease2")]
    assert main(["evaluate", *ids, "--by", "activity", "--at", "5,10"]) == 0
    shown = capsys.readouterr().out
    for words in ("ndcg@10 by activity", "heavy (over", "calibration@5", "no figures. The split 'random'", "no clear difference between"):
        assert words in shown


def test_what_cannot_be_asked_is_refused_in_one_line(runs, capsys):
    run = runs["random"]["ease"]
    assert "--metric was given 'coverage@10'" in refused(capsys, run, "--metric", "coverage@10")
    assert "--by was given 'mood'" in refused(capsys, run, "--by", "mood")
    assert main(["evaluate", run, "--at", "5,many"]) == 2


def test_segments_of_the_dataset_have_figures_each(runs, capsys):
    (row,) = answer(capsys, runs["last"]["ease"], "--by", "segment")["runs"]
    found = row["breakdown"]
    assert found["by"] == "segment"
    assert len(found["groups"]) == 2
    assert sum(group["users"] for group in found["groups"]) == row["users"]
