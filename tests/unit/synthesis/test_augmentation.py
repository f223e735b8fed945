"""U3 and U4 on the scorecard, from experiments on planted shops."""

from __future__ import annotations

import pytest

from recsys_core.errors import InputError
from recsys_core.synthesis.augmenting.result import ALL, HELPS, HURTS, SCARCE, UNCLEAR, AugmentResult, Finding
from recsys_core.synthesis.scorecard.augmentation import gain_of
from recsys_core.synthesis.scorecard.score import score
from tests.unit.synthesis.planted import copied, shop, split

pytestmark = pytest.mark.unit


def result(gain: float, half: float, verdict: str) -> AugmentResult:
    found = Finding(
        "ease", ALL, "all shoppers", 90, 0.2, 0.1, 0.2 * (1 + gain), 0.2 * gain, 0, 0, gain, gain - half, gain + half, 0.01, verdict
    )
    return AugmentResult(SCARCE, 0.1, "ndcg@10", "sequential", 4.0, None, (0, 1), 10, 90, (found,), (), ())


def test_a_gain_is_a_ratio_with_its_interval() -> None:
    found = gain_of(result(0.1, 0.04, HELPS), "ease")
    assert (found.ratio, found.low, found.high, found.is_clear) == pytest.approx((1.1, 1.06, 1.14, True))
    assert not gain_of(result(0.1, 0.2, UNCLEAR), "ease").is_clear
    with pytest.raises(InputError, match="did not try item-knn"):
        gain_of(result(0.1, 0.2, UNCLEAR), "item-knn")


def test_the_card_takes_what_was_measured() -> None:
    real, holdout = split(shop(60))
    helped, hurt = gain_of(result(0.1, 0.04, HELPS), "ease"), gain_of(result(-0.1, 0.04, HURTS), "ease")
    card = score(real, copied(shop(60, seed=5)), holdout, augmented=hurt, scarce=helped)
    assert (card.line("U4_scarce").status, card.line("U4_scarce").value) == ("pass", helped.ratio)
    assert card.line("U4_scarce").low == helped.low
    assert card.line("U3_augmentation").status != "pass"
    assert "less" in card.line("U3_augmentation").reading
