"""Schedules by hand, rates that follow the balance, and gradients that explode."""

import math

import numpy as np
import pytest

from recsys_core.training.players import DRAW, Balance, Diverged, GradientGuard, Schedule, averaging

pytestmark = pytest.mark.unit


def test_a_rate_warms_up_and_then_stays():
    schedule = Schedule("constant", warm_up=4, total=100)
    assert [schedule.factor(u) for u in (0, 1, 3, 4, 99)] == [0.25, 0.5, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(("kind", "half"), [("cosine", 0.5), ("linear", 0.5)])
def test_a_rate_falls_to_nothing_at_the_end(kind, half):
    schedule = Schedule(kind, warm_up=20, total=120)
    assert schedule.factor(20) == 1.0
    assert schedule.factor(70) == pytest.approx(half)
    assert schedule.factor(120) == pytest.approx(0.0, abs=1e-12)
    assert schedule.factor(500) == pytest.approx(0.0, abs=1e-12)  # a refit has more batches than the choice had


def test_cosine_starts_slower_than_a_line():
    cosine, linear = (Schedule(kind, 0, 100).factor(25) for kind in ("cosine", "linear"))
    assert cosine == pytest.approx((1 + math.cos(math.pi / 4)) / 2)
    assert cosine > linear


def test_level_players_keep_their_rates():
    balance = Balance(bound=4.0)
    for _ in range(50):
        balance.heard(DRAW)
    assert balance.factors() == pytest.approx((1.0, 1.0))


def test_a_winning_critic_slows_down_and_the_generator_speeds_up_within_the_bound():
    balance = Balance(bound=4.0)
    balance.heard(0.5 * DRAW)
    critic, generator = balance.factors()
    assert 0.25 < critic < 1 < generator < 4
    for _ in range(200):
        balance.heard(0.0)
    assert balance.factors() == pytest.approx((0.25, 4.0))


def test_a_losing_critic_speeds_up():
    balance = Balance(bound=2.0)
    for _ in range(200):
        balance.heard(3 * DRAW)
    assert balance.factors() == pytest.approx((2.0, 0.5))


def test_a_bound_of_one_leaves_the_rates_alone():
    balance = Balance(bound=1.0)
    balance.heard(0.0)
    assert balance.factors() == (1.0, 1.0)


def test_a_balance_goes_on_where_it_was():
    first, second = Balance(3.0), Balance(3.0)
    first.heard(0.7)
    second.load_state(first.state())
    assert second.factors() == first.factors()


@pytest.mark.parametrize("norm", [float("nan"), float("inf"), 1e7])
def test_a_gradient_that_explodes_is_told(norm):
    guard = GradientGuard(2)
    for usual in (1.0, 3.0, 2.0):
        guard.check(0, usual)
    with pytest.raises(Diverged):
        guard.check(0, norm)


def test_a_gradient_may_grow_from_next_to_nothing():
    guard = GradientGuard(1)
    guard.check(0, 1e-9)
    guard.check(0, 5.0)
    assert np.isfinite(guard.usual).all()


def test_an_average_soon_forgets_its_first_weights():
    assert averaging(0.999, 0) == 0.1
    assert averaging(0.999, 100_000) == 0.999
    assert averaging(0.0, 100) == 0.0
