"""The hand-over: everybody's lists as `recommend` gives them, the rules as a table, hashes that hold, the same bytes again."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from recsys_core.jobs.handover import ABOUT, COLUMNS, handover
from recsys_core.jobs.scenario_words import RULE_COLUMNS
from recsys_core.jobs.studio import Opened, open_studio
from recsys_core.jobs.told import tell
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.scenario import Cap, Rule, Scenario
from recsys_core.storage.workspace import Workspace
from tests.unit.jobs.conftest import NASTY

AUTUMN = Scenario(
    name="Autumn",
    k=5,
    variety=60,
    rules=(
        Rule("pin", Condition((Clause("item_id", "is", "p03"),)), name=f"=cmd|{NASTY}", place=2),
        Rule("exclude", Condition((Clause("category", "is", "Mugs"),)), name="No mugs"),
    ),
    caps=(Cap("category", 3),),
)


@pytest.fixture
def opened(shop: dict[str, str]) -> Opened:
    return open_studio(Workspace.open(), shop["ease"])


@pytest.fixture
def files(opened: Opened) -> dict[str, bytes]:
    return unpacked(handover(tell(opened, AUTUMN)))


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_what_its_guide_says(files: dict[str, bytes]) -> None:
    assert set(files) == set(ABOUT)
    lists = pq.read_table(io.BytesIO(files["lists.parquet"]))
    assert lists.column_names == list(COLUMNS["lists.csv, lists.parquet"])
    assert pd.read_csv(io.BytesIO(files["rules.csv"])).columns.tolist() == list(COLUMNS["rules.csv"]) == list(RULE_COLUMNS)
    guide = files["columns.md"].decode()
    assert all(f"`{name}`" in guide for name in (*ABOUT, *lists.column_names, *RULE_COLUMNS))


def test_its_lists_are_those_of_recommend(shop: dict[str, str], tmp_path: Path, call: Callable[..., Any]) -> None:
    scenario, out, lists = tmp_path / "s.json", tmp_path / "all.zip", tmp_path / "lists.parquet"
    scenario.write_text(json.dumps(AUTUMN.to_json()), encoding="utf-8")
    said = call("scenario", "handover", shop["ease"], "--scenario", scenario, "--out", out)
    call("recommend", shop["ease"], "--all", "--scenario", scenario, "--out", lists)
    assert said["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    found = pq.read_table(io.BytesIO(unpacked(out.read_bytes())["lists.parquet"])).to_pandas()
    expected = pd.read_parquet(lists)
    pd.testing.assert_frame_equal(found[["user_id", "rank", "item_id"]], expected[["user_id", "rank", "item_id"]], check_dtype=False)
    assert found["score"].to_numpy() == pytest.approx(expected["score"].to_numpy(), nan_ok=True)
    pinned = found[found["rank"] == 2]
    assert (pinned["badges"].str.contains("pinned") == (pinned["item_id"] == "p03")).all()
    assert pinned["badges"].str.contains("pinned").any()


def test_the_sheet_is_the_table_and_runs_no_formula(files: dict[str, bytes]) -> None:
    sheet = pd.read_csv(io.BytesIO(files["lists.csv"]), keep_default_na=False, na_values={"score": [""]})
    table = pq.read_table(io.BytesIO(files["lists.parquet"])).to_pandas()
    assert sheet["item_id"].tolist() == table["item_id"].tolist()
    assert sheet["score"].to_numpy() == pytest.approx(table["score"].to_numpy(), nan_ok=True)
    rules = pd.read_csv(io.BytesIO(files["rules.csv"]), keep_default_na=False)
    assert rules["kind"].tolist() == ["pin", "exclude", "cap"]
    assert rules["name"][0] == f"'=cmd|{NASTY}"
    assert rules["products"].tolist() == [1, 8, ""] or rules["products"].astype(str).tolist() == ["1", "8", ""]


def test_its_manifest_names_where_it_comes_from(files: dict[str, bytes], opened: Opened) -> None:
    manifest = json.loads(files["manifest.json"])
    assert (manifest["run"], manifest["dataset"], manifest["scenario"]["hash"]) == (opened.run.id, opened.dataset.id, AUTUMN.hash)
    assert (manifest["seed"], manifest["shoppers"], manifest["k"]) == (opened.run.manifest["seed"], opened.dataset.n_users, 5)
    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    for name, told in manifest["files"].items():
        assert (told["bytes"], told["sha256"]) == (len(files[name]), hashlib.sha256(files[name]).hexdigest())
    assert Scenario.from_json(json.loads(files["scenario.json"])) == AUTUMN


def test_the_same_scenario_makes_the_same_bytes(shop: dict[str, str], opened: Opened) -> None:
    first = handover(tell(opened, AUTUMN))
    assert handover(tell(open_studio(Workspace.open(), shop["ease"]), AUTUMN)) == first
    assert handover(tell(opened, AUTUMN.with_(variety=10))) != first


def test_a_run_of_best_sellers_has_one_too(shop: dict[str, str]) -> None:
    files = unpacked(handover(tell(open_studio(Workspace.open(), shop["popularity"]), Scenario(name="Plain"))))
    assert pq.read_table(io.BytesIO(files["lists.parquet"])).num_rows > 0
