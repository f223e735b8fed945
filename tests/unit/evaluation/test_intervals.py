"""Intervals and paired comparisons: coverage of the truth, agreement with scipy, Holm's steps."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from recsys_core.evaluation.compare import compare
from recsys_core.evaluation.intervals import bootstrap_intervals, bootstrap_means

pytestmark = pytest.mark.unit


def test_the_interval_is_that_of_the_normal_theory_for_many_users():
    values = np.random.default_rng(1).normal(2, 1, 4000)
    interval = bootstrap_intervals(values)[0]
    assert interval.value == pytest.approx(values.mean())
    half = 1.96 * values.std() / np.sqrt(4000)
    assert_allclose([interval.low, interval.high], [values.mean() - half, values.mean() + half], atol=half * 0.15)


def test_the_same_seed_gives_the_same_interval():
    values = np.random.default_rng(2).random(50)
    assert bootstrap_intervals(values, seed=3) == bootstrap_intervals(values, seed=3)


def test_no_users_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match="at least one user"):
        bootstrap_intervals(np.empty((0, 2)))


def test_runs_are_compared_on_shared_users_only():
    first = (np.array([0, 1, 2, 3]), np.array([0.0, 0.0, 0.0, 9.0]))
    second = (np.array([0, 1, 2, 7]), np.array([0.4, 0.5, 0.6, -9.0]))
    (difference,) = compare({"a": first, "b": second})
    assert difference.users == 3
    assert difference.value == pytest.approx(0.5)
    assert difference.p_value == pytest.approx(stats.ttest_rel([0.4, 0.5, 0.6], [0, 0, 0]).pvalue)
    assert difference.is_clear


def test_identical_runs_show_no_difference():
    run = (np.arange(5), np.ones(5))
    (difference,) = compare({"a": run, "b": run})
    assert difference.value == 0
    assert not difference.is_clear


def test_p_values_are_adjusted_by_holm():
    rng = np.random.default_rng(0)
    users = np.arange(200)
    base = rng.random(200)
    runs = {"a": (users, base), "b": (users, base + rng.normal(0.05, 0.3, 200)), "c": (users, base + rng.normal(0.01, 0.3, 200))}
    adjusted = sorted(d.p_value for d in compare(runs))
    raw = sorted(stats.ttest_rel(runs[y][1], runs[x][1]).pvalue for x, y in (("a", "b"), ("a", "c"), ("b", "c")))
    expected = np.maximum.accumulate(np.minimum(1, np.array(raw) * [3, 2, 1]))
    assert_allclose(adjusted, expected)


def test_one_run_can_be_compared_with_the_others_alone(rng: np.random.Generator) -> None:
    users = np.arange(50)
    runs = {name: (users, rng.normal(size=50)) for name in "abc"}
    assert [(d.first, d.second) for d in compare(runs, against="b")] == [("a", "b"), ("b", "c")]
    alone = compare({name: runs[name] for name in "ab"})[0]
    assert compare(runs, against="b")[0].value == alone.value


@pytest.mark.parametrize(("users", "clear"), [(2, False), (5, False), (6, True)])
def test_a_handful_of_equal_differences_is_judged_by_the_sign_test(users, clear):
    (difference,) = compare({"a": (np.arange(users), np.ones(users)), "b": (np.arange(users), np.zeros(users))})
    assert difference.p_value == pytest.approx(2.0 ** (1 - users))
    assert difference.is_clear is clear


def test_shoppers_without_a_value_count_in_no_mean():
    table = np.array([[1.0, np.nan], [3.0, 5.0], [2.0, 7.0], [4.0, np.nan]])
    whole, half = bootstrap_intervals(table)
    assert whole == bootstrap_intervals(table[:, 0])[0]
    assert half.value == 6
    assert 5 <= half.low <= half.high <= 7
    assert np.isnan(bootstrap_intervals(np.full(3, np.nan))[0].low)


def test_many_users_are_drawn_in_groups_with_the_same_spread():
    values = np.random.default_rng(3).normal(0, 1, 40_001)
    interval = bootstrap_intervals(values)[0]
    half = 1.96 / np.sqrt(40_001)
    assert interval.value == pytest.approx(values.mean())
    assert_allclose([interval.low, interval.high], [values.mean() - half, values.mean() + half], atol=half * 0.15)


def test_the_interval_of_a_difference_is_that_of_the_differences():
    rng = np.random.default_rng(4)
    users, first, second = np.arange(300), rng.random(300), rng.random(300)
    (shared,) = compare({"a": (users, first), "b": (users, second)})
    alone = bootstrap_intervals(second - first)[0]
    assert_allclose([shared.value, shared.low, shared.high], [alone.value, alone.low, alone.high], atol=1e-12)


def test_a_pair_is_compared_where_both_have_a_value():
    users = np.arange(4)
    (found,) = compare({"a": (users, np.array([0, 0, 0, np.nan])), "b": (users, np.array([1, 2, np.nan, 9]))})
    assert (found.users, found.value) == (2, 1.5)


@pytest.mark.parametrize("users", [1, 7, 400, 5003])
def test_a_drawing_that_is_kept_is_the_drawing_it_was(users: int) -> None:
    table = np.random.default_rng(users).normal(size=(users, 3))
    table[::3, 1] = np.nan
    rng = np.random.default_rng(4)
    known = ~np.isnan(table)
    group = rng.permutation(users) % 5000 if users > 5000 else np.arange(users)
    n = min(users, 5000)
    sums, counts = np.zeros((n, 3)), np.zeros((n, 3))
    np.add.at(sums, group, np.where(known, table, 0))
    np.add.at(counts, group, known)
    weights = rng.multinomial(n, np.full(n, 1 / n), size=200)
    with np.errstate(invalid="ignore"):
        expected = (weights @ sums) / (weights @ counts)
    for _ in range(2):
        assert_allclose(bootstrap_means(table, seed=4, resamples=200), expected, rtol=1e-12)
