"""Random plans with every rule in them: kernel and plain version agree, and no rule is broken without its badge."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from recsys_core.ranking import kernel, reference
from recsys_core.ranking.plan import NEAREST, Flag, Plan, plain_plan
from tests.unit.ranking.cases import random_case, random_pool, same_but_for_ties

seeds = st.integers(0, 1_000_000)


def tolerance(plan: Plan) -> float:
    """Float32 cosines are 1e-7 off; where twins leave epsilon = 1e-4 of a squared distance, its logarithm is 1e-3 off."""
    return 1e-5 if plan.engine == NEAREST else 5e-3


@settings(max_examples=120, deadline=None)
@given(seeds)
def test_kernel_and_plain_version_agree_but_for_float_ties(seed):
    plan, pool, vectors = random_case(seed)
    assert same_but_for_ties(kernel.rank(plan, pool, vectors), reference.rank(plan, pool, vectors), tolerance(plan))


@settings(max_examples=120, deadline=None)
@given(seeds)
def test_the_terms_of_a_pick_sum_to_its_value(seed):
    plan, pool, vectors = random_case(seed, users=1)
    listing = kernel.rank(plan, pool, vectors)
    for place, pick in reference.rank_one(plan, pool, vectors, 0).items():
        if pick.item == listing.items[0, place]:
            assert sum(pick.terms.values()) == pytest.approx(float(listing.value[0, place]), abs=tolerance(plan))


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_rules_hold_or_are_badged(seed):
    plan, pool, vectors = random_case(seed)
    listing = kernel.rank(plan, pool, vectors)
    for user, row in enumerate(listing.items):
        who, flags, shown = plan.audience[user], listing.flags[user], row[row >= 0]
        had = pool.had[user].indices
        assert plan.eligible[who, shown].all()
        assert not set(shown) & set(had)
        assert len(set(shown)) == len(shown)
        assert (flags[row < 0] == 0).all()
        if plan.pins is not None:
            wanted = [(p, i) for p, i in enumerate(plan.pins[who]) if i >= 0 and plan.eligible[who, i] and i not in had]
            first = {int(i): p for p, i in reversed(wanted)}
            assert all(row[place] == item and flags[place] & Flag.PINNED for item, place in first.items())
        for cap in plan.caps:
            bit = Flag.WINDOW if cap.window else Flag.CAP
            length = min(cap.window or plan.k, plan.k)
            for start in range(plan.k - length + 1):
                stretch = slice(start, start + length)
                found = cap.codes[row[stretch][row[stretch] >= 0]]
                broken = np.bincount(found[found >= 0], minlength=1).max() > cap.most
                assert not broken or (flags[stretch] & bit).any(), (cap, row, flags)
        full = (row >= 0).all()
        for _, mask, count in plan.reserved:
            assert not full or mask[shown].sum() >= count or (flags & (Flag.MINIMUM | Flag.PINNED | Flag.SOFT)).any()
        if full and plan.min_distinct:
            distinct = len(set(plan.group[shown]) - {-1})
            assert distinct >= plan.min_distinct or (flags & (Flag.MINIMUM | Flag.PINNED | Flag.SOFT)).any()


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_scores_times_ten_give_the_same_lists(seed):
    """Powers of two are exact; ten is so but for ties."""
    from recsys_core.ranking.pools import make_pool

    rng = np.random.default_rng(seed)
    candidates = np.stack([rng.permutation(60)[:30] for _ in range(6)])
    scores = -np.sort(-rng.normal(size=(6, 30)).astype(np.float32), axis=1)
    _, vectors = random_pool(seed)
    plan = plain_plan(6, 60, 10, 0.6)
    plain = kernel.rank(plan, make_pool(candidates, scores), vectors)
    assert_array_equal(kernel.rank(plan, make_pool(candidates, scores * 8), vectors).items, plain.items)
    assert same_but_for_ties(kernel.rank(plan, make_pool(candidates, scores * 10), vectors), plain, 1e-5)


@pytest.mark.parametrize("engine", ["nearest", "set-wise"])
def test_threads_change_nothing(engine):
    pool, vectors = random_pool(2, users=2500, size=20, items=50)
    plan = replace(plain_plan(2500, 50, 10, 0.6), engine=engine)
    one = kernel.rank(plan, pool, vectors)
    for threads in (2, 5):
        several = kernel.rank(plan, pool, vectors, threads=threads)
        assert_array_equal(several.items, one.items)
        assert_array_equal(several.value, one.value)


def test_variety_zero_and_no_rules_is_the_plain_top_k_of_everybody():
    pool, vectors = random_pool(1, users=3000)
    for engine in ("nearest", "set-wise"):
        listing = kernel.rank(replace(plain_plan(3000, 60, 10), engine=engine), pool, vectors)
        assert_array_equal(listing.items, pool.items[:, :10])
        assert not listing.flags.any()


def test_read_only_arrays_are_taken_without_compiling_again():
    pool, vectors = random_pool(5)
    before = len(kernel._rank_users.signatures)
    for array in (pool.items, pool.relevance, vectors):
        array.flags.writeable = False
    kernel.rank(plain_plan(6, 60, 10, 0.5), pool, vectors)
    assert len(kernel._rank_users.signatures) <= max(before, 1)


def test_a_user_alone_has_the_list_that_they_have_among_others():
    plan, pool, vectors = random_case(77, users=6)
    plan = replace(plan, exposure=None)
    together = kernel.rank(plan, pool, vectors)
    for user in range(6):
        some = np.array([user])
        assert_array_equal(kernel.rank(plan.of(some), pool.of(some), vectors).items[0], together.items[user])
