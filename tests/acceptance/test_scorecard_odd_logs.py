"""Odd logs, small enough to be scored in a second: every line that ../shared's scorer prints is ours too.

Looser than on real logs where 60 products and 200 shoppers leave much to chance or to ties, which the scorer breaks by id and we never do.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main
from tests.unit.synthesis.planted import column_wise_shuffle, copied, shop, split

SCORER = Path(__file__).parents[3] / "shared" / "checks" / "score_synthetic.py"
AGREE = 1.01e-3
LOOSE = {
    "P1_membership_auc": 0.06,
    "F4_item_ks": 0.04,
    "ndcg_popularity": 0.03,
    "U2_lift": 0.05,
    "F7_event_by_popularity_tvd": 0.01,
}
Change = Callable[[pd.DataFrame], pd.DataFrame]
pytestmark = [pytest.mark.shared, pytest.mark.slow]


def blank(column: str, every: int) -> Change:
    """Every so manieth cell is missing."""
    return lambda log: log.assign(**{column: log[column].where(np.arange(len(log)) % every > 0)})


def two_kinds(log: pd.DataFrame) -> pd.DataFrame:
    """Everything viewed, a third of it bought."""
    return pd.concat([log.assign(event="view"), log[np.arange(len(log)) % 3 == 0].assign(event="purchase")], ignore_index=True)


def numbered(log: pd.DataFrame) -> pd.DataFrame:
    """Ids that are integers."""
    return log.assign(**{name: log[name].str.extract(r"(\d+)")[0].astype(int) for name in ("user_id", "item_id")})


CHANGES: dict[str, Change] = {
    "plain": lambda log: log,
    "ids alone": lambda log: log[["user_id", "item_id"]],
    "no times": lambda log: log.drop(columns="timestamp"),
    "whole days": lambda log: log.assign(timestamp=log["timestamp"].dt.floor("D")),
    "some times missing": blank("timestamp", 6),
    "order ids": lambda log: log.assign(order_id=log["user_id"] + log["timestamp"].astype(str)),
    "some order ids missing": lambda log: blank("order_id", 5)(log.assign(order_id=log["user_id"] + log["timestamp"].astype(str))),
    "order ids across shoppers": lambda log: log.assign(order_id=np.arange(len(log)) // 3),
    "some prices missing": blank("price", 4),
    "some categories missing": blank("category", 7),
    "categories as numbers": lambda log: log.assign(category=log["category"].str[1:].astype(int)),
    "two kinds": two_kinds,
    "odd ids": lambda log: log.assign(user_id=" " + log["user_id"], item_id=log["item_id"].str.upper() + " é"),
}


def agree(folder: Path, capsys: pytest.CaptureFixture[str], **frames: pd.DataFrame) -> None:
    """Score with both, and compare every line."""
    words = []
    for name, frame in frames.items():
        frame.reset_index(drop=True).to_parquet(folder / f"{name}.parquet")
        words += [f"--{name}", str(folder / f"{name}.parquet")]
    theirs = json.loads(subprocess.run([sys.executable, str(SCORER), *words], capture_output=True, text=True, check=True).stdout)
    assert main(["scorecard", *words, "--json"]) == 0
    ours = json.loads(capsys.readouterr().out)["figures"]
    off = {
        name: (value, ours.get(name))
        for name, value in theirs.items()
        if value == value and (ours.get(name) is None or abs(ours[name] - value) > LOOSE.get(name, AGREE))
    }
    assert off == {}


def made(real: pd.DataFrame, kind: str) -> pd.DataFrame:
    return {"copy": copied, "shuffle": column_wise_shuffle, "fresh": lambda _: copied(split(shop(200, seed=6))[0])}[kind](real)


@pytest.mark.parametrize("kind", ["copy", "shuffle", "fresh"])
@pytest.mark.parametrize("change", CHANGES)
def test_every_line_of_an_odd_log_is_the_scorers(change: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    real, holdout = split(shop(240))
    turn = CHANGES[change]
    agree(tmp_path, capsys, real=turn(real), synthetic=turn(made(real, kind)), holdout=turn(holdout))


def test_ids_that_are_integers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    real, holdout = split(shop(240))
    other = numbered(made(real, "fresh")).assign(user_id=lambda log: log["user_id"] + 100_000)
    agree(tmp_path, capsys, real=numbered(real), synthetic=other, holdout=numbered(holdout))


def test_unknown_products_and_shoppers_missing_from_the_holdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    real, holdout = split(shop(240))
    other = made(real, "shuffle").reset_index(drop=True)
    other.loc[other.index % 10 == 0, "item_id"] = "unknown " + other["item_id"]
    strangers = shop(60, seed=9).assign(user_id=lambda log: "new" + log["user_id"])
    kept = holdout[~holdout["user_id"].isin(holdout["user_id"].unique()[:120])]
    agree(tmp_path, capsys, real=real, synthetic=other, holdout=pd.concat([kept, strangers]))


@pytest.mark.parametrize("written", [True, False])
def test_a_catalogue_that_lacks_categories(written: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whether the logs write a category of their own or not."""
    real, holdout = split(shop(240))
    items = blank("category", 3)(real.drop_duplicates("item_id")[["item_id", "category"]].reset_index(drop=True))
    frames = {"real": real, "synthetic": made(real, "fresh"), "holdout": holdout}
    if not written:
        frames = {name: frame.drop(columns="category") for name, frame in frames.items()}
    agree(tmp_path, capsys, **frames, items=items)
