"""The waterfall: picks by hand, and its sum against the kernel's value for plans with every rule in them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.errors import NotFoundError
from recsys_core.explain.waterfall import LARGEST_ROUNDING, placed_by_rule, shares_before, waterfall
from recsys_core.ranking import kernel, reference
from recsys_core.ranking.plan import JITTER, Cap, Exposure, Flag, Listing, Reserved, Term, plain_plan
from recsys_core.ranking.pools import Pool, unit_rows
from recsys_core.storage.json_text import plain
from tests.unit.ranking.cases import random_case

pytestmark = pytest.mark.unit

TWINS = unit_rows(np.array([[1, 0], [1, 0], [0, 1], [0.6, 0.8]]))
POOL = Pool(np.array([[0, 1, 2]], dtype=np.int32), np.array([[1.0, 0.9, 0.4]], dtype=np.float32))


def explained(plan, place, pool=POOL, vectors=TWINS, user=0, **more):
    return waterfall(plan, pool, kernel.rank(plan, pool, vectors), user, place, unit_vectors=vectors, **more)


def terms(found):
    return {term.name: term.value for term in found.terms}


def test_the_twin_loses_its_place_to_the_different_one():
    """At a half the second pick is 2: .5 x .4 and like nothing shown; the twin comes third with .5 x .9 - .5 x 1."""
    plan = plain_plan(1, 4, 3, 0.5)
    second, third = explained(plan, 1), explained(plan, 2)
    assert (second.item, second.rank, second.plain_rank) == (2, 2, 3)
    assert_allclose([terms(second)["relevance"], terms(second)["variety"]], [0.2, 0], atol=1e-6)
    assert (third.item, third.rank, third.plain_rank) == (1, 3, 2)
    assert_allclose([terms(third)["relevance"], terms(third)["variety"]], [0.45, -0.5], atol=1e-6)
    assert second.passed_over == ()
    assert plain(second)["terms"][0] == {"name": "relevance", "value": pytest.approx(0.2)}


def test_every_term_has_its_name():
    values = np.array([[0.1, 0, 0, 0]], dtype=np.float32)
    plan = replace(
        plain_plan(1, 4, 3),
        terms=(Term("margin", values), Term("new season", 2 * values)),
        static=3 * values,
        balance=1.0,
        group=np.array([0, 0, 1, 1]),
        mix=sparse.csr_matrix([[0.5, 0.5]]),
        personal=np.array([[-0.25, 0, 0]]),
    )
    found = explained(plan, 0)
    gain = 0.5 * np.log2((0.99 / 3 + 0.005) / 0.005)
    shown = {name: value for name, value in terms(found).items() if value}
    assert found.item == 0
    assert shown == pytest.approx({"relevance": 1, "balance": gain, "margin": 0.1, "new season": 0.2, "rotation": -0.25}, abs=1e-5)
    assert found.total == pytest.approx(found.value, abs=1e-5)


def test_what_a_cap_kept_out_is_named_with_what_it_was_worth():
    cap = Cap("brand", np.array([3, 3, 5, 5], dtype=np.int32), 1)
    plan = replace(plain_plan(1, 4, 3), caps=(cap, Cap("category", np.array([0, 1, 2, 3], dtype=np.int32), 2)))
    second, third = explained(plan, 1), explained(plan, 2)
    assert second.item == 2
    assert [(each.item, each.by) for each in second.passed_over] == [(1, ("brand",))]
    assert second.passed_over[0].value == pytest.approx(0.9)
    assert (third.item, third.flags, third.passed_over) == (1, ("cap",), ())


def test_a_place_that_was_owed_says_so():
    plan = replace(plain_plan(1, 4, 1), reserved=(Reserved("new", np.array([False, False, True, False]), 1),))
    found = explained(plan, 0)
    assert (found.item, found.flags) == (2, ("reserved",))
    assert [(each.item, each.by) for each in found.passed_over] == [(0, ("reserved",)), (1, ("reserved",))]


def test_a_pin_counts_before_all_others_and_passes_nothing_over():
    """Product 3, pinned last and not in the pool, stands already when the first is picked: .5 x 1 - .5 x .6."""
    plan = replace(plain_plan(1, 4, 3, 0.5), pins=np.array([[-1, -1, 3]]))
    pinned, first = explained(plan, 2), explained(plan, 0)
    assert (pinned.item, pinned.flags, pinned.plain_rank, pinned.passed_over) == (3, ("pinned",), None, ())
    assert pinned.total == pytest.approx(pinned.value, abs=1e-5)
    assert terms(first)["variety"] == pytest.approx(-0.3, abs=1e-6)


def test_the_plain_rank_is_the_runs_own_where_it_is_given():
    assert explained(plain_plan(1, 4, 3), 0, candidates=np.array([2, 9, 0, 1])).plain_rank == 3
    assert explained(plain_plan(1, 4, 3), 0, candidates=np.array([2, 9])).plain_rank is None


def test_exposure_counts_the_lists_before():
    """The first shopper is shown product 0, of group 0; the second has 2, of group 1, for .75 + .3 x (.5 - 0) against 1 + .3 x (.5 - 1)."""
    plan = replace(plain_plan(3, 4, 1), exposure=Exposure(0.3, np.array([0, 0, 1, 1], dtype=np.int32), np.array([0.5, 0.5], np.float32)))
    pool = Pool(np.array([[0, 2]] * 3, dtype=np.int32), np.array([[1, 0.75]] * 3, dtype=np.float32))
    found = explained(plan, 0, pool=pool, vectors=None, user=1)
    assert found.item == 2
    assert terms(found)["exposure"] == pytest.approx(0.15)
    assert found.total == pytest.approx(found.value, abs=1e-5)


def test_shares_weigh_a_place_by_the_attention_it_gets():
    exposure = Exposure(1.0, np.array([0, 1, -1], dtype=np.int32), np.array([0.5, 0.5], np.float32))
    found = shares_before(exposure, np.array([[0, 1], [2, -1]], dtype=np.int32))
    second = 1 / np.log2(3)
    assert_allclose(found, [1 / (2 + second), second / (2 + second)])
    assert shares_before(exposure, np.empty((0, 2), np.int32)).tolist() == [0, 0]


def test_an_empty_place_is_refused():
    with pytest.raises(NotFoundError, match="Place 2"):
        waterfall(plain_plan(1, 4, 2), POOL, Listing.empty(1, 2), 0, 1)


def test_what_a_rule_put_there_is_told_from_taste():
    boost = Term("rule 1", np.array([[0, 0, 0.9, 0]], dtype=np.float32))
    plan = replace(plain_plan(1, 4, 3), pins=np.array([[1, -1, -1]]), terms=(boost,), static=boost.values)
    listing = kernel.rank(plan, POOL, TWINS)
    assert listing.items.tolist() == [[1, 2, 0]]
    assert placed_by_rule(plan, listing, 0).tolist() == [True, False, False]
    assert placed_by_rule(plan, listing, 0, {"rule 1"}).tolist() == [True, True, False]
    assert placed_by_rule(plan, Listing.empty(1, 3), 0, {"rule 1"}).tolist() == [False] * 3


def reference_terms(plan, pool, listing, user, place, vectors):
    """The terms before the kernel's rounding is put into them, by the plain version's own replay of the list."""
    share = np.zeros(0) if plan.exposure is None else shares_before(plan.exposure, listing.items[:user])
    shopper = reference.Shopper(plan, pool, vectors, user, share)
    pinned = listing.flags[user] & Flag.PINNED
    for at in np.argsort(pinned == 0, kind="stable").tolist():
        if at == place:
            return shopper.terms(int(listing.items[user, at]), at)
        if listing.items[user, at] >= 0:
            shopper.placed[at] = int(listing.items[user, at])
    raise AssertionError(place)


def rounding(plan, listing, user, vectors):
    """What float32 may be off in the set-wise variety: precision times the condition of the picks' similarity; much only for twins."""
    if plan.engine == "nearest" or not plan.trade_off[user]:
        return 1e-5
    picks = vectors[listing.items[user][listing.items[user] >= 0]].astype(np.float64)
    similarity = (1 - JITTER) * picks @ picks.T + JITTER * np.eye(len(picks))
    return 1e-5 + min(3e-7 * np.linalg.cond(similarity), LARGEST_ROUNDING)


@settings(max_examples=100, deadline=None)
@example(3501)
@given(st.integers(0, 1_000_000))
def test_the_terms_sum_to_what_the_kernel_said(seed):
    plan, pool, vectors = random_case(seed)
    listing = kernel.rank(plan, pool, vectors)
    caps = {cap.name for cap in plan.caps}
    for user, place in np.argwhere(listing.items >= 0).tolist():
        found = waterfall(plan, pool, listing, user, place, unit_vectors=vectors)
        assert found.total == pytest.approx(found.value, abs=1e-5)
        plain_terms = sum(reference_terms(plan, pool, listing, user, place, vectors).values())
        assert plain_terms == pytest.approx(found.value, abs=rounding(plan, listing, user, vectors))
        for each in found.passed_over:
            assert each.value > found.value
            assert set(each.by) <= caps | {"reserved"}
            assert each.item not in listing.items[user, :place]
