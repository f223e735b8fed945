"""Counts through the order of operations."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recsys_core.explain.breadcrumb import breadcrumb
from recsys_core.ranking import kernel
from recsys_core.ranking.plan import Cap, plain_plan
from recsys_core.ranking.pools import make_pool
from recsys_core.storage.json_text import plain
from tests.unit.ranking.cases import random_case

pytestmark = pytest.mark.unit


def counts(steps):
    return [(step.name, step.count) for step in steps]


def test_ten_candidates_by_hand():
    """One was had, two are out of stock, one is excluded; a pool of 5 of which 0, 2 and 4 are of one brand, capped at 1; 3 shown."""
    stock = ~np.isin(np.arange(12), [7, 8])
    eligible = stock & (np.arange(12) != 9)
    had = sparse.csr_matrix(([1.0], ([0], [6])), shape=(1, 12))
    candidates, scores = np.array([[*range(10), -1]]), -np.arange(11.0)[None]
    brand = Cap("brand", np.where(np.isin(np.arange(12), [0, 2, 4]), 0, -1).astype(np.int32), 1)
    plan = replace(plain_plan(1, 12, 3), eligible=eligible[None], caps=(brand, replace_window(brand)))
    pool = make_pool(candidates, scores, 5, eligible=eligible[None], had=had)
    steps = breadcrumb(plan, pool, kernel.rank(plan, pool), 0, candidates[0], [("in stock", stock)])
    expected = [("candidates", 10), ("unseen", 9), ("in stock", 7), ("eligible", 6), ("pool", 5), ("after caps", 3), ("shown", 3)]
    assert counts(steps) == expected
    assert [step.dropped for step in steps] == [0, 1, 2, 1, 1, 2, 0]
    assert plain(steps[1]) == {"name": "unseen", "count": 9, "dropped": 1, "added": 0}


def replace_window(cap):
    """The same in every two places: it only puts a product off."""
    return cap._replace(name="apart", codes=np.zeros(12, np.int32), most=2, window=2)


def test_best_sellers_and_pins_come_from_outside():
    candidates = np.array([[0, 1, -1]])
    pool = make_pool(candidates, np.array([[2.0, 1, -np.inf]]), k=3, best_sellers=np.array([1, 5, 6]))
    plan = replace(plain_plan(1, 9, 3), pins=np.array([[8, -1, -1]]))
    steps = {step.name: step for step in breadcrumb(plan, pool, kernel.rank(plan, pool), 0, candidates[0])}
    assert (steps["pool"].count, steps["pool"].dropped, steps["pool"].added) == (3, 0, 1)
    assert (steps["shown"].count, steps["shown"].dropped, steps["shown"].added) == (3, 1, 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1_000_000))
def test_the_steps_add_up(seed):
    plan, pool, vectors = random_case(seed)
    listing = kernel.rank(plan, pool, vectors)
    candidates = np.unique(pool.items[0])
    steps = breadcrumb(plan, pool, listing, 0, candidates, [("all", np.ones(plan.n_items, bool))])
    for before, after in pairwise(steps):
        assert after.count == before.count - after.dropped + after.added
    assert steps[-1].count == (listing.items[0] >= 0).sum()
    assert all(step.added == 0 for step in steps if step.name not in ("pool", "shown"))
