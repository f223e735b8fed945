"""Planted logs on which the answer of F10, P2 and P5 is known, in steps (U3 and U4: test_augmentation.py): the more is wrong, the worse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys_core.synthesis.scorecard import membership, nearness
from recsys_core.synthesis.scorecard.events import encode
from recsys_core.synthesis.scorecard.indistinguishable_sklearn import c2st
from recsys_core.synthesis.scorecard.marginals import duplicate_pairs, validity
from recsys_core.synthesis.scorecard.score import score
from tests.unit.synthesis.planted import column_wise_shuffle, copied, log, pair, shop, split


def part(frame: pd.DataFrame, share: float) -> pd.DataFrame:
    """The first so many of its shoppers."""
    users = frame["user_id"].unique()
    return frame[frame["user_id"].isin(users[: round(share * len(users))])]


def half_wrong(real: pd.DataFrame) -> pd.DataFrame:
    """Half of its shoppers real ones drawn anew, the other half of shuffled columns."""
    other = real[~real["user_id"].isin(part(real, 0.5)["user_id"])]
    return pd.concat([copied(part(real, 0.5)), column_wise_shuffle(other)])


def resampled(real: pd.DataFrame, seed: int = 4) -> pd.DataFrame:
    """Shoppers drawn from the real ones with replacement."""
    rows = dict(iter(real.groupby("user_id")))
    drawn = np.random.default_rng(seed).choice(list(rows), len(rows))
    return pd.concat([rows[user].assign(user_id=f"s{place}") for place, user in enumerate(drawn)])


def test_f10_grows_from_a_resample_to_a_shuffle() -> None:
    real = shop(240)
    values = [c2st(*pair(real, made), seed=0) for made in (resampled(real), half_wrong(real), column_wise_shuffle(real))]
    assert 0.4 < values[0] < 0.7
    assert values[2] > 0.95
    assert values[0] + 0.05 < values[1] < values[2] - 0.05


def test_p2_grows_with_the_share_of_shoppers_that_leak() -> None:
    every = shop(400)
    seen = every["user_id"].map(lambda id: int(id[1:]) < 320)
    training, strangers = every[seen], every[~seen]

    def p2(leak: float) -> float:
        fresh = part(copied(shop(320, seed=77)), 1 - leak).assign(user_id=lambda rows: "f" + rows["user_id"])
        logs = encode(training, pd.concat([copied(part(training, leak)), fresh]), strangers)
        assert logs.holdout is not None
        return membership.user_membership(logs.real.shoppers, logs.holdout.matrix[logs.real.n_users :], logs.synthetic.shoppers)

    values = [p2(leak) for leak in (0.0, 0.3, 1.0)]
    assert values[0] == pytest.approx(0.5, abs=0.08)
    assert values[0] + 0.05 < values[1] < 0.9
    assert values[2] == 1.0


def test_p5_grows_with_the_rows_that_are_copied() -> None:
    real, holdout = split(shop(160), share=0.5)

    def p5(share: float) -> float:
        made = pd.concat([copied(part(real, share)), copied(shop(160, seed=9))[: round((1 - share) * len(real))]])
        logs = encode(real, made, holdout)
        assert logs.holdout is not None
        return nearness.nearer_rows(logs.real, logs.synthetic, logs.holdout, np.random.default_rng(0))

    values = [p5(share) for share in (0.0, 0.5, 1.0)]
    assert values[0] == pytest.approx(0.5, abs=0.06)
    assert values[0] + 0.1 < values[1] < values[2] - 0.1


def films(users: int = 150, seed: int = 0) -> pd.DataFrame:
    """As ml-100k is: ratings, one row a pair, all of a shopper's in one or two sittings, a long tail of films in genres."""
    rng = np.random.default_rng(seed)
    genre = np.arange(200) % 5
    weight = 1 / np.arange(1, 201) ** 0.8
    rows = []
    for user in range(users):
        chance = weight * np.where(genre == user % 5, 6.0, 1.0)
        time = pd.Timestamp("1997-09-20") + pd.Timedelta(minutes=int(rng.integers(0, 60 * 24 * 200)))
        for film in rng.choice(200, int(rng.integers(20, 60)), replace=False, p=chance / chance.sum()):
            time += pd.Timedelta(seconds=int(rng.integers(0, 90)))
            rows.append((f"u{user}", f"f{film}", time, "rating", f"g{genre[film]}", float(rng.integers(1, 6))))
    return log(rows, "timestamp", "event", "category", "rating")


@pytest.mark.parametrize("make", [films, lambda: films()[["user_id", "item_id"]], lambda: films().drop(columns="timestamp")])
def test_a_copy_fails_privacy_and_a_shuffle_fails_structure(make) -> None:  # type: ignore[no-untyped-def]
    real, holdout = split(make())
    copy, loose = score(real, copied(real), holdout), score(real, column_wise_shuffle(real), holdout)
    assert (copy.verdict("privacy").status, copy.verdict("structure").status, copy.export_blocked) == ("fail", "pass", True)
    assert (loose.verdict("structure").status, loose.verdict("privacy").status) == ("fail", "pass")


def test_films_of_other_shoppers_give_nobody_away() -> None:
    real, holdout = split(films())
    assert score(real, copied(split(films(seed=5))[0]), holdout).verdict("privacy").status == "pass"


def test_unknown_products_repeat_by_their_own_ids() -> None:
    real = log([("a", "x"), ("b", "x"), ("b", "y")])
    made = log([("s", "q"), ("s", "r"), ("s", "x"), ("t", "q"), ("t", "q")])
    assert duplicate_pairs(pair(real, made)[1]) == pytest.approx(0.2)


def test_a_category_that_is_missing_is_never_right() -> None:
    real = log([("a", "x", "toys"), ("b", "y", None)], "category")
    made = log([("s", "x", "toys"), ("s", "y", None), ("t", "x", None), ("t", "y", "toys")], "category")
    assert validity(*pair(real, made), own_category=True)["F1_category_consistent"] == 0.25


def test_the_catalogue_judges_a_category_that_only_the_synthetic_log_writes() -> None:
    real, made = log([("a", "x"), ("b", "y")]), log([("s", "x", "toys"), ("t", "y", "toys")], "category")
    logs = encode(real, made, None, pd.DataFrame({"item_id": ["x", "y"], "category": ["toys", "food"]}))
    assert logs.own_category
    assert validity(logs.real, logs.synthetic, logs.own_category)["F1_category_consistent"] == 0.5
