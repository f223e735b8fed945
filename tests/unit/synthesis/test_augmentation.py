"""U3 and U4 on planted logs, where more data of the same make helps, noise hurts, and nothing does nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from recsys_core.errors import TooSmallError
from recsys_core.synthesis.scorecard.augmentation import augmentation, scarce_regime
from recsys_core.synthesis.scorecard.score import score
from tests.unit.synthesis.planted import column_wise_shuffle, copied, shop, split

SEEDS = (0, 1, 2)


def more_of_the_same(real: pd.DataFrame, seed: int) -> pd.DataFrame:
    return copied(shop(400, seed=1000 + seed))


def noise(real: pd.DataFrame, seed: int) -> pd.DataFrame:
    return pd.concat(
        [column_wise_shuffle(real, seed=100 * seed + part).assign(user_id=lambda d, p=part: f"{p} " + d["user_id"]) for part in range(8)]
    )


def test_where_data_is_scarce_more_of_the_same_helps_and_noise_hurts() -> None:
    real, holdout = split(shop(300))
    helped = scarce_regime(real, holdout, more_of_the_same, seeds=SEEDS)
    hurt = scarce_regime(real, holdout, noise, seeds=SEEDS)
    assert 1 < helped.low < helped.ratio < helped.high
    assert hurt.high < 1
    assert helped.is_clear
    assert len(helped.by_seed) == 3
    assert helped.ratio == pytest.approx(helped.with_synthetic / helped.without)


def test_rows_without_weight_change_nothing() -> None:
    real, holdout = split(shop(120))
    found = augmentation(real, holdout, more_of_the_same, seeds=SEEDS, weight=0.0)
    assert (found.ratio, found.low, found.high, found.is_clear) == (1, 1, 1, False)


def test_noise_beside_the_whole_real_log_hurts() -> None:
    real, holdout = split(shop(120))
    found = augmentation(real, holdout, noise, seeds=SEEDS)
    assert found.high < 1
    assert found.users <= 120


def test_the_generator_sees_the_scarce_shoppers_alone_and_they_are_not_tested() -> None:
    real, holdout = split(shop(200))
    seen: list[set[str]] = []

    def watched(few: pd.DataFrame, seed: int) -> pd.DataFrame:
        seen.append(set(few["user_id"]))
        assert list(few.columns) == list(real.columns)
        return copied(few)

    found = scarce_regime(real, holdout, watched, seeds=(0,))
    assert len(seen[0]) == 20
    assert found.users <= 180


def test_the_same_seeds_give_the_same_figures() -> None:
    real, holdout = split(shop(120))
    assert augmentation(real, holdout, noise, seeds=(4,)) == augmentation(real, holdout, noise, seeds=(4,))


def test_too_few_shoppers_are_refused() -> None:
    real, holdout = split(shop(40))
    with pytest.raises(TooSmallError, match="10% of 40 shoppers"):
        scarce_regime(real, holdout, noise)
    with pytest.raises(TooSmallError, match="no product that is new"):
        augmentation(real, real, noise)


def test_the_card_takes_what_was_measured() -> None:
    real, holdout = split(shop(300))
    helped, hurt = scarce_regime(real, holdout, more_of_the_same, seeds=SEEDS), augmentation(real, holdout, noise, seeds=SEEDS)
    card = score(real, copied(shop(300, seed=5)), holdout, augmented=hurt, scarce=helped)
    assert (card.line("U4_scarce").status, card.line("U4_scarce").value) == ("pass", helped.ratio)
    assert card.line("U4_scarce").low == helped.low
    assert card.line("U3_augmentation").status != "pass"
    assert "less" in card.line("U3_augmentation").reading
