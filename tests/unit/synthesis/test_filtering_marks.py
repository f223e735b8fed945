"""Who stays at a position of the slider, and what is said of who does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_core.errors import InputError, TooSmallError
from recsys_core.synthesis.contract import DrawnShoppers
from recsys_core.synthesis.filtering.keeping import kept_shoppers
from recsys_core.synthesis.filtering.marks import NUMBER, Marks, dropped, kept, natural_keep
from tests.unit.synthesis.filtering_shop import rows


def marks(score: list[float], reason: list[str] | None = None) -> Marks:
    """Of these scores, which are the realism too; reason: ids, "kept" for who passes."""
    values, n = np.array(score), len(score)
    numbers = np.array([NUMBER[id] for id in reason or ["kept"] * n], np.int8)
    close, far = numbers == NUMBER["too-close"], numbers == NUMBER["too-far"]
    return Marks(values, values, np.zeros(n, np.int32), close, far, (numbers > 0) & ~close & ~far, numbers, values)


def test_the_best_share_of_those_that_pass_stays() -> None:
    found = marks([0.1, 0.9, 0.5, 0.7, 0.99], ["kept", "kept", "kept", "kept", "too-close"])
    assert kept(found, 0.5).tolist() == [False, True, False, True, False]
    assert kept(found, 1.0).tolist() == [True, True, True, True, False]
    assert kept(found, 0.01).tolist() == [False, True, False, False, False]  # one at least


def test_each_dropped_shopper_counts_once_with_its_first_reason() -> None:
    found = marks([0.1, 0.9, 0.5, 0.7, 0.99], ["kept", "too-far", "kept", "price", "too-close"])
    told = [each.told() for each in dropped(found, 0.5)]
    assert [(each["id"], each["group"], each["shoppers"], each["examples"]) for each in told] == [
        ("price", "invalid", 1, ["synthetic-4"]),
        ("too-close", "too close", 1, ["synthetic-5"]),
        ("too-far", "too far", 1, ["synthetic-2"]),
        ("less-real", "less real", 1, ["synthetic-1"]),
    ]
    assert all(each["words"].endswith(".") for each in told)


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from(["kept", "too-close", "times"])), min_size=1, max_size=30), st.data())
def test_a_smaller_share_keeps_nobody_whom_a_larger_one_drops(shoppers: list[tuple[float, str]], data: st.DataObject) -> None:
    found = marks([score for score, _ in shoppers], [reason for _, reason in shoppers])
    small, large = sorted(data.draw(st.floats(0.01, 1)) for _ in range(2))
    assert not (kept(found, small) & ~kept(found, large)).any()
    for keep in (small, large):
        assert kept(found, keep).sum() + sum(each.shoppers for each in dropped(found, keep)) == len(found)


@pytest.mark.parametrize("keep", [0.0, -0.1, 1.01, float("nan")])
def test_a_share_that_is_none_is_refused(keep: float) -> None:
    with pytest.raises(InputError, match="share to keep"):
        kept(marks([0.5]), keep)


def test_the_slider_begins_where_most_real_shoppers_are() -> None:
    found = marks([0.1, 0.2, 0.6, 0.9, 0.95], ["kept", "kept", "kept", "kept", "too-close"])
    assert natural_keep(found, 0.5) == 0.5
    assert natural_keep(found, 1.0) == 0.25  # nobody as real: the best one
    assert natural_keep(marks([0.5], ["times"]), 0.1) == 1.0


def test_who_stays_is_numbered_anew_with_its_own_rows() -> None:
    sets = [np.arange(place % 3 + 1) + place for place in range(30)]
    events = rows(sets, "synthetic-", np.random.default_rng(0), first=1)
    lengths = [len(items) for items in sets]
    drawn = DrawnShoppers(np.concatenate([[0], np.cumsum(lengths)]), np.concatenate(sets).astype(np.int32), np.arange(30, dtype=np.int32))
    keep = np.arange(30) % 3 != 1
    staying, chosen = kept_shoppers(events, drawn, keep)
    assert chosen.segment.tolist() == np.flatnonzero(keep).tolist()
    for new, old in enumerate(np.flatnonzero(keep)):
        assert chosen.items[chosen.indptr[new] : chosen.indptr[new + 1]].tolist() == sets[old].tolist()
        theirs = staying.loc[staying["user_id"] == f"synthetic-{new + 1}", "item_id"]
        assert sorted({*theirs}) == [f"p{item:03}" for item in sets[old]]
    assert staying["user_id"].nunique() == 20
    with pytest.raises(TooSmallError, match="Only 10 shoppers"):
        kept_shoppers(events, drawn, ~keep)
