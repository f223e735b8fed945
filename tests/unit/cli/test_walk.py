"""`walk`: lists on the way between two shoppers or products, and along directions; what cannot be is one sentence and exit 2."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.models.runs import Run
from recsys_core.storage.json_text import to_text
from recsys_core.storage.workspace import Workspace

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with an ials and a popularity run."""
    folder = tmp_path_factory.mktemp("walked")
    rng = np.random.default_rng(4)
    rows = [
        (f"u{u:02}", f"p{(u + (rng.random() < 0.2)) % 4}{i:02}", 1.0 + i)
        for u in range(80)
        for i in rng.choice(15, 9, replace=False) // (1 + u % 2)
    ]
    pd.DataFrame(rows, columns=["user_id", "item_id", "price"]).to_csv(folder / "log.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder))
        assert main(["ingest", str(folder / "log.csv"), "--min-item-users", "1", "--json"]) == 0
        dataset = Workspace.open().registry.datasets()[0].id
        assert main(["train", dataset, "--model", "ials", "--set", "factors=8", "--set", "epochs=4", "--json"]) == 0
        assert main(["train", dataset, "--model", "popularity", "--json"]) == 0
    return folder


@pytest.fixture
def runs(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("AISLE_HOME", str(home))
    return {run.model: run.id for run in Workspace.open().registry.runs()}


def told(capsys: Capture, *words: str) -> dict:
    capsys.readouterr()
    assert main(["walk", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: Capture, *words: str) -> str:
    capsys.readouterr()
    assert main(["walk", *words, "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def test_a_walk_tells_each_step(runs: dict[str, str], capsys: Capture, home: Path) -> None:
    found = told(capsys, runs["ials"], "--from", "u00", "--to", "u01", "--steps", "5", "--k", "4")
    assert [step["share"] for step in found["steps"]] == [0, 0.25, 0.5, 0.75, 1]
    run = Run.open(home / "runs" / runs["ials"])
    assert [one["score"] for one in found["steps"][0]["items"]] == pytest.approx(run.candidate_scores[0, :4].tolist(), abs=1e-5)
    for before, after in zip(found["steps"], found["steps"][1:], strict=False):
        ids = [{one["item_id"] for one in step["items"]} for step in (before, after)]
        assert set(after["entered"]) == ids[1] - ids[0]
        assert set(after["left"]) == ids[0] - ids[1]
    assert "code" not in found["steps"][0]


def test_a_file_has_every_list_and_codes_are_given_where_asked(runs: dict[str, str], capsys: Capture, tmp_path: Path) -> None:
    out = tmp_path / "way.csv"
    found = told(
        capsys, runs["ials"], "--what", "items", "--from", "p000", "--to", "p103", "--k", "3", "--steps", "2", "--codes", "--out", str(out)
    )
    table = pd.read_csv(out, dtype={"item_id": str})
    assert list(table.columns) == ["step", "share", "rank", "item_id", "score"]
    assert table["item_id"].tolist() == [one["item_id"] for step in found["steps"] for one in step["items"]]
    assert "p000" not in table["item_id"].tolist()
    assert len(found["steps"][0]["code"]) == 8


def test_a_slide_is_a_walk_along_directions(runs: dict[str, str], capsys: Capture) -> None:
    ways = told(capsys, runs["ials"], "--directions")["directions"]
    assert {"price", "popularity", "axis 1"} <= {way["direction"] for way in ways}
    assert all(0 < way["explained"] <= 1 for way in ways)
    one = told(capsys, runs["ials"], "--user", "u02", "--along", "cheaper=1.5", "--along", "axis 1=-1", "--codes")
    assert [each["steps"] for each in one["along"]] == [-1.5, -1]
    other = told(capsys, runs["ials"], "--user", "u02", "--along", "price=-1.5", "--along", "axis 1=-1", "--codes")
    assert to_text(one["steps"]) == to_text(other["steps"])
    item = told(capsys, runs["ials"], "--item", "p000", "--along", "price=1")
    assert item["what"] == "items"


def test_people_read_a_table(runs: dict[str, str], capsys: Capture) -> None:
    capsys.readouterr()
    assert main(["walk", runs["ials"], "--from", "u00", "--to", "u01"]) == 0
    assert "From u00 to u01, 7 places" in capsys.readouterr().out
    assert main(["walk", runs["ials"], "--directions"]) == 0
    assert "cheaper" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--from", "u00", "--to", "nobody"], "no shopper 'nobody'"),
        (["--what", "items", "--from", "p000", "--to", "nothing"], "no product 'nothing'"),
        (["--from", "u00", "--to", "u01", "--steps", "1"], "leads nowhere"),
        (["--from", "u00"], "needs both ends"),
        ([], "not said where to go"),
        (["--from", "u00", "--to", "u01", "--directions"], "Two ways"),
        (["--what", "shops", "--from", "u00", "--to", "u01"], "what is 'shops'"),
        (["--user", "u00"], "along what"),
        (["--user", "u00", "--item", "p000", "--along", "price=1"], "who is to be moved"),
        (["--user", "u00", "--along", "price"], "given 'price'"),
        (["--user", "u00", "--along", "price=inf"], "given 'price=inf'"),
        (["--user", "u00", "--along", "colour=1"], "no direction 'colour'"),
        (["--from", "u00", "--to", "u01", "--out", "way.docx"], "way.docx"),
    ],
)
def test_what_cannot_be_is_one_sentence(runs: dict[str, str], capsys: Capture, words: list[str], sentence: str) -> None:
    assert sentence in refused(capsys, runs["ials"], *words)


def test_a_model_without_codes_and_an_unknown_run_are_refused(runs: dict[str, str], capsys: Capture) -> None:
    assert "mult-vae" in refused(capsys, runs["popularity"], "--from", "u00", "--to", "u01")
    assert "nothing-here" in refused(capsys, "nothing-here", "--directions")
