"""Our scorecard on real logs against ../shared's, line by line: a copy, a shuffle, shoppers drawn anew, a mixture, a sequential draw."""

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
from recsys_core.synthesis.contract import Wish
from recsys_core.synthesis.generators.fitting import fit_generator
from recsys_core.synthesis.happenings.dress import dress, learn_happenings
from recsys_core.synthesis.real_log import real_shoppers

SHARED = Path(__file__).parents[3] / "shared"
LOGS = ("ml-100k", "online_retail")
KINDS = ("copy", "shuffle", "anew", "mixture", "sequential")
AGREE = 1.01e-3
LOOSE = {"P1_membership_auc": 0.01, "F4_item_ks": 0.01}  # drawn at random by both
HELD_OUT = 0.2
pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(1800)]


@cache
def parts(log: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """80 % of each shopper's rows, and the rest."""
    frame = pd.read_parquet(SHARED / "data" / log / "interactions.parquet")
    if log == "ml-100k":
        items = pd.read_parquet(SHARED / "data" / log / "items.parquet")
        frame["category"] = frame["item_id"].map(items.set_index("item_id")["category"])
    drawn = pd.Series(np.random.default_rng(5).random(len(frame))).groupby(frame["user_id"].to_numpy()).rank(method="first")
    held = drawn.to_numpy() <= np.floor(HELD_OUT * frame.groupby("user_id")["user_id"].transform("size").to_numpy())
    return frame[~held].reset_index(drop=True), frame[held].reset_index(drop=True)


def made(real: pd.DataFrame, kind: str) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    users = real["user_id"].unique()
    if kind == "copy":
        return real.assign(user_id="s" + real["user_id"])
    if kind == "shuffle":
        shuffled = pd.DataFrame({name: rng.permutation(real[name].to_numpy()) for name in real})
        return shuffled.assign(user_id="s" + shuffled["user_id"])
    if kind == "anew":
        rows = dict(iter(real.groupby("user_id")))
        return pd.concat([rows[user].assign(user_id=f"s{place}") for place, user in enumerate(rng.choice(users, len(users)))])
    if kind == "sequential":
        return drawn(real)
    half = set(rng.choice(users, len(users) // 2, replace=False))
    other = made(real[~real["user_id"].isin(half)], "shuffle")
    return pd.concat([made(real[real["user_id"].isin(half)], "copy"), other])


def drawn(real: pd.DataFrame) -> pd.DataFrame:
    """As many shoppers by the sequential generator, dressed with events."""
    user, users = pd.factorize(real["user_id"], sort=True)
    item, items = pd.factorize(real["item_id"], sort=True)
    moment = real["timestamp"].to_numpy(dtype="datetime64[us]").astype(np.int64)
    shoppers = real_shoppers(
        user.astype(np.int32), item.astype(np.int32), moment, (len(users), len(items)), np.full(len(users), -1, np.int32), ()
    )
    generator = fit_generator("sequential", shoppers, {}, seed=0)
    return dress(learn_happenings(real, pd.Index(items)), generator.draw(len(users), Wish(), seed=1), seed=2)


@pytest.fixture(params=[(log, kind) for log in LOGS for kind in KINDS], ids=lambda param: "-".join(param))
def scored(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """(kind of log, our card, their figures)."""
    log, kind = request.param
    real, holdout = parts(log)
    frames = {"real": real, "synthetic": made(real, kind), "holdout": holdout}
    for name, frame in frames.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    words = [word for name in frames for word in (f"--{name}", str(tmp_path / f"{name}.parquet"))]
    words += ["--items", str(SHARED / "data" / log / "items.parquet")] if log == "ml-100k" else []
    program = [sys.executable, str(SHARED / "checks" / "score_synthetic.py"), *words]
    theirs = json.loads(subprocess.run(program, capture_output=True, text=True, check=True).stdout)
    assert main(["scorecard", *words, "--json"]) == 0
    return kind, json.loads(capsys.readouterr().out), theirs


def test_every_line_the_scorer_prints_is_ours(scored: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    kind, ours, theirs = scored
    off = {
        name: (value, ours["figures"].get(name))
        for name, value in theirs.items()
        if ours["figures"].get(name) is None or abs(ours["figures"][name] - value) > LOOSE.get(name, AGREE)
    }
    assert off == {}
    check_verdicts(kind, ours)


def check_verdicts(kind: str, card: dict[str, Any]) -> None:
    status = {verdict["group"]: verdict["status"] for verdict in card["verdicts"]}
    fired = {alarm["id"] for alarm in card["alarms"] if alarm["fired"]}
    assert card["export_blocked"] == (status["privacy"] == "fail") == (kind not in ("shuffle", "sequential"))
    if kind == "copy":
        assert (status["fidelity"], status["structure"], status["utility"], fired) == ("pass", "pass", "pass", set())
    elif kind == "shuffle":
        assert (status["structure"], status["utility"], status["privacy"]) == ("fail", "fail", "pass")
    elif kind == "anew":
        assert (status["structure"], status["utility"], fired) == ("pass", "pass", {"repeated shoppers"})
        assert status["fidelity"] != "fail"
    elif kind == "sequential":
        assert (status["structure"], fired) == ("pass", set())
        assert status["utility"] != "fail"


@pytest.mark.parametrize("log", LOGS)
def test_real_shoppers_raise_no_alarm_and_give_nobody_away(log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One half of the shoppers as if it were made from the other."""
    real, holdout = parts(log)
    half = set(np.random.default_rng(7).choice(real["user_id"].unique(), real["user_id"].nunique() // 2, replace=False))
    mine = real["user_id"].isin(half)
    frames = {"real": real[mine], "synthetic": real[~mine], "holdout": holdout[holdout["user_id"].isin(half)]}
    for name, frame in frames.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    words = [word for name in frames for word in (f"--{name}", str(tmp_path / f"{name}.parquet"))]
    assert main(["scorecard", *words, "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert not card["collapsed"]
    assert {verdict["group"]: verdict["status"] for verdict in card["verdicts"]}["privacy"] == "pass"
