"""Matching groups before and after, by hand and against sklearn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from recsys_core.synthesis.fusion.measuring import _compared, _matched, _Side, adjusted_rand

pytestmark = pytest.mark.unit


def test_adjusted_rand_is_sklearns() -> None:
    rng = np.random.default_rng(0)
    for groups in (2, 5):
        first, second = rng.integers(groups, size=80), rng.integers(groups + 1, size=80)
        assert adjusted_rand(first, second) == pytest.approx(adjusted_rand_score(first, second))
        assert adjusted_rand(first, (first + 1) % groups) == pytest.approx(1)
    assert adjusted_rand(np.array([0, 0, 1, -1]), np.array([1, 1, 0, 1])) == 1


def side(codes: list[int], labels: list[str], centres: list[list[float]]) -> _Side:
    counts = np.bincount(np.array(codes), minlength=len(labels)) / len(codes)
    return _Side(labels, np.array(codes), counts, np.array(centres), [(label,) for label in labels])


def test_groups_are_matched_by_their_members_and_new_ones_come_last() -> None:
    old = side([0, 0, 0, 1, 1], ["a", "b"], [[1, 0], [0, 1]])
    new = side([1, 1, 2, 0, 0], ["x", "y", "z"], [[0, 1], [0.5, 0.5], [1, 0]])
    partner = _matched(old, new)
    assert partner == {0: 1, 1: 0}
    found = _compared("segment", old, new, partner)
    assert [(group.before, group.after) for group in found] == [("a", "y"), ("b", "x"), (None, "z")]
    assert [group.overlap for group in found] == pytest.approx([2 / 3, 1, 0])
    assert [group.moved for group in found] == pytest.approx([0.5, 0, 1])
    assert found[2].share_after == pytest.approx(0.2)
    assert found[0].terms_after == ("y",)
