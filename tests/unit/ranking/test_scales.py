"""A slider means the same everywhere: its share of the gain, whatever the scale of the scores, on users it was not calibrated on."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.evaluation.beyond_accuracy import intra_list_distance
from recsys_core.ranking.kernel import rank
from recsys_core.ranking.plan import ENGINES, Cap, plain_plan
from recsys_core.ranking.pools import make_pool, unit_rows
from recsys_core.ranking.scales import Scale, balance_scale, divergence, item_scale, variety_scale
from tests.unit.ranking.cases import clustered_shop

POSITIONS = (10, 25, 50, 75, 90)
CALIBRATED, HELD_OUT = np.arange(900), np.arange(900, 1800)
ALLOWED = 4


@pytest.fixture(scope="module")
def shop():
    """1,800 users whose candidates come mostly from two of twelve clusters; halves for calibrating and for looking."""
    candidates, scores, vectors = clustered_shop(users=1800)
    cluster = np.arange(len(vectors)) % 12
    tastes = np.zeros((1800, 12))
    for user in range(1800):
        np.add.at(tastes[user], cluster[candidates[user, ::7]], 1)
    mix = sparse.csr_matrix((tastes / tastes.sum(axis=1, keepdims=True)).astype(np.float32))
    plan = replace(plain_plan(1800, len(vectors), 20), group=cluster, mix=mix)
    return plan, candidates, scores, vectors


def shares(measure, scale, top):
    """What each position brings of what can be had, in points."""
    found = [measure(weight) for weight in (0.0, *(scale.weight(position) for position in POSITIONS), top)]
    return [100 * (value - found[0]) / (found[-1] - found[0]) for value in found[1:-1]]


@pytest.mark.parametrize("factor", [1, 10])
@pytest.mark.parametrize("engine", ENGINES)
def test_variety(shop, engine, factor):
    plan, candidates, scores, vectors = shop
    plan, pool = replace(plan, engine=engine), make_pool(candidates, scores * np.float32(factor))
    scale = variety_scale(plan.of(CALIBRATED), pool.of(CALIBRATED), vectors)
    part, some = plan.of(HELD_OUT), pool.of(HELD_OUT)

    def measure(weight):
        return intra_list_distance(rank(replace(part, trade_off=np.full(len(some), weight)), some, vectors).items, vectors).mean()

    assert shares(measure, scale, 1.0) == pytest.approx(POSITIONS, abs=ALLOWED)
    assert measure(scale.weight(100)) == pytest.approx(scale.high, rel=0.05)
    assert measure(0.0) == pytest.approx(scale.low, rel=0.05)


def test_taste_balance(shop):
    plan, candidates, scores, _ = shop
    pool = make_pool(candidates, scores)
    scale = balance_scale(plan.of(CALIBRATED), pool.of(CALIBRATED))
    part, some = plan.of(HELD_OUT), pool.of(HELD_OUT)

    def measure(weight):
        return -divergence(part.mix.toarray(), rank(replace(part, balance=weight), some).items, part.group).mean()

    assert shares(measure, scale, 100.0) == pytest.approx(POSITIONS, abs=ALLOWED)


@pytest.mark.parametrize("name", ["discovery", "price", "freshness"])
def test_terms_of_an_item(shop, name):
    plan, candidates, scores, vectors = shop
    pool, rng = make_pool(candidates, scores), np.random.default_rng(3)
    popularity = rng.permutation(np.geomspace(1, 1e4, len(vectors)))
    term = {
        "discovery": np.log2(popularity.max() / popularity) / np.log2(popularity.max()),
        "price": popularity.argsort().argsort() / len(popularity),
        "freshness": 2.0 ** (-rng.exponential(2, len(popularity))),
    }[name]
    shown = popularity < np.quantile(popularity, 0.8) if name == "discovery" else term
    scale = item_scale(plan.of(CALIBRATED), pool.of(CALIBRATED), term, shown)
    part, some = plan.of(HELD_OUT), pool.of(HELD_OUT)

    def measure(weight):
        return shown[rank(replace(part, static=np.float32(weight) * term[None].astype(np.float32)), some).items].mean()

    assert shares(measure, scale, 100.0) == pytest.approx(POSITIONS, abs=ALLOWED)


def test_scores_times_ten_give_the_same_weights(shop):
    plan, candidates, scores, vectors = shop
    one, ten = (variety_scale(plan, make_pool(candidates, scores * np.float32(factor)), vectors) for factor in (1, 10))
    for position in POSITIONS:
        assert ten.weight(position) == pytest.approx(one.weight(position), abs=1e-3)


def test_a_cap_changes_what_can_be_had(shop):
    plan, candidates, scores, vectors = shop
    pool = make_pool(candidates, scores)
    capped = replace(plan, caps=(Cap("cluster", plan.group, 3),))
    assert variety_scale(capped, pool, vectors).low > variety_scale(plan, pool, vectors).low + 0.01


def test_scores_of_which_one_stands_far_above_the_others():
    """All that changes happens at the smallest weights: the points go there."""
    candidates, scores, vectors = clustered_shop(users=1200)
    pool = make_pool(candidates, np.exp(4 * scores / scores.std()))
    plan = plain_plan(1200, len(vectors), 20)
    scale = variety_scale(plan.of(np.arange(600)), pool.of(np.arange(600)), vectors)
    some = pool.of(np.arange(600, 1200))

    def measure(weight):
        return intra_list_distance(rank(plain_plan(600, len(vectors), 20, weight), some, vectors).items, vectors).mean()

    assert shares(measure, scale, 1.0) == pytest.approx(POSITIONS, abs=ALLOWED)


def test_ends_and_the_way_back(shop):
    plan, candidates, scores, vectors = shop
    scale = variety_scale(plan, make_pool(candidates, scores), vectors)
    assert scale.weight(0) == 0
    assert 0.5 < scale.weight(100) <= 1
    assert [scale.position(scale.weight(position)) for position in POSITIONS] == pytest.approx(POSITIONS)
    assert len(scale.weights) <= 24


@pytest.mark.parametrize("position", [-1, 101])
def test_positions_outside_are_refused(position):
    with pytest.raises(InputError, match="0 to 100"):
        Scale(np.zeros(2), np.arange(2.0), 0.0, 1.0).weight(position)


def test_where_nothing_can_be_gained_a_slider_changes_nothing():
    vectors = unit_rows(np.ones((8, 3)))
    pool = make_pool(np.arange(8)[None].repeat(3, 0), -np.arange(8.0)[None].repeat(3, 0))
    scale = variety_scale(plain_plan(3, 8, 4), pool, vectors)
    assert scale.flat
    assert scale.weight(50) == 0
    assert scale.position(0.4) == 0


def test_nobody_to_calibrate_on():
    pool = make_pool(np.empty((0, 5), np.int32), np.empty((0, 5)))
    assert variety_scale(plain_plan(0, 8, 4), pool, np.eye(8, dtype=np.float32)).flat


def test_divergence_by_hand():
    """p = (.5, .5), all four places of the first group: .5 log2(.5/.995) + .5 log2(.5/.005)."""
    found = divergence(np.array([[0.5, 0.5]]), np.array([[0, 1, 2, 3]]), np.array([0, 0, 0, 0, 1]))
    assert found[0] == pytest.approx(0.5 * np.log2(0.5 / 0.995) + 0.5 * np.log2(0.5 / 0.005))


def test_balance_without_a_mix_is_a_bug():
    with pytest.raises(ValueError, match="mix"):
        balance_scale(plain_plan(1, 8, 4), make_pool(np.zeros((1, 1)), np.zeros((1, 1))))
