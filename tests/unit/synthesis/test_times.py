"""F6 and copied rhythms by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from recsys_core.synthesis.scorecard.times import (
    basket_sizes,
    gaps,
    hours,
    natural_rhythms,
    per_day,
    shared_rhythms,
    time_figures,
    weekdays,
)
from tests.unit.synthesis.planted import START, log, pair


def at(*minutes: float | None, user: str = "a") -> list[tuple[object, ...]]:
    return [(user, f"p{k}", None if m is None else START + pd.Timedelta(minutes=m)) for k, m in enumerate(minutes)]


def test_gaps_are_between_a_shoppers_own_events_in_the_order_of_time() -> None:
    real = log([*at(120, 0, 60), *at(5, 35, user="b")], "timestamp")
    assert sorted(gaps(pair(real, real)[0])) == [0.5, 1.0, 1.0]


def test_events_a_day_and_a_basket() -> None:
    day = 24 * 60
    real = log([*at(0, 0.5, 10, day), *at(0, user="b")], "timestamp")
    events = pair(real, real)[0]
    assert sorted(per_day(events)) == [1, 1, 3]
    assert sorted(basket_sizes(events)) == [1, 1, 1, 2]  # the first two are of one minute


def test_an_order_number_makes_the_basket() -> None:
    real = log([(user, f"p{k}", START, order) for k, (user, order) in enumerate([("a", "1"), ("a", "2"), ("a", "2"), ("b", "2")])],
               "timestamp", "order_id")  # fmt: skip
    assert sorted(basket_sizes(pair(real, real)[0])) == [1, 1, 2]
    without = real.drop(columns="order_id")
    assert sorted(basket_sizes(pair(real, without)[0])) == [1, 3]  # only where both logs have it


def test_hours_and_weekdays_of_rows_that_have_a_time() -> None:
    events = pair(*2 * [log(at(0, 60 * 25, None), "timestamp")])[0]
    assert sorted(hours(events)) == [0, 1]
    assert sorted(weekdays(events)) == [0, 1]  # the log starts on a Monday


def test_the_same_times_are_at_distance_0_and_others_are_not() -> None:
    real = log([*at(0, 600, 1300), *at(0, 600, 1300, user="b")], "timestamp")
    made = log([*at(0, 0, 0), *at(10, 10, 10, user="b")], "timestamp")
    assert set(time_figures(*pair(real, real)).values()) == {0.0}
    found = time_figures(*pair(real, made))
    assert found["F6_gap_ks"] == 1.0
    assert found["F6_hour_tvd"] == pytest.approx(2 / 3)


def test_a_rhythm_is_copied_when_three_gaps_in_a_row_are_one_real_shoppers() -> None:
    real = log([*at(0, 10, 31, 73, 80), *at(0, 7, 20, user="b")], "timestamp")
    shifted = [*at(1000, 1010, 1031, 1073, user="copy"), *at(0, 10, 31, 74, user="near"), *at(10, 31, 73, user="short")]
    assert shared_rhythms(*pair(real, log(shifted, "timestamp"))) == pytest.approx(1 / 3)


def test_short_gaps_are_nobodys_rhythm() -> None:
    real = log(at(0, 0.5, 1, 1.5, 2), "timestamp")
    assert shared_rhythms(*pair(real, real)) == 0.0


def test_rhythms_that_real_shoppers_share_by_nature() -> None:
    """On a clock of whole days every second shopper comes as the next one does."""
    days = {"a": (0, 1, 3, 4), "b": (10, 11, 13, 14), "c": (0, 5, 7, 8), "d": (0, 1, 2, 9)}
    rows = [(user, f"p{day}", START + pd.Timedelta(days=day)) for user, every in days.items() for day in every]
    real, made = pair(log(rows, "timestamp"), log([("s", item, time) for user, item, time in rows if user == "c"], "timestamp"))
    assert natural_rhythms(real) == 0.5
    assert natural_rhythms(made) == 0.0
