"""Lists for somebody new: from clicks, a segment or attributes, each with what it is based on."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import make_split
from recsys_core.errors import InputError
from recsys_core.inference.scorers import rank
from recsys_core.models.runs import Run
from recsys_core.profiles.segments import Segment, Segments
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.cold.batch import read_new_items
from recsys_core.synthesis.cold.shoppers import alike_shoppers, new_shopper, product_title, shopper_columns
from tests.unit.synthesis.cold_shop import PER_GROUP, SHOPPERS, TASTES, trained_shop

Shop = tuple[Run, Dataset, object]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """(run, dataset, what is known); only to read."""
    folder = tmp_path_factory.mktemp("new-shoppers")
    run_id = trained_shop(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder / "home"))
        workspace = Workspace.open()
        run = Run.open(workspace.run_dir(run_id))
        dataset = Dataset.open(workspace.dataset_dir(run.dataset_id))
    return run, dataset, make_split(dataset, str(run.manifest["protocol"]), int(run.manifest["seed"])).known


SEGMENTS = Segments(
    (np.arange(SHOPPERS) % 4).astype(np.int32),
    tuple(Segment(word, SHOPPERS // 4, 0.25, ()) for word in TASTES),
    {},
    4,
    True,
    0,
    "shoppers",
    "",
)


def test_two_clicks_are_folded_in_by_the_runs_own_scorer(shop: Shop) -> None:
    run, dataset, known = shop
    found = new_shopper(run, dataset, known, clicked=[0, 3], k=5)
    history = known[:1].copy()
    history = type(history)((np.ones(2, np.float32), [0, 3], [0, 2]), shape=(1, dataset.n_items))[:, run.items].tocsr()
    expected = np.asarray(run.items)[rank(run.scorer(), history, 5)[0][0]]
    np.testing.assert_array_equal(found.items, expected)
    assert {item // PER_GROUP for item in found.items} == {0}
    assert "a history of 2" in found.basis
    assert found.like == 0


def test_a_segment_alone_gets_what_it_has(shop: Shop) -> None:
    run, dataset, known = shop
    found = new_shopper(run, dataset, known, segment=2, segments=SEGMENTS, k=8)
    assert {item // PER_GROUP for item in found.items} == {2}
    assert found.like == SHOPPERS // 4
    assert "the segment 'train'" in found.basis


def test_a_profile_is_a_mean_drawn_towards_everybody_by_hand(shop: Shop) -> None:
    run, dataset, known = shop
    found = new_shopper(run, dataset, known, segment=1, segments=SEGMENTS, k=3)
    lists = np.zeros((SHOPPERS, dataset.n_items))
    for user in range(SHOPPERS):
        own = run.candidates[user, :10]
        lists[user, own[own >= 0]] = 1
    each = known.toarray() + lists
    own = each[1::4].mean(axis=0) * 30 / 50 + each.mean(axis=0) * 20 / 50
    np.testing.assert_allclose(found.scores, np.sort(own)[::-1][:3], rtol=1e-5)


def test_attributes_find_alike_shoppers(shop: Shop) -> None:
    run, dataset, known = shop
    assert set(shopper_columns(dataset)) == {"region", "age"}
    assert shopper_columns(dataset)["age"] == []
    own, words = alike_shoppers(dataset, {"region": "North", "age": "41"})
    assert {user % 4 for user in own.tolist()} == {2}
    assert words == "shoppers with region North and age 40"
    found = new_shopper(run, dataset, known, attributes={"age": "20"}, k=5)
    assert {item // PER_GROUP for item in found.items} == {0}
    assert found.basis.startswith("What 30 shoppers with age 20 had")


def test_a_product_without_a_title_goes_by_its_id(shop: Shop) -> None:
    _, dataset, _ = shop
    assert product_title(dataset, 3) == dataset.items["title"].iloc[3]
    bare = SimpleNamespace(items=dataset.items.drop(columns="title"), item_ids=dataset.item_ids)
    assert product_title(cast("Dataset", bare), 3) == "p03"


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({}, "exactly one"),
        ({"clicked": [1], "segment": 0}, "exactly one"),
        ({"clicked": [9999]}, "no product number 9999"),
        ({"segment": 9}, "no segment number 9"),
        ({"attributes": {"mood": "good"}}, "Nothing called 'mood'"),
        ({"attributes": {"region": "moon"}}, "No shopper has the region 'moon'"),
        ({"attributes": {"age": "old"}}, "age is 'old'"),
        ({"attributes": {"region": "south", "age": "20"}}, "together"),
        ({"clicked": [1], "k": 0}, "list of 0"),
    ],
)
def test_what_cannot_be_is_said(shop: Shop, wish: dict[str, object], words: str) -> None:
    run, dataset, known = shop
    with pytest.raises(InputError, match=words):
        new_shopper(run, dataset, known, segments=SEGMENTS, **wish)


def test_a_file_of_new_products_is_read(tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text('title,category,price,brand\n"Mug, red",Mug,2.5,Ada\nTrain,,,\n', encoding="utf-8")
    first, second = read_new_items(file)
    assert (first.title, first.category, first.price, dict(first.attributes)) == ("Mug, red", "Mug", 2.5, {"brand": "Ada"})
    assert (second.title, second.category, second.price, dict(second.attributes)) == ("Train", "", None, {})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no rows"),
        ("colour\nred\n", "neither a column title nor category"),
        ("title,price\nmug,cheap\n", "in row 2"),
        ("title,price\nmug,-1\n", "price of 'mug'"),
        ("title\nmug,2\n", "more cells"),
    ],
)
def test_a_wrong_file_says_where(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "new.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_new_items(file)
    with pytest.raises(InputError, match="no file"):
        read_new_items(tmp_path / "other.csv")
