"""Issue 6's lines for the generator that `synthesize` picks by itself, from files through the command line, by ../shared's scorer."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.data.dataset import Dataset
from recsys_core.profiles.groups import load_clusters
from recsys_core.storage.workspace import Workspace

SHARED = Path(__file__).parents[3] / "shared"
SEEDS = (0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2)))
HELD_OUT = 0.2
RHYTHM = 3  # gaps in a row, each of more than a minute
pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(3600)]

# line -> (least, most); None: no such limit
LIMITS: dict[str, dict[str, tuple[float | None, float | None]]] = {
    "ml-100k": {
        "U1_tstr": (0.80, None),
        "U2_lift": (0.60, None),
        "F9_item_cooccurrence": (0.80, None),
        "F8_category_cooccurrence": (0.85, None),
        "F6_gap_ks": (None, 0.12),
        "F6_items_per_user_day_ks": (None, 0.20),
        "F6_hour_tvd": (None, 0.06),
        "P1_membership_auc": (None, 0.53),
        "P3_users_too_close": (None, 0.02),
        "P4_copied_baskets": (None, 0.0),
        "duplicates": (None, 0.01),
        "F1_category_consistent": (1.0, None),
        "rhythm": (None, 0.005),
    },
    "online_retail": {
        "U1_tstr": (0.70, None),
        "U2_lift": (0.60, None),
        "F9_item_cooccurrence": (0.70, None),
        "F6_basket_size_ks": (None, 0.15),
        "F3_price_ks": (None, 0.08),
        "P1_over_shuffle": (None, 0.02),
        "P3_users_too_close": (None, 0.02),
        "P4_copied_baskets": (None, 0.0),
    },
    "steam_200k": {"F7_kinds_per_pair_tvd": (None, 0.03), "play_without_purchase": (None, 0.0)},
}


@cache
def parts(log: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """80 % of each shopper's rows (of its pairs, where a pair's rows belong together), and the rest."""
    frame = pd.read_parquet(SHARED / "data" / log / "interactions.parquet")
    if log == "ml-100k":
        items = pd.read_parquet(SHARED / "data" / log / "items.parquet")
        frame["category"] = frame["item_id"].map(items.set_index("item_id")["category"])
    keys = ["user_id", "item_id"] if log == "steam_200k" else ["user_id"]
    unit = frame[keys].drop_duplicates() if log == "steam_200k" else frame
    drawn = pd.Series(np.random.default_rng(5).random(len(unit))).groupby(unit["user_id"].to_numpy()).rank(method="first").to_numpy()
    held = drawn <= np.floor(HELD_OUT * unit.groupby("user_id")["user_id"].transform("size").to_numpy())
    if log == "steam_200k":
        held = frame.merge(unit.assign(held=held), on=keys, how="left")["held"].to_numpy()
    return frame[~held].reset_index(drop=True), frame[held].reset_index(drop=True)


@pytest.fixture(scope="module", params=list(LIMITS))
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, str]:
    """(log, its folder with real.parquet, holdout.parquet and a workspace, the id of a run on all of it)."""
    log, folder = request.param, tmp_path_factory.mktemp(request.param)
    for name, frame in zip(("real", "holdout"), parts(log), strict=True):
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder / "home"))
        items = str(SHARED / "data" / log / "items.parquet")
        assert main(["ingest", str(folder / "real.parquet"), "--items", items, "--json"]) == 0
        workspace = Workspace.open()
        dataset = workspace.registry.datasets()[0].id
        assert main(["train", dataset, "--model", "item-knn", "--protocol", "all", "--json"]) == 0
        run = workspace.registry.runs()[0].id
    opened = Dataset.open(workspace.dataset_dir(dataset))
    clusters = load_clusters(opened)
    labels = np.array([*clusters.labels, None], dtype=object)[clusters.codes]
    pd.DataFrame({"item_id": opened.item_ids, "category": labels}).to_parquet(folder / "clusters.parquet")
    return log, folder, run


@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_that_closes_the_issue_holds(
    trained: tuple[str, Path, str], seed: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log, folder, run = trained
    monkeypatch.setenv("AISLE_HOME", str(folder / "home"))
    real = parts(log)[0]
    out = folder / f"made-{seed}.parquet"
    users = str(real["user_id"].nunique())
    assert main(["synthesize", run, "--users", users, "--seed", str(seed), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    made = pd.read_parquet(out)
    assert list(made.columns) == list(real.columns)
    figures = scored(log, folder, out)
    figures["duplicates"] = abs(figures["F2_duplicate_pairs"] - figures["F2_duplicate_pairs_real"])
    if "timestamp" in real:
        figures["rhythm"] = shared_rhythms(real, made)
    if log == "online_retail":
        rng = np.random.default_rng(6)  # one for all columns: begun anew for each it would be one order of rows, a copy of the log
        shuffle = pd.DataFrame({name: rng.permutation(real[name].to_numpy()) for name in real})
        shuffle["user_id"] = "s" + shuffle["user_id"]
        shuffle.to_parquet(folder / "shuffle.parquet")
        figures["P1_over_shuffle"] = figures["P1_membership_auc"] - scored(log, folder, folder / "shuffle.parquet")["P1_membership_auc"]
    if log == "steam_200k":
        kinds = made.groupby(["user_id", "item_id"])["event"].agg(set)
        figures["play_without_purchase"] = float(sum(each == {"play"} for each in kinds))
    with capsys.disabled():
        costs = {name: round(told[name], 2) for name in ("fit_cpu_seconds", "draw_cpu_seconds", "making_peak_rss_mb")}
        sys.stdout.write(f"\n{log} seed {seed}: {json.dumps({**figures, **costs})}\n")
    missed = {
        name: figures[name]
        for name, (least, most) in LIMITS[log].items()
        if (least is not None and figures[name] < least) or (most is not None and figures[name] > most)
    }
    assert missed == {}


def scored(log: str, folder: Path, made: Path) -> dict[str, Any]:
    """What ../shared's scorer says."""
    items = {"ml-100k": SHARED / "data" / log / "items.parquet", "online_retail": folder / "clusters.parquet"}
    words = ["--real", str(folder / "real.parquet"), "--synthetic", str(made), "--holdout", str(folder / "holdout.parquet")]
    words += ["--items", str(items[log])] if log in items else []
    program = [sys.executable, str(SHARED / "checks" / "score_synthetic.py"), *words]
    told: dict[str, Any] = json.loads(subprocess.run(program, capture_output=True, text=True, check=True).stdout)
    return told


def shared_rhythms(real: pd.DataFrame, made: pd.DataFrame) -> float:
    """Share of synthetic shoppers with three gaps in a row, each over a minute, that one real shopper has in a row too."""
    known = set(_rhythms(real)["gaps"])
    found = _rhythms(made)
    return float(found.loc[found["gaps"].isin(known), "user_id"].nunique() / made["user_id"].nunique())


def _rhythms(log: pd.DataFrame) -> pd.DataFrame:
    ordered = log.sort_values(["user_id", "timestamp"], kind="stable")
    gap = ordered.groupby("user_id")["timestamp"].diff().dt.total_seconds()
    columns = pd.DataFrame({place: gap.groupby(ordered["user_id"]).shift(place) for place in range(RHYTHM)})
    long = (columns > 60).all(axis=1)
    gaps = list(map(tuple, columns[long].to_numpy().tolist()))
    return pd.DataFrame({"user_id": ordered.loc[long, "user_id"].to_numpy(), "gaps": gaps})
