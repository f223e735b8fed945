"""F10: a classifier tells shuffled columns, and cannot tell other shoppers of the same make."""

from __future__ import annotations

import pytest

from recsys_core.synthesis.scorecard.indistinguishable_sklearn import c2st
from tests.unit.synthesis.planted import column_wise_shuffle, copied, log, pair, shop


def test_it_tells_shuffled_columns_and_cannot_tell_real_shoppers() -> None:
    real = shop(240)
    assert c2st(*pair(real, column_wise_shuffle(real)), seed=0) > 0.9
    assert c2st(*pair(real, copied(shop(240, seed=77))), seed=0) == pytest.approx(0.5, abs=0.08)


def test_a_copy_cannot_be_told() -> None:
    real = shop(240)
    assert c2st(*pair(real, copied(real)), seed=0) == pytest.approx(0.5, abs=0.05)


def test_the_same_seed_gives_the_same_figure() -> None:
    logs = pair(shop(80), copied(shop(80, seed=5)))
    assert c2st(*logs, seed=3) == c2st(*logs, seed=3)


def test_shoppers_who_are_all_alike_can_be_told_too() -> None:
    real = shop(80)
    alike = log([(f"s{user}", item) for user in range(80) for item in real["item_id"].unique()[:12]])
    assert c2st(*pair(real[["user_id", "item_id"]], alike), seed=0) > 0.9
