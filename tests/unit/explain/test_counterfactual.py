"""The smallest set found: by hand, against every subset, and what cannot be taken out."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_core.errors import InputError
from recsys_core.explain.counterfactual import removal_set
from recsys_core.explain.leave_one_out import leave_one_out
from recsys_core.storage.json_text import plain
from tests.unit.explain.made import ITEMS, every_kind, item_item, shopper_of

pytestmark = pytest.mark.unit

# what the past items 0, 1 and 2 say of 3, 4 and 5: scores 9, 6 and 5
WEIGHTS = np.zeros((6, 6), dtype=np.float32)
WEIGHTS[:3, 3:] = [[4, 3, 1], [3, 2, 2], [2, 1, 2]]


def shopper(weights=WEIGHTS, past=3):
    return shopper_of(item_item(weights), range(past), n=len(weights))


def test_the_second_of_two_leaves_when_one_purchase_goes():
    """Product 4 leads 5 by 6 to 5. Without purchase 0 it is 3 to 4."""
    found = removal_set(shopper(), 8, 2)
    assert (found.rank, found.found, found.removed, found.rank_without, found.enters) == (2, True, (0,), 3, 10)
    assert (found.size, found.greedy) == (1, False)
    assert plain(found)["removed"] == [0]


def test_what_the_whole_past_speaks_for_stays_whatever_goes():
    """Product 3 leads to the end, and of equal scores of 0 it has the smallest index."""
    found = removal_set(shopper(), 6, 1)
    assert (found.rank, found.found, found.removed, found.rank_without) == (1, False, (), None)


def test_a_cap_on_its_length_is_kept():
    weights = np.zeros((8, 8), dtype=np.float32)
    weights[:6, 7] = [6, 5, 4, 3, 2, 1]
    weights[0, 6] = 0.5
    weights[5, 6] = 1.5  # products 6 and 7: 2 to 21, until all but purchase 5 are gone
    assert removal_set(shopper(weights, 6), 14, 1, longest=4).found is False
    longer = removal_set(shopper(weights, 6), 14, 1, longest=5)
    assert longer.removed == (0, 2, 4, 6, 8)
    assert longer.greedy


def test_what_was_not_needed_is_put_back():
    """Purchase 0 says most of both products, and going first it changes nothing. Without 1 alone it is 5 to 5.7."""
    weights = np.zeros((5, 5), dtype=np.float32)
    weights[:3, 3:] = [[5, 5.5], [2, 0], [0, 0.2]]
    found = removal_set(shopper(weights, 3), 6, 1)
    assert found.removed == (2,)
    assert not found.greedy


def test_products_that_are_on_no_list_are_out_of_the_race():
    assert removal_set(shopper(), 8, 1, barred=np.array([6])).rank == 1
    assert removal_set(shopper(), 8, 2, barred=np.array([10, -1, 999])).found is False
    assert removal_set(shopper(), 8, 2, barred=np.array([8])).rank == 2


def test_what_is_not_on_the_plain_list_or_not_known_or_not_from_a_past():
    assert removal_set(shopper(), 10, 2).rank == 3
    assert removal_set(shopper(), 10, 2).found is False
    assert removal_set(shopper(), 7, 2).rank is None
    assert removal_set(shopper_of(every_kind()["constant"], [1]), 10, ITEMS).rank is None
    with pytest.raises(InputError):
        removal_set(shopper(), 8, 0)


def listed(who, kept, item, k):
    """Whether the item is among the k best, by sorting."""
    keep = np.isin(np.arange(len(who.history)), kept)[None]
    scores = np.array(who.scores(keep))[0]
    scores[who.history] = -np.inf
    return who.places(np.array([item]))[0] in np.argsort(-scores, kind="stable")[:k]


@pytest.mark.parametrize("name", ["item-item", "autoencoder", "recvae", "least-squares", "vae-linear", "blend", "rank-fusion"])
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), k=st.integers(1, 4))
def test_a_set_that_was_found_takes_the_item_out_and_all_of_it_is_needed(name, seed, k):
    rng = np.random.default_rng(seed)
    who = shopper_of(every_kind(seed)[name], rng.choice(ITEMS, 5, replace=False))
    scores = np.array(who.scores(np.ones((1, 5), bool)))[0]
    scores[who.history] = -np.inf
    item = 2 * int(np.argsort(-scores, kind="stable")[k - 1])
    found = removal_set(who, item, k, credit=leave_one_out(who, np.array([item])))
    assert found.rank == k
    places = range(5)
    smallest = next((n for n in places if any(not listed(who, c, item, k) for c in combinations(places, 5 - n))), None)
    if found.found:
        gone = set(np.searchsorted(who.past, found.removed))
        assert not listed(who, sorted(set(places) - gone), item, k)
        assert all(listed(who, sorted(set(places) - gone | {back}), item, k) for back in gone) or found.size == 1
        assert smallest is None or found.size >= smallest
        assert found.rank_without > k
