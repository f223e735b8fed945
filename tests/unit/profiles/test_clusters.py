"""Names of groups: the kinds that are there, named as a merchandiser would."""

from __future__ import annotations

import numpy as np
import pytest

from recsys_core.profiles.fusing import Part
from recsys_core.profiles.kinds_sklearn import kind_points
from recsys_core.profiles.labels import MIXED, label_groups, read_vocabulary
from recsys_core.profiles.number_sklearn import by_size, k_means
from tests.unit.profiles.shop import KINDS, LOOKS, titles


def test_kinds_of_product_are_named_by_what_they_are() -> None:
    names, kind = titles()
    assert set(label_groups(read_vocabulary(names), kind.astype(np.int32), len(KINDS))) >= {"Lunch bags", "Candles", "Photo frames", "Mugs"}


def test_what_is_bought_together_brings_words_together_that_no_title_has_together() -> None:
    names = [f"{look} {noun}" for look in LOOKS for noun in ("necklace", "bracelet", "spade", "trowel", "mug", "cup")] * 2
    side = np.tile([0, 0, 1, 1, 2, 2], 2 * len(LOOKS))
    together = Part("together", np.eye(3, dtype=np.float32)[side])
    vocabulary = read_vocabulary([*names, *(f"word{place % 40:02d}x" for place in range(120))])
    together = Part("together", np.vstack([together.points, np.zeros((120, 3), dtype=np.float32)]))
    points = kind_points(vocabulary, together, seed=0)
    assert points is not None
    necklace, bracelet, spade = points[0], points[1], points[2]
    assert necklace @ bracelet > necklace @ spade + 0.1


def test_groups_are_numbered_from_the_largest_down() -> None:
    codes = by_size(np.array([2, 2, 2, 0, -1, 1, 1], dtype=np.int32), 3)
    assert codes.tolist() == [0, 0, 0, 2, -1, 1, 1]


def test_k_means_says_the_same_with_the_same_seed() -> None:
    points = np.random.default_rng(0).normal(size=(300, 5))
    np.testing.assert_array_equal(k_means(points, 7, 3), k_means(points, 7, 3))


def test_labels_are_unique_even_for_groups_that_are_alike() -> None:
    names, _ = titles()
    codes = (np.arange(len(names)) % 4).astype(np.int32)
    labels = label_groups(read_vocabulary(names), codes, 4)
    assert len(set(labels)) == 4
    assert all(label[0].isupper() for label in labels)


def test_a_theme_is_named_by_itself_and_a_mixed_bag_says_so() -> None:
    themed = [f"Christmas {noun}" for noun in ("tree", "star", "angel", "candle", "wreath", "card", "sock", "bell")]
    mixed = [f"{noun} {place}" for place, noun in enumerate(("hammer", "teapot", "rug", "globe", "lamp", "stool", "brush", "fork"))]
    labels = label_groups(read_vocabulary(themed + mixed), np.repeat([0, 1], 8).astype(np.int32), 2)
    assert labels[0] == "Christmas"
    assert labels[1].count(",") == 1


@pytest.mark.parametrize(
    ("names", "label"),
    [
        (["红色陶瓷马克杯", "蓝色马克杯（大号）", "卡通马克杯", "复古马克杯"], "马克杯"),
        (["玫瑰香薰蜡烛", "薰衣草香薰蜡烛", "香薰蜡烛 礼盒", "茉莉香薰蜡烛"], "香薰蜡烛"),
    ],
)
def test_chinese_titles_give_chinese_names(names: list[str], label: str) -> None:
    others = ["儿童积木玩具", "木制拼图", "毛绒玩具熊", "遥控玩具车", "不锈钢锅", "铁锅铲", "砂锅", "平底锅"]
    vocabulary = read_vocabulary([*names, *others])
    codes = np.array([0] * 4 + [1] * 4 + [2] * 4, dtype=np.int32)
    found = label_groups(vocabulary, codes, 3)
    assert found[0] == label
    assert not found[0].startswith(MIXED)
