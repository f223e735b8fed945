"""Histories: both logs by shopper and day, and pairs of similar length."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pages.ui.synthetic.histories import DAY_US, People, side_of

USER = np.array([0, 1, 0, 0, 2, 0])
ITEM = np.array([5, 1, 5, 7, -1, 6])
WHEN = np.array([2, 0, 2, 1, 0, 3]) * DAY_US


def test_a_shopper_is_read_day_by_day_in_the_order_of_time():
    history = side_of(USER, ITEM, WHEN, None, 3).history(0)
    assert [str(visit.day) for visit in history.visits] == ["1970-01-02", "1970-01-03", "1970-01-04"]
    assert [visit.items for visit in history.visits] == [((7, "", 1),), ((5, "", 2),), ((6, "", 1),)]
    assert (history.rows, history.items, history.span) == (4, (7, 5, 6), 2)


def test_kinds_are_named_where_there_are_several():
    kinds = pd.Series(["view", "view", "purchase", "view", "view", "view"])
    [day, *_] = [visit for visit in side_of(USER, ITEM, WHEN, kinds, 3).history(0).visits if len(visit.items) > 1]
    assert day.items == ((5, "view", 1), (5, "purchase", 1))
    assert side_of(USER, ITEM, WHEN, pd.Series(["view"] * 6), 3).kinds == ()


def test_without_times_the_rows_keep_their_order():
    history = side_of(USER, ITEM, None, None, 3).history(0)
    assert [visit.day for visit in history.visits] == [None]
    assert (history.items, history.span) == ((5, 7, 6), None)


def test_a_row_without_a_time_has_no_day():
    when = WHEN.copy()
    when[0] = np.iinfo(np.int64).min
    assert side_of(USER, ITEM, when, None, 3).history(0).visits[0].day is None


def test_products_that_nobody_knows_are_left_out():
    assert side_of(USER, ITEM, WHEN, None, 3).rows.tolist() == [4, 1, 0]


def test_a_pair_is_of_similar_length_and_the_same_for_the_same_turn():
    rng = np.random.default_rng(0)
    sizes = np.concatenate([np.full(30, 6), np.full(30, 30)])
    user = np.repeat(np.arange(60), sizes)
    side = side_of(user, rng.integers(0, 9, len(user)), rng.integers(0, 9, len(user)) * DAY_US, None, 60)
    people = People(side, side)
    pairs = [people.pair(3, turn) for turn in range(20)]
    assert pairs == [people.pair(3, turn) for turn in range(20)]
    assert len(set(pairs)) > 10
    assert all(side.rows[real] == side.rows[made] for real, made in pairs)


def test_shoppers_of_one_row_can_be_shown_where_there_are_no_others():
    side = side_of(np.array([0, 1]), np.array([2, 3]), None, None, 2)
    assert People(side, side).pair(0, 0) in {(a, b) for a in (0, 1) for b in (0, 1)}
