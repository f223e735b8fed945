"""The figures of the Data page, checked by hand."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from tests.unit.data.conftest import TakeIn


def log_of(days: list[str]) -> str:
    return "user_id,item_id,timestamp\n" + "".join(f"u{place % 3},i{place % 2},{day} 12:00\n" for place, day in enumerate(days))


def test_counts_and_shares_are_those_of_the_log(take_in: TakeIn) -> None:
    rows = ["u1,a,2,x1", "u1,a,2,x2", "u1,b,4,x1", "u2,a,2,x3", "u3,c,9,x4"]
    result, dataset = take_in("user_id,item_id,price,invoice\n" + "\n".join(rows))
    summary = dataset.summary
    assert (summary["rows_read"], summary["rows"], summary["users"], summary["items"], summary["pairs"]) == (5, 5, 3, 3, 4)
    assert summary["density"] == pytest.approx(4 / 9)
    assert summary["repeat_share"] == pytest.approx(1 / 5)
    assert summary["returning_share"] == pytest.approx(1 / 3)
    assert summary["orders"]["count"] == 4
    assert summary["items_per_user"]["median"] == 1
    assert summary["words"]["sparsity"] == "The median shopper bought 1 different product of 3."
    assert summary["prices"]["quantiles"]["median"] == 4
    assert sum(summary["prices"]["products"]) == 3
    assert summary["trains"] == result.trains
    json.dumps(summary, allow_nan=False)


def test_popularity_is_told_by_lorenz_and_gini(take_in: TakeIn) -> None:
    rows = [f"u{user},{item}" for item, users in (("a", 4), ("b", 3), ("c", 2), ("d", 1)) for user in range(users)]
    _, dataset = take_in("user_id,item_id\n" + "\n".join(rows))
    popularity = dataset.summary["popularity"]
    assert popularity["gini"] == pytest.approx(0.25)  # (2 * (1*1 + 2*2 + 3*3 + 4*4) - 5 * 10) / (4 * 10)
    assert popularity["top"][-1] == {"share": 0.2, "count": 1, "of_events": pytest.approx(0.4)}
    curve = dict(zip(popularity["lorenz"]["share_of_count"], popularity["lorenz"]["share_of_events"], strict=True))
    assert (curve[0.0], curve[0.25], curve[0.5], curve[1.0]) == (0.0, 0.1, 0.3, 1.0)


def test_a_short_log_is_counted_by_day_and_gaps_are_zero(take_in: TakeIn) -> None:
    _, dataset = take_in(log_of(["2026-03-01", "2026-03-01", "2026-03-04"]))
    activity = dataset.summary["activity"]
    assert activity["unit"] == "day"
    assert activity["start"] == ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]
    assert activity["events"] == [2, 0, 0, 1]
    assert activity["shoppers"] == [2, 0, 0, 1]
    assert dataset.summary["period"]["days"] == 4


def test_a_long_log_is_counted_by_week_from_monday(take_in: TakeIn) -> None:
    _, dataset = take_in(log_of(["2026-01-07", "2026-01-09", "2026-06-30"]))
    activity = dataset.summary["activity"]
    assert (activity["unit"], activity["start"][0], activity["events"][0]) == ("week", "2026-01-05", 2)
    assert sum(activity["events"]) == 3


def test_a_view_is_no_order_and_no_purchase(take_in: TakeIn) -> None:
    buys = ["u1,a,2026-01-01,purchase,2", "u1,a,2026-01-02,purchase,2", "u2,b,2026-01-02,purchase,5"]
    views = [f"u{user},{item},2026-02-0{user},view,9" for user in (1, 2, 3) for item in "abc"]
    _, dataset = take_in("user_id,item_id,timestamp,event,price\n" + "\n".join(buys + views))
    summary = dataset.summary
    assert (summary["orders"]["count"], summary["returning_share"], summary["repeat_share"]) == (3, 1 / 2, 1 / 3)
    assert summary["words"]["sparsity"] == "Of the 2 shoppers with any, the median bought 1 different product of 3."
    assert dataset.users.spend.tolist() == [4, 5, 0]
    assert dataset.items.n_users.tolist() == [1, 1, 0]
    assert summary["rows"] == 12


def test_no_week_of_three_centuries_is_cut_off_and_wilder_times_are_dropped(take_in: TakeIn) -> None:
    result, dataset = take_in(log_of(["1900-01-01", "2200-12-31", "0001-01-01", "9999-12-31", "infinity", "290000-01-01", "2026-01-01"]))
    assert {reason.name: reason.dropped for reason in result.reasons}["unreadable time"] == 4
    activity = dataset.summary["activity"]
    assert (activity["start"][0], activity["start"][-1], sum(activity["events"])) == ("1900-01-01", "2200-12-29", 3)


def test_what_matters_next_is_told(take_in: TakeIn) -> None:
    heavy = pd.DataFrame(
        {"user_id": ["bulk"] * 60 + [f"u{place % 40}" for place in range(400)], "item_id": [f"i{p % 46}" for p in range(460)]}
    )
    result, _ = take_in(heavy, items="item_id,title\ni1,MUG\nghost,CUP\n", rules="none")
    told = {warning["name"]: warning["text"] for warning in result.warnings}
    assert told["heavy shopper"] == "One shopper, bulk, makes 13.0 % of all events: a wholesaler or a robot?"
    assert told["cold products"] == "1 product of the catalogue has no event."
    assert told["unknown products"] == "Of 46 products in the log, 45 are not in the file of products, for example 'i0', 'i10', 'i11'."
    assert {"no times", "small"} <= told.keys()


def test_a_log_without_prices_and_orders_says_none(take_in: TakeIn) -> None:
    _, dataset = take_in("user_id,item_id\n1,a\n1,b\n2,a\n")
    summary = dataset.summary
    assert (summary["prices"], summary["orders"], summary["returning_share"], summary["activity"], summary["period"]) == (None,) * 5
    assert summary["words"]["sparsity"].startswith("The median shopper has")
