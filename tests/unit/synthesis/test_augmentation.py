"""U3 and U4 on the scorecard, from experiments on planted shops."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from recsys_core.synthesis.augmenting.result import ALL, FULL, HELPS, HURTS, SCARCE, UNCLEAR, AugmentResult, Finding
from recsys_core.synthesis.augmenting.store import OF_SET, augments_in, write_augment
from recsys_core.synthesis.scorecard.augmentation import LINES, with_experiments
from recsys_core.synthesis.scorecard.card import Scorecard
from recsys_core.synthesis.scorecard.score import score
from tests.benchmarks.augmentation_verdict import run
from tests.unit.synthesis.planted import copied, shop, split

pytestmark = pytest.mark.unit


def result(regime: str, gain: float, half: float, verdict: str) -> AugmentResult:
    found = Finding(
        "ease", ALL, "all shoppers", 90, 0.2, 0.1, 0.2 * (1 + gain), 0.2 * gain, 0, 0, gain, gain - half, gain + half, 0.01, verdict
    )
    return AugmentResult(regime, 0.1, "ndcg@10", "sequential", 4.0, None, (0, 1), 10, 90, (found,), (), ())


@pytest.fixture(scope="module")
def card() -> Scorecard:
    real, holdout = split(shop(60))
    return score(real, copied(shop(60, seed=5)), holdout)


def test_without_an_experiment_the_card_is_as_it_was(card: Scorecard) -> None:
    assert card.line("U4_scarce").status == "unavailable"
    assert with_experiments(card, []) is card
    assert with_experiments(card, [replace(result(SCARCE, 0.1, 0.04, HELPS), metric="ndcg@100")]) is card


def test_the_card_takes_what_was_measured(card: Scorecard) -> None:
    found = with_experiments(card, [result(FULL, -0.1, 0.04, HURTS), result(SCARCE, 0.1, 0.04, HELPS)])
    scarce, full = found.line("U4_scarce"), found.line("U3_augmentation")
    assert (scarce.value, scarce.low, scarce.high) == pytest.approx((1.1, 1.06, 1.14))
    assert scarce.status == "pass"
    assert full.status == "fail"
    assert "less" in full.reading
    assert found.verdict("utility").status == "fail"
    assert found.fuse_blocked
    assert [line for line in found.lines if line.group != "utility"] == [line for line in card.lines if line.group != "utility"]


@pytest.mark.parametrize(
    ("regime", "gain", "half", "status"),
    [
        (FULL, 0.03, 0.02, "pass"),
        (FULL, -0.02, 0.01, "warn"),
        (FULL, -0.10, 0.02, "fail"),
        (SCARCE, 0.03, 0.02, "pass"),
        (SCARCE, 0.01, 0.02, "warn"),
        (SCARCE, -0.03, 0.02, "fail"),
    ],
)
def test_u3_and_u4_are_judged_as_the_guide_says(card: Scorecard, regime: str, gain: float, half: float, status: str) -> None:
    line = with_experiments(card, [result(regime, gain, half, UNCLEAR)]).line(LINES[regime])
    assert line.status == status
    assert (line.value, line.low) == pytest.approx((1 + gain, 1 + gain - half))


def test_experiments_on_planted_shops_reach_the_card(card: Scorecard) -> None:
    found = {case: run(case, 1, seeds=(0, 1)) for case in ("helps", "hurts", "noise")}
    scarce = {case: with_experiments(card, [made]).line("U4_scarce").status for case, made in found.items()}
    assert scarce == {"helps": "pass", "hurts": "fail", "noise": "warn"}
    full = {case: with_experiments(card, [replace(made, regime=FULL)]).line("U3_augmentation").status for case, made in found.items()}
    assert (full["helps"], full["hurts"]) == ("pass", "fail")


def test_the_newest_experiment_of_a_set_counts(card: Scorecard, tmp_path: Path) -> None:
    for name, gain in (("1", 0.3), ("2", 0.1)):  # made within one second the later name counts
        write_augment(tmp_path / f"{OF_SET}{name}", result(SCARCE, gain, 0.04, HELPS), {"set": "s"})
    newest = augments_in(tmp_path)
    assert len(newest) == 2
    assert with_experiments(card, newest).line("U4_scarce").value == pytest.approx(1.1)
