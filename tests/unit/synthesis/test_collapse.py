"""Each alarm fires on its own planted collapse; none does on real shoppers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys_core.synthesis.scorecard.collapse import mean_likeness
from recsys_core.synthesis.scorecard.score import score
from tests.unit.synthesis.planted import copied, log, pair, shop

USERS = 160


def fired(made: pd.DataFrame, real: pd.DataFrame | None = None) -> set[str]:
    return {alarm.id for alarm in score(shop(USERS) if real is None else real, made).alarms if alarm.fired}


def everybody_the_same() -> pd.DataFrame:
    products = [f"p{item}" for item in range(0, 60, 5)]
    return log([(f"s{user}", item) for user in range(USERS) for item in products])


def nearly_the_same() -> pd.DataFrame:
    """Twelve favourites, of which everybody lacks two."""
    rng = np.random.default_rng(4)
    return log([(f"s{user}", f"p{5 * item}") for user in range(USERS) for item in rng.choice(12, 10, replace=False)])


def one_product_over_and_over() -> pd.DataFrame:
    made = copied(shop(USERS, seed=8))
    rows = np.random.default_rng(4).random(len(made)) < 0.5
    return made.assign(item_id=np.where(rows, "p7", made["item_id"]))


def a_few_shoppers_over_and_over() -> pd.DataFrame:
    real = shop(USERS)
    few = [real[real["user_id"] == f"u{user}"] for user in range(12)]
    return pd.concat([few[copy % 12].assign(user_id=f"s{copy}") for copy in range(USERS)])


def one_group_of_four() -> pd.DataFrame:
    made = copied(shop(4 * USERS, seed=8))
    return made[made["user_id"].map(lambda id: int(id[2:]) % 4 == 1)]


@pytest.mark.parametrize(
    ("made", "alarms"),
    [
        (everybody_the_same, {"repeated shoppers", "few products", "all alike", "few tastes"}),
        (nearly_the_same, {"few products", "all alike"}),
        (one_product_over_and_over, {"one product"}),
        (a_few_shoppers_over_and_over, {"repeated shoppers"}),
        (one_group_of_four, {"few tastes"}),
    ],
    ids=["everybody the same", "nearly the same", "one product", "a few shoppers", "one group"],
)
def test_a_planted_collapse_is_seen(made: object, alarms: set[str]) -> None:
    assert alarms <= fired(made())  # type: ignore[operator]


def test_real_shoppers_raise_no_alarm() -> None:
    assert fired(copied(shop(USERS))) == set()
    assert fired(copied(shop(USERS, seed=8))) == set()
    assert fired(copied(shop(60, seed=9))) == set()


def test_what_it_says_has_the_figures() -> None:
    card = score(shop(USERS), everybody_the_same())
    (alarm,) = [alarm for alarm in card.alarms if alarm.id == "repeated shoppers"]
    assert (alarm.value, alarm.usual) == (1.0, 0.0)
    assert alarm.words.startswith("100% of synthetic shoppers have exactly what another one has")
    assert card.collapsed


def test_mean_likeness_is_the_mean_cosine() -> None:
    made = pair(*2 * [log([("a", "x"), ("a", "y"), ("b", "x"), ("c", "z")])])[1]
    assert mean_likeness(made.shoppers) == pytest.approx((1 / np.sqrt(2)) / 3)
    assert mean_likeness(made.shoppers[:1]) == 0.0
