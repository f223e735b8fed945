"""Names of segments: made of measured differences and nothing else."""

from __future__ import annotations

import numpy as np

from recsys_core.profiles.segment_labels import Wording, describe_segments
from recsys_core.profiles.segments import Segment
from recsys_core.profiles.segments_sklearn import levels
from recsys_core.profiles.shoppers import ShopperProfile


def described(columns: dict[str, list[float]], codes: list[int], noun: str = "buyers") -> list[Segment]:
    values = np.column_stack([np.array(column, dtype=np.float32) for column in columns.values()])
    return describe_segments(ShopperProfile(list(columns), values), np.array(codes, dtype=np.int32), max(codes) + 1, Wording(noun, "£"))


def test_a_name_says_how_much_at_which_price_and_what() -> None:
    found = described(
        {
            "orders": [12, 12, 12, 2, 2, 2, 2],
            "spend": [900, 900, 900, 100, 100, 100, 100],
            "price": [3, 3, 3, 3, 3, 3, 3],
            "group: Christmas decorations": [0.6, 0.6, 0.6, 0.1, 0.1, 0.1, 0.1],
            "group: Candles": [0.4, 0.4, 0.4, 0.9, 0.9, 0.9, 0.9],
        },
        [0, 0, 0, 1, 1, 1, 1],
    )
    assert found[0].label == "Big buyers of Christmas decorations"
    texts = [feature.text for feature in found[0].features]
    assert "£900 spent (£100 is typical)" in texts
    assert "12 orders (2 is typical)" in texts
    assert "60% of their products: Christmas decorations (31% is typical)" in texts


def test_cheap_and_dear_and_one_order_are_said() -> None:
    found = described(
        {
            "orders": [1, 1, 1, 4, 4, 4, 4, 4, 4],
            "price": [1, 1, 1, 9, 9, 9, 3, 3, 3],
            "group: Toys": [1, 1, 1, 0, 0, 0, 0, 0, 0],
        },
        [0, 0, 0, 1, 1, 1, 2, 2, 2],
    )
    assert [segment.label for segment in found] == ["One-time bargain buyers of toys", "Premium buyers", "Typical buyers"]


def test_shoppers_who_do_not_differ_get_no_invented_words() -> None:
    found = described({"orders": [3, 3, 3, 3], "group: Toys": [0.5, 0.5, 0.5, 0.5]}, [0, 0, 1, 1])
    assert [segment.label for segment in found] == ["Typical buyers", "Typical buyers (2)"]
    assert found[0].features == ()


def test_a_mixed_bag_names_nobody_and_nothing_bought_makes_no_buyers() -> None:
    found = described({"products": [40, 40, 5, 5, 5], "group: Mixed: a, b & c": [1, 1, 0, 0, 0]}, [0, 0, 1, 1, 1], noun="fans")
    assert found[0].label == "Keen fans"


def test_levels_are_seen_and_a_bell_curve_has_none() -> None:
    rng = np.random.default_rng(0)
    codes = levels(np.log1p(np.concatenate([rng.poisson(3, 200) + 1, rng.poisson(80, 200)]).astype(float)), 0)
    assert codes is not None
    assert len(np.unique(codes)) == 2
    assert levels(rng.normal(size=500), 0) is None
    assert levels(np.log1p(rng.integers(25, 31, 500).astype(float)), 0) is None
