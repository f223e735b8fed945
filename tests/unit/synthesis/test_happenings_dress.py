"""Drawn shoppers become a log with the columns, the times and the habits of the real one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys_core.synthesis.contract import DrawnShoppers
from recsys_core.synthesis.happenings.dress import dress, learn_happenings
from recsys_core.synthesis.happenings.keeping import from_arrays, to_arrays
from recsys_core.synthesis.scorecard.distances import ks
from recsys_core.synthesis.scorecard.events import encode
from recsys_core.synthesis.scorecard.times import basket_sizes, gaps, shared_rhythms, time_figures
from tests.unit.synthesis.planted import shop

pytestmark = pytest.mark.unit


def as_drawn(log: pd.DataFrame, items: pd.Index, segment: int = -1) -> DrawnShoppers:
    """The real shoppers' own products, in their order: only what happens around them is drawn."""
    had = log.sort_values(["user_id", *(["timestamp"] if "timestamp" in log else [])], kind="stable").drop_duplicates(
        ["user_id", "item_id"]
    )
    n = had.groupby("user_id").size().to_numpy()
    chosen = items.get_indexer(pd.Index(had["item_id"])).astype(np.int32)
    return DrawnShoppers(np.append(0, np.cumsum(n)).astype(np.int64), chosen, np.full(len(n), segment, dtype=np.int32))


def dressed(log: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    items = pd.Index(sorted(log["item_id"].unique()))
    return dress(learn_happenings(log, items), as_drawn(log, items), seed=seed)


def test_the_columns_are_the_logs_and_a_seed_makes_the_same_log_again():
    log = shop(40)
    first, again, other = dressed(log, 1), dressed(log, 1), dressed(log, 2)
    assert list(first.columns) == list(log.columns)
    pd.testing.assert_frame_equal(first, again)
    assert not first["timestamp"].equals(other["timestamp"])
    assert not set(first["user_id"]) & set(log["user_id"])


def test_times_look_like_the_logs_and_are_nobodys():
    log = shop(300)
    logs = encode(log, dressed(log), None, None)
    figures = time_figures(logs.real, logs.synthetic)
    assert figures["F6_gap_ks"] < 0.06
    assert figures["F6_items_per_user_day_ks"] < 0.1
    assert figures["F6_hour_tvd"] < 0.08
    assert ks(basket_sizes(logs.real), basket_sizes(logs.synthetic)) < 0.1
    assert shared_rhythms(logs.real, logs.synthetic) <= 0.005
    assert shared_rhythms(logs.real, logs.real) > 0.9  # the alarm itself works


def test_rows_are_in_time_order_within_the_logs_days():
    log = shop(200)
    made = dressed(log)
    assert (made.groupby("user_id")["timestamp"].diff().dropna() >= pd.Timedelta(0)).all()
    assert made["timestamp"].min() >= log["timestamp"].min().floor("D")
    assert made["timestamp"].max() <= log["timestamp"].max().ceil("D")


def test_shoppers_stay_as_long_as_real_ones():
    log = shop(300)
    stay = lambda frame: frame.groupby("user_id")["timestamp"].agg(lambda times: (times.max() - times.min()).days)
    assert ks(stay(log), stay(dressed(log))) < 0.15


def test_a_products_category_is_joined_and_its_price_one_of_its_own():
    log = shop(200)
    made = dressed(log)
    of = log.drop_duplicates("item_id").set_index("item_id")["category"]
    assert (made["item_id"].map(of) == made["category"]).all()
    price = log.groupby("item_id")["price"].agg(["min", "max"])
    assert made["price"].between(made["item_id"].map(price["min"]) - 1e-6, made["item_id"].map(price["max"]) + 1e-6).all()
    assert ks(log["price"], made["price"]) < 0.05


def test_a_clock_of_minutes_stays_one_and_a_closed_day_stays_closed():
    log = shop(200)
    log["timestamp"] = log["timestamp"].dt.floor("min")
    log = log[log["timestamp"].dt.day_of_week != 5]
    made = dressed(log)
    assert (made["timestamp"].dt.second == 0).all()
    assert (made["timestamp"].dt.day_of_week == 5).mean() < 0.02


def test_one_order_is_one_shoppers_at_one_time():
    log = shop(100)
    log["order_id"] = log["user_id"] + log["timestamp"].astype(str)
    made = dressed(log)
    assert (made.groupby("order_id")[["user_id", "timestamp"]].nunique() == 1).all(axis=None)
    assert ks(log.groupby("order_id").size(), made.groupby("order_id").size()) < 0.1


def test_hours_follow_the_segment():
    early, late = shop(60, seed=0), shop(60, seed=1)
    early["timestamp"] = early["timestamp"].dt.floor("D") + pd.Timedelta(hours=8)
    late["timestamp"], late["user_id"] = late["timestamp"].dt.floor("D") + pd.Timedelta(hours=20), "v" + late["user_id"]
    log = pd.concat([early, late], ignore_index=True)
    items, users = pd.Index(sorted(log["item_id"].unique())), log["user_id"].unique()
    happenings = learn_happenings(log, items, pd.Series([int(user[0] == "v") for user in users], index=users))
    made = [dress(happenings, as_drawn(log, items, segment), seed=0)["timestamp"].dt.hour for segment in (0, 1)]
    assert (made[0] < 14).mean() > 0.6
    assert (made[1] >= 14).mean() > 0.6


def funnel(users: int = 200) -> pd.DataFrame:
    """Views; half of them go on to a cart, half of those, an hour later, to a purchase."""
    rng, rows = np.random.default_rng(0), []
    for user in range(users):
        time = pd.Timestamp("2026-03-02 09:00") + pd.Timedelta(minutes=int(rng.integers(60 * 24 * 90)))
        for item in rng.permutation(30)[:6]:
            depth = 1 + (rng.random() < 0.5) + (rng.random() < 0.3)
            for step, kind in enumerate(("view", "cart", "purchase")[:depth]):
                rows.append((f"u{user}", f"p{item}", time + pd.Timedelta(minutes=60 * (step == 2)), kind))
            time += pd.Timedelta(minutes=3)
    return pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp", "event"])


def test_views_come_before_carts_before_purchases():
    log = funnel()
    made = dressed(log)
    kinds = lambda frame: frame.groupby(["user_id", "item_id"])["event"].agg("+".join).value_counts(normalize=True)
    real, synthetic = kinds(log.sort_values(["user_id", "timestamp"], kind="stable")), kinds(made)
    assert set(synthetic.index) <= set(real.index)
    assert real.sub(synthetic, fill_value=0).abs().sum() / 2 < 0.06
    assert ks(gaps(encode(log, made, None, None).real), gaps(encode(log, made, None, None).synthetic)) < 0.15


def test_a_log_without_times_keeps_its_kinds_per_pair():
    log = pd.DataFrame(
        [
            (f"u{user}", f"g{game}", kind)
            for user in range(150)
            for game in range(user % 5 + 1)
            for kind in ("purchase", "play")[: 1 + (user + game) % 2]
        ],
        columns=["user_id", "item_id", "event"],
    )
    made = dressed(log)
    kinds = made.groupby(["user_id", "item_id"])["event"].agg(set)
    assert "timestamp" not in made
    assert all("purchase" in found for found in kinds)
    assert (kinds.map(len) == 2).mean() == pytest.approx(0.5, abs=0.1)


def test_numbers_are_written_as_the_log_writes_them():
    log = shop(60).assign(quantity=2, rating=3.5)
    made = dressed(log)
    assert (made[["quantity", "rating"]].dtypes == log[["quantity", "rating"]].dtypes).all()
    assert (made["price"].round(1) == made["price"]).all()


def test_a_shoppers_own_column_is_one_value_a_shopper_and_never_a_single_persons():
    log = shop(80)
    log["country"] = np.where(log["user_id"].isin(["u0", "u1"]), "Malta", np.where(log["user_id"].str.endswith("3"), "France", "UK"))
    log["mail"] = log["user_id"] + "@example.org"
    made = dressed(log)
    assert set(made["country"]) == {"France", "UK"}
    assert (made.groupby("user_id")["country"].nunique() == 1).all()
    assert made["mail"].isna().all()


def test_a_segment_whose_hours_were_not_learned_comes_when_everybody_does():
    log = shop(60)
    items = pd.Index(sorted(log["item_id"].unique()))
    happenings = learn_happenings(log, items)
    pd.testing.assert_frame_equal(*(dress(happenings, as_drawn(log, items, segment), seed=0) for segment in (-1, 4)))


@pytest.mark.parametrize("users", [1, 2, 5])
def test_a_log_of_very_few_shoppers_is_learned_too(users: int):
    log = shop(users)
    assert dressed(log)["item_id"].isin(log["item_id"]).all()
    assert len(dressed(log.head(1))) >= 1


def test_a_clock_with_a_time_zone_is_read():
    log = shop(20)
    made = dressed(log.assign(timestamp=log["timestamp"].dt.tz_localize("UTC")))
    pd.testing.assert_series_equal(made["timestamp"], dressed(log)["timestamp"])


def test_nobody_drawn_is_an_empty_log_with_the_columns():
    log = shop(40)
    items = pd.Index(sorted(log["item_id"].unique()))
    nobody = DrawnShoppers(np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))
    made = dress(learn_happenings(log, items), nobody, seed=0)
    assert len(made) == 0
    assert list(made.columns) == list(log.columns)


def test_a_log_of_unknown_products_is_refused():
    with pytest.raises(ValueError, match="no row"):
        learn_happenings(shop(5), pd.Index(["other"]))


@pytest.mark.parametrize("log", [shop(60), funnel(60), shop(60)[["user_id", "item_id"]], shop(60).assign(shelf=np.nan, country="UK")])
def test_what_was_learned_survives_as_arrays_without_objects(log: pd.DataFrame):
    items = pd.Index(sorted(log["item_id"].unique()))
    learned = learn_happenings(log, items)
    kept = to_arrays(learned)
    assert all(array.dtype != object for array in kept.values())
    pd.testing.assert_frame_equal(dress(from_arrays(kept), as_drawn(log, items), seed=3), dress(learned, as_drawn(log, items), seed=3))
