"""Ties with the best, and letters, from paired tests."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_core.evaluation.compare import Difference, compare_evaluations
from recsys_core.evaluation.protocol import Evaluation
from recsys_core.evaluation.ties import letters, ties_with_best

pytestmark = pytest.mark.unit


def paired(first, second, clear):
    return Difference(first, second, 100, 0.1, 0.0, 0.2, 0.01 if clear else 0.6)


def test_ties_are_the_runs_that_no_test_tells_from_the_best():
    found = [paired("b", "a", False), paired("a", "c", True), paired("b", "c", False)]
    assert ties_with_best(["a", "b", "c", "untested"], found) == ["a", "b", "untested"]


def test_letters_by_hand():
    """a - b and b - c cannot be told apart, a - c can: b stands in both groups."""
    assert letters(["a", "b", "c"], [paired("a", "b", False), paired("a", "c", True), paired("b", "c", False)]) == {
        "a": "a",
        "b": "ab",
        "c": "b",
    }
    assert letters(["x"], []) == {"x": "a"}
    assert letters([], []) == {}


@given(st.integers(1, 7), st.integers(0, 10_000))
def test_two_runs_share_a_letter_where_and_only_where_they_are_tied(runs, seed):
    rng = np.random.default_rng(seed)
    names = [f"run{i}" for i in range(runs)]
    clear = {pair: bool(rng.random() < 0.5) for pair in itertools.combinations(names, 2)}
    shown = letters(names, [paired(*pair, is_clear) for pair, is_clear in clear.items()])
    assert shown[names[0]].startswith("a")
    for (first, second), is_clear in clear.items():
        assert bool(set(shown[first]) & set(shown[second])) is not is_clear


def test_several_metrics_at_once_leave_out_what_was_not_measured():
    users = np.arange(40, dtype=np.int32)
    rng = np.random.default_rng(0)
    values = rng.random((40, 2)).astype(np.float32)
    runs = {
        "a": Evaluation(users, ("ndcg@5", "ild@5"), values, {}),
        "b": Evaluation(users, ("ndcg@5", "ild@5"), values + np.float32([0.2, 0]), {}),
        "c": Evaluation(users, ("ndcg@5",), values[:, :1], {}),
    }
    found = compare_evaluations(runs, ["ndcg@5", "ild@5"])
    assert [(d.first, d.second, d.is_clear) for d in found["ndcg@5"]] == [("a", "b", True), ("a", "c", False), ("b", "c", True)]
    assert [(d.first, d.second, d.is_clear) for d in found["ild@5"]] == [("a", "b", False)]
