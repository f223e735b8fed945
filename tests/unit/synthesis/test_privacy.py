"""P1 to P5: they see a copy, and nothing in a log of other shoppers of the same kind."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from recsys_core.synthesis.scorecard import membership, nearness
from recsys_core.synthesis.scorecard.events import encode
from recsys_core.synthesis.scorecard.utility import new_pairs
from tests.unit.synthesis.planted import copied, log, pair, shop, split


def fresh(users: int = 240, seed: int = 77) -> pd.DataFrame:
    """Other shoppers of the same make."""
    return copied(shop(users, seed))


def p1(made: pd.DataFrame, seed: int = 7) -> float:
    real, holdout = split(shop(240))
    logs = encode(real, copied(real) if made is None else made, holdout)
    assert logs.holdout is not None
    return membership.interaction_membership(logs.real, logs.synthetic, new_pairs(logs.real, logs.holdout), seed)


def test_a_copy_gives_away_what_it_was_learned_from() -> None:
    assert p1(copied(split(shop(240))[0])) > 0.65


def test_other_shoppers_give_nothing_away() -> None:
    assert p1(fresh()) == pytest.approx(0.5, abs=0.05)


def test_half_copies_are_between() -> None:
    real = split(shop(240))[0]
    half = copied(real[real["user_id"].map(lambda id: int(id[1:]) % 8 < 4)])
    assert 0.54 < p1(pd.concat([half, fresh(120)])) < p1(copied(real))


def p2(made: pd.DataFrame) -> float:
    every = shop(400)
    seen = every["user_id"].map(lambda id: int(id[1:]) < 320)
    logs = encode(every[seen], made, every[~seen])
    assert logs.holdout is not None
    return membership.user_membership(logs.real.shoppers, logs.holdout.matrix[logs.real.n_users :], logs.synthetic.shoppers)


def test_copies_of_shoppers_are_told_from_shoppers_it_never_saw() -> None:
    every = shop(400)
    assert p2(copied(every[every["user_id"].map(lambda id: int(id[1:]) < 320)])) == 1.0
    assert p2(fresh(320)) == pytest.approx(0.5, abs=0.08)


def test_few_strangers_say_nothing() -> None:
    real = log([(f"u{user}", f"p{user % 5}") for user in range(30)])
    events = pair(real, real)[0]
    assert math.isnan(membership.user_membership(events.shoppers, events.shoppers[:19], events.shoppers))


def test_the_nearest_shopper_by_hand() -> None:
    rows = sparse.csr_matrix(np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1]], dtype=np.float32))
    assert nearness.nearest_jaccard(rows, rows, np.arange(3)) == pytest.approx([2 / 3, 2 / 3, 0])
    assert nearness.nearest_jaccard(rows[:1], rows) == pytest.approx([1])


def test_near_copies_are_those_beyond_the_nearest_hundredth_of_real_shoppers() -> None:
    among_real = np.linspace(0.1, 0.6, 101)
    assert nearness.too_close(among_real, np.array([0.9, 0.9, 0.2, 0.2])) == pytest.approx(0.5 - 2 / 101)
    assert nearness.too_close(among_real, np.array([0.2])) == 0.0
    assert nearness.too_close(among_real, np.array([])) == 0.0


def test_sets_that_many_real_shoppers_share_are_no_near_copies() -> None:
    """Where every real shopper has a twin, whatever its size, synthetic twins of the larger ones are nothing to see."""
    twins = [(f"u{user}", f"p{user // 2 + 7 * place}") for user in range(60) for place in range(1 + user // 2 % 5)]
    real = pair(*2 * [log(twins)])[0].shoppers
    among_real = nearness.nearest_real(real, np.random.default_rng(0))
    larger = real[np.flatnonzero(np.diff(real.indptr) >= 4)]
    assert nearness.too_close(among_real, nearness.nearest_jaccard(larger, real)) == 0.0


def test_a_copied_basket_has_five_products_or_more() -> None:
    real = log([("a", item) for item in "vwxyz"] + [("b", item) for item in "wxyz"])
    made = log([("s", item) for item in "vwxyz"] + [("t", item) for item in "wxyz"] + [("u", item) for item in "qvwxyz"])
    assert nearness.copied_baskets(*pair(real, made)) == 0.5  # of s and u; t has four, and u one more that is unknown
    assert nearness.natural_copies(pair(real, real)[0]) == 0.0
    twice = pd.concat([real, real.assign(user_id="again " + real["user_id"])])
    assert nearness.natural_copies(pair(twice, twice)[0]) == 1.0


def p5(made: pd.DataFrame) -> float:
    real, holdout = split(shop(120), share=0.5)
    logs = encode(real, made, holdout)
    assert logs.holdout is not None
    return nearness.nearer_rows(logs.real, logs.synthetic, logs.holdout, np.random.default_rng(0))


def test_rows_nearer_to_what_it_learned_from() -> None:
    real, holdout = split(shop(120), share=0.5)
    assert p5(copied(real)) > 0.9
    assert p5(copied(holdout)) < 0.1
    assert p5(fresh(120)) == pytest.approx(0.5, abs=0.05)
