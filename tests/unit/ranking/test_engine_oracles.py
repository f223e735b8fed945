"""pyversity 0.2.0 ranks the same: MMR, and DPP with beta mode mapped to our trade-off."""

from dataclasses import replace

import numpy as np
import pytest
from pyversity import Strategy, diversify

from recsys_core.ranking import kernel
from recsys_core.ranking.plan import plain_plan
from recsys_core.ranking.reference import Shopper
from tests.unit.ranking.cases import random_pool


def theirs(pool, vectors, k, strategy, diversity):
    rows = zip(pool.items, pool.relevance, strict=True)
    return np.stack(
        [items[diversify(vectors[items], relevance, k, strategy=strategy, diversity=diversity).indices] for items, relevance in rows]
    )


def agree(plan, pool, vectors, ours, other):
    """At least 99 % of the lists are equal, and the others part at two items that are worth the same within .002."""
    different = np.flatnonzero((ours != other).any(axis=1))
    for user in different:
        place = int(np.argmax(ours[user] != other[user]))
        shopper = Shopper(plan, pool, vectors, user, np.zeros(0), dict(enumerate(ours[user, :place])))
        worth = [sum(shopper.terms(int(lists[user, place]), place).values()) for lists in (ours, other)]
        assert worth[0] == pytest.approx(worth[1], abs=2e-3)
    return len(different) <= 0.01 * len(ours)


@pytest.mark.parametrize("diversity", [0.1, 0.4, 0.7, 0.9])
def test_mmr_is_pyversitys(diversity):
    pool, vectors = random_pool(11, users=400, size=50, items=300, dimensions=16)
    plan = plain_plan(400, 300, 15, diversity)
    ours = kernel.rank(plan, pool, vectors).items
    assert agree(plan, pool, vectors, ours, theirs(pool, vectors, 15, Strategy.MMR, diversity))


def beta_mode(relevance, diversity):
    """pyversity's L = diag(w) S diag(w) with w = exp(beta z), z = r / std, beta = 1 - diversity: log det is 2 beta z + log d^2, which is
    our theta r + (1 - theta) log d^2 where theta / (1 - theta) = 2 beta / std."""
    return 1 / (1 + 2 * (1 - diversity) / relevance.std(axis=1))


@pytest.mark.parametrize("diversity", [0.1, 0.5, 0.75, 1.0])
def test_dpp_is_pyversitys_in_beta_mode(diversity):
    pool, vectors = random_pool(12, users=400, size=50, items=300, dimensions=32)
    plan = replace(plain_plan(400, 300, 15, beta_mode(pool.relevance, diversity)), engine="set-wise")
    ours = kernel.rank(plan, pool, vectors).items
    assert agree(plan, pool, vectors, ours, theirs(pool, vectors, 15, Strategy.DPP, diversity))
