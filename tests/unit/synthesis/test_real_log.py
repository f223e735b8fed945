"""What a generator learns from: whatever the run is not tested by, and nothing of what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import PROTOCOLS, make_split
from recsys_core.errors import TooSmallError
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.contract import DrawnShoppers
from recsys_core.synthesis.happenings.dress import dress, learn_happenings
from recsys_core.synthesis.real_log import item_categories, learnable, numbered, real_log
from tests.unit.synthesis.logged import logged


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Dataset]:
    """A log with times and a split column."""
    return logged(tmp_path_factory.mktemp("real-log"), split=True)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_split_holds_back_what_it_tests(shop: tuple[Workspace, Dataset], protocol: str) -> None:
    _, dataset = shop
    split = make_split(dataset, protocol, 1)
    real = real_log(dataset, split)
    tested, learned = split.test_targets.tocsr(), real.shoppers.sets
    assert learned.multiply(tested).nnz == 0
    pairs = {(dataset.user_ids[user], dataset.item_ids[item]) for user, item in zip(*tested.nonzero(), strict=True)}
    assert not pairs & set(zip(real.rows["user_id"], real.rows["item_id"], strict=True))
    n_held = 0 if real.holdout is None else len(real.holdout)
    assert len(real.rows) + n_held == dataset.events().num_rows
    if protocol == "all":
        assert real.holdout is None
    else:
        assert real.holdout is not None
        assert pairs <= set(zip(real.holdout["user_id"], real.holdout["item_id"], strict=True))


def test_shoppers_who_are_tested_whole_are_not_learned_from(shop: tuple[Workspace, Dataset]) -> None:
    _, dataset = shop
    split = make_split(dataset, "users", 1)
    strangers = np.flatnonzero(split.test_targets.getnnz(axis=1))
    assert len(strangers)
    real = real_log(dataset, split)
    assert not set(dataset.user_ids[strangers]) & set(real.rows["user_id"])
    assert real.shoppers.lengths[strangers].sum() == 0


def test_what_trains_and_what_validates_is_learned_from(shop: tuple[Workspace, Dataset]) -> None:
    _, dataset = shop
    split = make_split(dataset, "random", 1)
    refit = split.refit
    assert refit.multiply(real_log(dataset, split).shoppers.sets).nnz == refit.nnz


def test_first_places_follow_the_times(shop: tuple[Workspace, Dataset]) -> None:
    _, dataset = shop
    real = real_log(dataset, make_split(dataset, "all", 0))
    user = 5
    own = real.rows[real.rows["user_id"] == dataset.user_ids[user]].sort_values("timestamp")
    expected = list(dict.fromkeys(own["item_id"]))
    sets = real.shoppers.sets
    places = slice(sets.indptr[user], sets.indptr[user + 1])
    found = dataset.item_ids[sets.indices[places][np.argsort(real.shoppers.first[places])]]
    assert list(found) == expected


def test_a_log_that_is_all_tested_is_refused(shop: tuple[Workspace, Dataset]) -> None:
    _, dataset = shop
    split = make_split(dataset, "all", 0)
    everything = type(split)(**{**vars(split), "test_targets": dataset.counts().tocsr()})
    with pytest.raises(TooSmallError, match="held out"):
        real_log(dataset, everything)


def test_a_products_attributes_are_learned_as_its_own(shop: tuple[Workspace, Dataset]) -> None:
    _, dataset = shop
    real = real_log(dataset, make_split(dataset, "all", 0))
    odd = np.flatnonzero(real.rows["item_id"] == "p03")[:1]
    real.rows.loc[odd, "category"] = "Typo"
    assert set(learnable(dataset, real).groupby("item_id")["category"].nunique()) == {1}
    assert "Typo" not in set(learnable(dataset, real)["category"])


def test_the_place_in_a_history_counts_up(shop: tuple[Workspace, Dataset], tmp_path: Path) -> None:
    _, dataset = shop
    real = real_log(dataset, make_split(dataset, "all", 0))
    real.rows["seq"] = real.rows.groupby("user_id").cumcount() + 1
    drawn = DrawnShoppers(np.array([0, 3, 5]), np.array([1, 2, 3, 20, 21], np.int32), np.full(2, -1, np.int32))
    made = numbered(dress(learn_happenings(learnable(dataset, real), real.items), drawn, seed=1), real)
    assert list(made.columns) == list(real.rows.columns)
    for _, own in made.groupby("user_id"):
        assert list(own["seq"]) == list(range(1, len(own) + 1))


def test_categories_for_a_scorecard_come_from_the_log_or_else_the_catalogue(shop: tuple[Workspace, Dataset], tmp_path: Path) -> None:
    own = real_log(shop[1], make_split(shop[1], "all", 0))
    assert item_categories(shop[1], own) is None
    items = pd.DataFrame({"item_id": [f"p{i:02d}" for i in range(30)], "category": ["A", "B"] * 15})
    items.to_csv(tmp_path / "items.csv", index=False)
    _, dataset = logged(tmp_path, items=str(tmp_path / "items.csv"), roles={"category": ""})
    real = real_log(dataset, make_split(dataset, "all", 0))
    found = item_categories(dataset, real)
    assert found is not None
    assert dict(zip(found["item_id"], found["category"], strict=True))["p01"] == "B"
