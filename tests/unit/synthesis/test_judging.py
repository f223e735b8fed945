"""From figures to lines and verdicts, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recsys_core.synthesis.scorecard.card import Line
from recsys_core.synthesis.scorecard.judging import judged_groups, judged_lines, limits
from recsys_core.synthesis.scorecard.lines import LINES, NEEDS

SPECS = {spec.id: spec for spec in LINES}


def line(id: str, value: float, ceiling: float | None = None, floor: float | None = None, reference: float | None = None) -> Line:
    figures = ({} if figure is None else {id: figure} for figure in (value, ceiling, floor, reference))
    return {each.id: each for each in judged_lines(*figures, set(NEEDS), {})}[id]


@pytest.mark.parametrize(
    ("id", "passing", "warning", "failing"),
    [
        ("F4_item_ks", 0.08, 0.15, 0.151),
        ("F9_item_cooccurrence", 0.8, 0.5, 0.49),
        ("U2_lift", 0.6, 0.25, 0.2),
        ("P3_users_too_close", 0.02, 0.05, 0.06),
    ],
)
def test_the_guides_limits(id: str, passing: float, warning: float, failing: float) -> None:
    assert [line(id, value).status for value in (passing, warning, failing)] == ["pass", "warn", "fail"]


def test_a_limit_is_never_stricter_than_real_shoppers_can_be() -> None:
    assert limits(SPECS["F5_user_ks"], 0.1, 0.0, None) == (pytest.approx(0.15), pytest.approx(0.15))
    assert limits(SPECS["F9_item_cooccurrence"], 0.9, 0.0, None) == (pytest.approx(0.7), 0.5)
    assert limits(SPECS["F9_item_cooccurrence"], 0.8, 0.0, None) == (pytest.approx(0.4), pytest.approx(0.4))
    assert limits(SPECS["F9_item_cooccurrence"], 0.95, 0.0, None) == (0.8, 0.5)


def test_privacy_is_never_looser_because_a_copy_is_a_copy() -> None:
    assert limits(SPECS["P3_users_too_close"], 0.99, 0.0, None) == (0.02, 0.05)
    assert limits(SPECS["P1_membership_auc"], 0.84, 0.536, None) == (pytest.approx(0.556), pytest.approx(0.586))
    assert limits(SPECS["P1_membership_auc"], 0.7, 0.5, None) == (0.53, 0.56)


def test_a_holdout_of_another_time_is_no_leak() -> None:
    """Rows of the past are nearer to the past: shuffled columns are so too."""
    assert line("P5_rows_nearer", 0.9, 0.9, 0.89).status == "pass"
    assert line("P5_rows_nearer", 0.9, 0.9, 0.5).status == "fail"


def test_repeated_pairs_are_judged_by_their_distance_from_the_real_share() -> None:
    assert line("F2_duplicate_pairs", 0.29, reference=0.285).status == "pass"
    assert line("F2_duplicate_pairs", 0.12, reference=0.285).status == "fail"


def test_what_real_shoppers_share_is_no_copy() -> None:
    assert line("P4_copied_baskets", 0.01, reference=0.02).status == "pass"
    assert line("P4_copied_baskets", 0.01, reference=0.0).status == "fail"


def test_a_reading_says_how_far_it_is_from_shuffled_to_real() -> None:
    assert line("F9_item_cooccurrence", 0.7, 0.9, 0.1).reading.endswith("75 % of the way from shuffled to real.")
    assert line("P3_users_too_close", 0.5, 1.0, 0.0).reading.endswith("50 % of the way to a copy.")
    assert "shuffling keeps it" in line("F3_mean_likeness", 0.99, 0.996, 0.996).reading


def test_what_is_missing_says_why() -> None:
    lines = {each.id: each for each in judged_lines({}, {}, {}, {}, {"holdout", "several kinds"}, {})}
    assert lines["U1_tstr"].status == "unavailable"
    assert "--holdout" in lines["U1_tstr"].reason
    assert lines["F7_conversion_diff"].reason == "The real log has one kind of event only."
    assert "too few rows" in lines["F9_item_cooccurrence"].reason


def test_a_verdict_is_that_of_the_worst_line_and_never_a_mean() -> None:
    good, bad, worse = line("F4_item_ks", 0.0), line("F6_gap_ks", 0.3), line("F5_user_ks", 0.9)
    fidelity, structure, utility, privacy = judged_groups([good, bad, worse, line("P3_users_too_close", 0.9, 1.0, 0.0)])
    assert (fidelity.status, fidelity.worst) == ("fail", "F5_user_ks")
    assert "activity, 0.9" in fidelity.words
    assert (structure.status, structure.worst) == ("unavailable", None)
    assert utility.status == "unavailable"
    assert "Export is blocked" in privacy.words
    (one, *_) = judged_groups([good, bad])
    assert one.status == "fail"
    (passed, *_) = judged_groups([good, replace(good, id="x", value=0.079)])
    assert (passed.status, passed.worst) == ("pass", "x")


def test_of_passing_lines_the_one_with_the_least_room_left_is_named() -> None:
    lines = [line("P4_copied_baskets", 0.0), line("P1_membership_auc", 0.51), line("P3_users_too_close", 0.015)]
    assert judged_groups(lines)[3].worst == "P3_users_too_close"
    assert judged_groups(lines[:2])[3].worst == "P1_membership_auc"


def test_every_need_is_known_and_every_id_is_used_once() -> None:
    assert {need for spec in LINES for need in spec.needs} <= set(NEEDS)
    assert len(SPECS) == len(LINES)
    assert {spec.in_guide for spec in LINES} == {
        *(f"F{k}" for k in range(1, 11)),
        "U1",
        "U2",
        "U3",
        "U4",
        "P1",
        "P2",
        "P3",
        "P4",
        "P5",
        "PRDC",
    }
