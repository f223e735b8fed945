"""Gaps of a whole assortment, and new products drawn for a taste: what they say of a shop of known make."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from recsys_core.errors import CorruptArtifactError, InputError, NotFoundError, TooSmallError
from recsys_core.storage.json_text import to_text
from recsys_core.synthesis.items.assortment import Assortment, finer_column
from recsys_core.synthesis.items.drawing import new_items
from recsys_core.synthesis.items.gaps import find_gaps
from recsys_core.synthesis.items.records import GapReport, NewItems
from recsys_core.synthesis.items.store import open_gaps, open_new_items, write_gaps, write_new_items
from recsys_core.synthesis.items.taste_gaps import taste_gaps

GROUPS, EACH, USERS, D = 6, 60, 200, 8
NAMES = ("teapot", "kettle", "saucer", "candle", "lantern", "vase")


def shop(seed: int = 0) -> tuple[Assortment, np.ndarray]:
    """Two categories of three groups; shoppers of segment s buy in category s. Vectors: one direction a group, and noise."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(GROUPS), EACH)
    n = len(group)
    price = np.round(np.exp(rng.normal(1.0 + 0.15 * group, 0.5)), 2)
    segment = np.arange(USERS) % 2
    chance = np.where((group // 3)[None] == segment[:, None], 0.3, 0.02)
    events = sparse.csr_matrix((rng.random((USERS, n)) < chance) * rng.integers(1, 4, (USERS, n)).astype(np.float64))
    vectors = np.eye(D)[group] + 0.25 * rng.standard_normal((n, D))
    made = Assortment(
        "shop", "£", (group // 3).astype(np.int64), ("kitchen", "living"), group.astype(np.int64), NAMES, "category", "subcategory", price,
        [f"p{k}" for k in range(n)], [f"{NAMES[g]} {'oak' if k % 2 else 'tin'}" for k, g in enumerate(group)],
        ["Ours" if k % 3 else "Theirs" for k in range(n)], events, segment.astype(np.int64), ("cooks", "readers"),
    )  # fmt: skip
    return made, (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def hidden(whole: Assortment, group: int, low: float, high: float) -> tuple[Assortment, float]:
    """(the shop without a group's products from low to high, the events that they had)."""
    gone = (whole.group == group) & (whole.price >= low) & (whole.price < high)
    kept = np.flatnonzero(~gone)
    some = {name: getattr(whole, name)[kept] for name in ("category", "group", "price")}
    lists = {name: [getattr(whole, name)[k] for k in kept] for name in ("ids", "titles", "brands")}
    return replace(whole, **some, **lists, events=whole.events[:, kept]), float(whole.sold[gone].sum())


def test_a_hidden_cell_is_the_first_gap_of_its_category() -> None:
    less, sold = hidden(shop()[0], 4, 4.0, 6.5)
    report = find_gaps(less)
    first = report.of("living")[0]
    assert (first.category, first.group, first.rank, first.real_items) == ("living", "lantern", 1, 0)
    assert first.price_from is not None
    assert first.price_to is not None
    assert 3.5 < first.price_from <= 4.05
    assert 6.4 < first.price_to < 7.5
    assert first.demand.low < sold < first.demand.high
    assert 0 < first.shoppers.low < first.shoppers.value < first.shoppers.high <= USERS
    assert "lantern" in first.words
    assert first.tastes[0].segment == "readers"
    assert {near.title.split()[0] for near in first.nearest} == {"lantern"}
    assert "none between" in first.why
    assert report.of()[0].overall == 1


def test_ranks_count_up_within_a_category_and_overall() -> None:
    report = find_gaps(shop()[0])
    assert [gap.overall for gap in report.gaps] == list(range(1, len(report.gaps) + 1))
    for category in report.categories:
        assert [gap.rank for gap in report.of(category, 99)] == list(range(1, len(report.of(category, 99)) + 1))
    assert find_gaps(shop()[0]) == report


def test_a_shop_without_prices_is_refused() -> None:
    with pytest.raises(TooSmallError, match="has a price and a category"):
        find_gaps(replace(shop()[0], price=np.full(GROUPS * EACH, np.nan)))


def test_without_prices_gaps_are_places_that_tastes_lead_to() -> None:
    whole, vectors = shop()
    report = taste_gaps(replace(whole, price=np.full(GROUPS * EACH, np.nan)), vectors)
    assert report.gaps
    assert {gap.category for gap in report.gaps} <= {"kitchen", "living"}
    for gap in report.gaps:
        assert (gap.price_from, gap.price_to, gap.real_items) == (None, None, 0)
        assert gap.shoppers.low <= gap.shoppers.value <= gap.shoppers.high
    assert [gap.overall for gap in report.gaps] == list(range(1, len(report.gaps) + 1))
    assert taste_gaps(whole, vectors) == taste_gaps(whole, vectors)
    with pytest.raises(TooSmallError, match="described and bought"):
        taste_gaps(whole, np.zeros_like(vectors))


def test_new_products_are_of_the_category_asked_for() -> None:
    made, vectors = new_items(*shop(), 8, category="Living", seed=3)
    assert len(made.items) == 8
    assert vectors.shape == (8, D)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(8), abs=1e-5)
    assert {item.category for item in made.items} == {"living"}
    assert {item.group for item in made.items} <= set(NAMES[3:])
    assert all(item.words[0] == item.group or item.group in item.words for item in made.items)
    assert all(item.shoppers.low <= item.shoppers.value <= item.shoppers.high for item in made.items)
    assert [item.shoppers.value for item in made.items] == sorted((item.shoppers.value for item in made.items), reverse=True)
    assert all(item.price is not None and item.price > 0 for item in made.items)


def test_a_segment_gets_what_it_buys() -> None:
    made, _ = new_items(*shop(), 10, segment="cooks")
    assert sum(item.category == "kitchen" for item in made.items) >= 8
    assert made.items[0].tastes[0].segment == "cooks"


def test_a_seed_reproduces_new_products() -> None:
    first, second = new_items(*shop(), 5, category="kitchen", seed=1), new_items(*shop(), 5, category="kitchen", seed=1)
    assert first[0] == second[0]
    assert (first[1] == second[1]).all()
    assert new_items(*shop(), 5, category="kitchen", seed=2)[0] != first[0]


def test_four_in_five_real_products_lie_in_their_interval() -> None:
    """Products left out, predicted as new ones are."""
    from recsys_core.synthesis.items.drawing import learn

    whole, vectors = shop(5)
    model = learn(whole, vectors)
    low, high, _ = model.checked
    other, other_vectors = shop(6)
    places, likeness = model.nearest(other_vectors)
    error = np.log1p(learn(other, other_vectors).buyers) - np.log1p(model.audience(places, likeness))
    assert 0.65 < float(((error >= low) & (error <= high)).mean()) < 0.95


@pytest.mark.parametrize(
    ("wish", "kind", "words"),
    [
        ({"count": 0, "category": "living"}, InputError, "0 new products"),
        ({"count": 5}, InputError, "for a category or for a segment"),
        ({"count": 5, "category": "a", "segment": "b"}, InputError, "for a category or for a segment"),
        ({"count": 5, "category": "garden"}, NotFoundError, "no category 'garden'"),
        ({"count": 5, "segment": "gardeners"}, NotFoundError, "no segment 'gardeners'"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(wish: dict[str, object], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        new_items(*shop(), **wish)  # type: ignore[arg-type]


def test_products_that_nothing_is_known_of_are_refused() -> None:
    whole, vectors = shop()
    with pytest.raises(TooSmallError, match="Only 0 products"):
        new_items(whole, np.zeros_like(vectors), 5, category="living")


def test_gaps_and_new_products_are_kept_whole(tmp_path: Path) -> None:
    report = find_gaps(hidden(shop()[0], 4, 4.0, 6.5)[0])
    write_gaps(tmp_path / "gaps", report, {"dataset": "x"})
    assert open_gaps(tmp_path / "gaps") == GapReport.from_json(json.loads(to_text(report.to_json())))
    made, vectors = new_items(*shop(), 5, category="kitchen")
    write_new_items(tmp_path / "new", made, vectors, {"dataset": "x"})
    again, kept = open_new_items(tmp_path / "new")
    assert again == NewItems.from_json(json.loads(to_text(made.to_json())))
    assert (np.asarray(kept) == vectors).all()
    with pytest.raises(NotFoundError):
        open_gaps(tmp_path / "none")
    (tmp_path / "gaps" / "found.json").write_text("[]")
    with pytest.raises(CorruptArtifactError):
        open_gaps(tmp_path / "gaps")


def test_the_finer_column_lies_within_the_categories() -> None:
    items = pd.DataFrame({"category": list("aaaaaaaabbbbbbbb"), "title": "x", "brand": list("mn") * 8})
    items["kind"] = [f"{row.category}{place // 4}" for place, row in enumerate(items.itertuples())]
    items["colour"] = list("rgby") * 4  # crosses the categories
    items["price"] = 1.0
    assert finer_column(items) == "kind"
    assert finer_column(items.drop(columns="kind")) is None
