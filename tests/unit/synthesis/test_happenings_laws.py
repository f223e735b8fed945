"""The small laws that events are drawn from, one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys_core.synthesis.happenings.amounts import draw_amounts, learn_amounts
from recsys_core.synthesis.happenings.baskets import draw_moments, draw_visits, learn_baskets
from recsys_core.synthesis.happenings.kinds import draw_kinds, learn_kinds
from recsys_core.synthesis.happenings.quantile_law import LEAST, LEVELS, even_chances, learn_law
from recsys_core.synthesis.happenings.repeats import draw_counts, fill, learn_repeats, repeated
from recsys_core.synthesis.happenings.rows import read_rows, runs, within
from recsys_core.synthesis.happenings.times import alike

pytestmark = pytest.mark.unit
ITEMS = pd.Index([f"p{number}" for number in range(8)])


def rows_of(users: list[str], items: list[str], times: list[str] | None = None, **more: list[str]):
    frame = pd.DataFrame({"user_id": users, "item_id": items, **more})
    if times is not None:
        frame["timestamp"] = pd.to_datetime(times)
    return read_rows(frame, ITEMS)


def test_a_cell_with_few_values_takes_its_neighbours_law():
    size = np.repeat([1.0, 10.0, 100.0], [LEAST, LEAST, 3])
    law = learn_law(np.repeat([5.0, 7.0, 99.0], [LEAST, LEAST, 3]), size, edges=((2, 20),))
    drawn = law.draw(np.full(3, 0.4), [1, 10, 100])
    np.testing.assert_array_equal(drawn, [5, 7, 7])


def test_levels_that_are_means_keep_the_mean_of_a_heavy_tail():
    heavy = np.random.default_rng(0).pareto(1.5, 20_000)
    law = learn_law(heavy, means=True)
    assert law.levels.shape == (1, LEVELS)
    assert law.levels.mean() == pytest.approx(heavy.mean())


def test_even_chances_are_even_among_neighbours():
    by = np.repeat([1, 2, 3], 100)
    chances = even_chances(by, np.random.default_rng(0))
    for own in (1, 2, 3):
        assert np.ptp(np.histogram(chances[by == own], 10, (0, 1))[0]) <= 3


def test_rows_are_cut_into_visits_and_moments():
    rows = rows_of(
        ["b", "a", "a", "a", "a"],
        ["p1", "p0", "p2", "p3", "unknown"],
        ["2026-01-01 10:00", "2026-01-01 10:05", "2026-01-01 10:00", "2026-01-01 18:00", "2026-01-01 18:00"],
    )
    assert rows.place.tolist() == [0, 2, 1, 3]
    assert rows.visit.tolist() == [0, 1, 1, 2]
    assert rows.moment.tolist() == [0, 1, 2, 3]


def test_an_order_is_one_moment():
    rows = rows_of(["a"] * 3, ["p0", "p1", "p2"], ["2026-01-01 10:00"] * 3, order_id=["x", "y", "x"])
    assert rows.moment.tolist() == [0, 0, 1]


def test_runs_and_places_within():
    start, size = runs(np.array([4, 4, 2, 2, 2, 9]))
    assert start.tolist() == [0, 2, 5]
    assert size.tolist() == [2, 3, 1]
    assert within(size).tolist() == [0, 1, 0, 1, 2, 0]


def a_shop(seed: int = 0):
    """Shoppers who come every other day, take three products at one minute, then one product ten minutes later."""
    rng = np.random.default_rng(seed)
    frame = []
    for user in range(80):
        for visit in range(2):
            start = pd.Timestamp("2026-01-05 09:00") + pd.Timedelta(days=2 * visit + user % 20, minutes=int(rng.integers(60)))
            chosen = rng.permutation(8)[:4]
            frame += [(f"u{user}", f"p{item}", start + pd.Timedelta(minutes=10 * (place == 3))) for place, item in enumerate(chosen)]
    return read_rows(pd.DataFrame(frame, columns=["user_id", "item_id", "timestamp"]), ITEMS)


def test_visits_and_moments_have_the_sizes_of_the_log():
    baskets, rng = learn_baskets(a_shop()), np.random.default_rng(1)
    visits, sizes = draw_visits(baskets, np.full(500, 8), np.full(500, 6), rng)
    assert (visits == 2).all()
    assert np.add.reduceat(sizes, np.cumsum(visits) - visits).tolist() == [8] * 500
    assert (sizes == 4).mean() > 0.9
    _, moments = runs(np.cumsum(draw_moments(baskets, np.full(500, 4), rng)))
    assert (np.bincount(moments, minlength=5)[[1, 3]] > 0.85 * 500).all()


def test_every_shopper_has_all_its_products_and_exactly_its_events():
    rows = a_shop()
    repeats, rng = learn_repeats(rows), np.random.default_rng(2)
    different = np.array([3, 5, 1])
    n, items = np.array([6, 8, 1]), np.array([0, 1, 2, 7, 6, 5, 4, 3, 2])
    visit = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4])
    found = fill(repeats, items, n, different, visit, rng)
    for own, had in zip(np.split(found, np.cumsum(n)[:-1]), np.split(items, np.cumsum(different)[:-1]), strict=True):
        assert list(dict.fromkeys(own.tolist())) == had.tolist()


def test_the_share_of_repeats_is_the_logs():
    rows = a_shop()
    drawn = draw_counts(
        learn_repeats(rows), np.repeat(np.bincount(rows.user[~repeated(rows.user, rows.item, 8)]), 20), np.random.default_rng(3)
    )
    assert drawn.mean() == pytest.approx(8.0, rel=0.06)


def test_a_log_without_repeats_gets_none():
    rows = rows_of(["a", "a", "b", "b"], ["p0", "p1", "p0", "p2"])
    assert draw_counts(learn_repeats(rows), np.full(3000, 2), np.random.default_rng(0)).max() == 2


def test_kinds_come_in_the_order_and_the_mix_that_the_product_has():
    users = [f"u{number}" for number in range(60) for _ in range(4)]
    rows = rows_of(users, ["p0", "p0", "p0", "p1"] * 60)
    kinds = learn_kinds(rows, np.array([0, 1, 2, 0] * 60), 3)  # of p0 a view, a cart and a purchase, of p1 a view
    n, item, kind = draw_kinds(kinds, np.tile([0, 1], 400), np.full(400, 2), np.random.default_rng(0))
    user = np.repeat(np.arange(400), n)
    told = pd.DataFrame({"user": user, "item": item, "kind": kind}).groupby(["user", "item"]).kind.agg(tuple)
    courses = told.groupby("item").value_counts(normalize=True)
    assert set(told) <= {(0, 1, 2), (0,)}
    assert courses[0, (0, 1, 2)] > 0.85
    assert courses[1, (0,)] > 0.85


def test_prices_are_the_products_own_and_shoppers_keep_their_scale():
    rng = np.random.default_rng(4)
    item, user = rng.integers(0, 4, 8000), np.repeat(np.arange(200), 40)
    price = np.array([1.0, 2.0, 5.0, 9.0])[item] * rng.choice([1.0, 0.9], 8000, p=[0.8, 0.2])
    quantity = np.where(user % 2 == 0, 1.0, 12.0) + rng.integers(0, 3, 8000)
    amounts = learn_amounts(np.stack([price, quantity]), item, user, 4)
    drawn = draw_amounts(amounts, item, user, rng)
    assert set(np.round(drawn[0][item == 2], 4)) == {4.5, 5.0}
    assert (drawn[0][item == 2] < 5).mean() == pytest.approx(0.2, abs=0.04)
    by_user = drawn[1].reshape(200, 40).mean(axis=1)
    assert by_user.std() > 3  # alike within a shopper, far apart between them


def test_missing_cells_stay_as_frequent():
    column = np.where(np.arange(4000) % 4 == 0, np.nan, 3.0)
    drawn = draw_amounts(
        learn_amounts(column[None], np.zeros(4000, int), np.arange(4000), 1), np.zeros(4000, int), np.arange(4000), np.random.default_rng(0)
    )
    assert np.isnan(drawn).mean() == pytest.approx(0.25, abs=0.03)


def test_gaps_that_are_a_shoppers_own_are_told_from_gaps_by_chance():
    rng = np.random.default_rng(5)
    group = np.repeat(np.arange(500), 6)
    assert alike(rng.normal(size=3000), group) < 0.1
    assert alike(rng.normal(size=500)[group] + 0.5 * rng.normal(size=3000), group) > 0.6
