"""The verdict and the title never claim more than the paired test does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pages.ui import league
from recsys_core.evaluation.compare import Difference
from recsys_core.storage.records import RunRecord

NAMES = {"a": "A", "b": "B"}


def run(id: str, hit: float, protocol: str = "random") -> RunRecord:
    metrics = {"test": {"hit_rate@10": {"value": hit, "low": hit, "high": hit}}}
    return RunRecord(id, "d", "ease", protocol, 0, datetime(2026, 1, 1, tzinfo=UTC), "trained", metrics=metrics)


def difference(value: float, p_value: float) -> Difference:
    return Difference("a", "b", 100, value, value - 0.01, value + 0.01, p_value)


def test_a_runner_up_that_was_not_compared_is_never_called_clearly_worse():
    assert "no clear difference" in league.verdict([run("a", 0.0), run("b", 0.0)], NAMES, [])


def test_a_clear_lead_is_told_with_the_measured_difference():
    runs = [run("a", 0.2551), run("b", 0.2449)]
    assert "clearly more than B" in league.verdict(runs, NAMES, [difference(-0.0102, 0.001)])
    assert league.finding(runs, NAMES, [difference(-0.0102, 0.001)]) == "A leads by 1 of 100 shoppers"
    assert "leads" not in league.finding(runs, NAMES, [difference(-0.0102, 0.4)])


@pytest.mark.parametrize(
    ("protocol", "words"), [("random", "a held-out purchase"), ("users", "a held-out"), ("last", "a later purchase"), ("time", "a later")]
)
def test_only_splits_by_time_speak_of_later_purchases(protocol, words):
    assert words in league.verdict([run("a", 0.5, protocol)], NAMES, [])
