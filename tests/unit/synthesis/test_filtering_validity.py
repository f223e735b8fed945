"""Rules that a synthetic shopper's rows keep, each broken once by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from recsys_core.synthesis.filtering.marks import REASONS
from recsys_core.synthesis.filtering.validity import broken_rules
from tests.unit.synthesis.filtering_shop import planted, real_log

REAL = real_log(80, seed=4).rows
SHOPPERS = 6
Change = Callable[[pd.DataFrame], pd.DataFrame]


def copies() -> pd.DataFrame:
    """Six real shoppers' own rows, as synthetic-1 to synthetic-6: they break no rule."""
    users = sorted(REAL["user_id"].unique())[:SHOPPERS]
    names = {user: f"synthetic-{number + 1}" for number, user in enumerate(users)}
    return REAL[REAL["user_id"].isin(users)].assign(user_id=lambda frame: frame["user_id"].map(names)).reset_index(drop=True)


def broken(change: Change) -> list[str]:
    """The first rule that each of the copies breaks after the change."""
    return [REASONS[number].id for number in broken_rules(REAL, change(copies()), SHOPPERS)]


def first_row(**values: object) -> Change:
    """Another value in the first row of synthetic-3."""

    def change(events: pd.DataFrame) -> pd.DataFrame:
        row = events.index[events["user_id"] == "synthetic-3"][0]
        for name, value in values.items():
            events[name] = events[name].astype(object)
            events.at[row, name] = value
        return events.assign(timestamp=pd.to_datetime(events["timestamp"]), price=events["price"].astype(float))

    return change


def again(events: pd.DataFrame) -> pd.DataFrame:
    """synthetic-3 views its first product four times more; real shoppers have one at most twice, once viewed, once bought."""
    row = events[events["user_id"] == "synthetic-3"].iloc[[0]].assign(event="view")
    return pd.concat([events, *[row] * 4], ignore_index=True)


def purchase_first(events: pd.DataFrame) -> pd.DataFrame:
    """synthetic-3 buys everything before it looks."""
    bought = (events["user_id"] == "synthetic-3") & (events["event"] == "purchase")
    return events.assign(timestamp=events["timestamp"].where(~bought, events["timestamp"] - pd.Timedelta(minutes=1)))


BROKEN: dict[str, Change] = {
    "no-product": lambda events: events[events["user_id"] != "synthetic-3"],
    "unknown-product": first_row(item_id="p999"),
    "repeats": again,
    "attributes": first_row(category="c99"),
    "price": first_row(price=1000.0),
    "several": first_row(country="FR"),
    "times": first_row(timestamp=pd.Timestamp("2031-01-01")),
    "kinds": purchase_first,
}


def test_real_shoppers_break_no_rule() -> None:
    assert broken(lambda events: events) == ["kept"] * SHOPPERS


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_named_and_nobody_else_is_touched(rule: str) -> None:
    assert broken(BROKEN[rule]) == ["kept", "kept", rule, "kept", "kept", "kept"]


def test_somewhat_more_repeats_than_anybodys_are_no_sign() -> None:
    assert broken(lambda events: again(events).iloc[:-2]) == ["kept"] * SHOPPERS


def test_an_unheard_of_kind_and_a_missing_time_are_invalid() -> None:
    assert broken(first_row(event="wish"))[2] == "kinds"
    assert broken(first_row(timestamp=pd.NaT))[2] == "times"


def test_a_log_of_products_alone_has_products_to_check_alone() -> None:
    real, made = REAL[["user_id", "item_id"]].drop_duplicates(), copies()[["user_id", "item_id"]].drop_duplicates()
    assert not broken_rules(real, made, SHOPPERS).any()
    twice = pd.concat([made, made.iloc[[0]]], ignore_index=True)  # no real shopper has a product twice
    assert broken_rules(real, twice, SHOPPERS).astype(bool).tolist() == [True, *[False] * 5]


def test_good_shoppers_of_the_planted_shop_are_valid() -> None:
    real = real_log(100, seed=1)
    made = planted(real, good=60, copies=20, loose=20)
    assert (broken_rules(real.rows, made.events, 100) > 0).mean() <= 0.05
    assert np.unique(made.events["user_id"]).size == 100
