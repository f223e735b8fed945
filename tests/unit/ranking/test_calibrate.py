"""The slider means the same everywhere: its share of the gain, whatever the scale of the scores."""

import itertools

import numpy as np
import pytest

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.evaluation.beyond_accuracy import intra_list_distance
from recsys_core.ranking.calibrate import calibrate_variety
from recsys_core.ranking.lists import rank_lists
from recsys_core.ranking.measures import relevance_kept
from recsys_core.ranking.mmr import mmr
from recsys_core.ranking.pools import Pool, make_pool, unit_rows

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def shop():
    """600 users whose candidates come mostly from two of twelve clusters."""
    rng = np.random.default_rng(4)
    centres = rng.normal(size=(12, 16))
    cluster = np.arange(600) % 12
    vectors = unit_rows(centres[cluster] + 0.5 * rng.normal(size=(600, 16)))
    taste = rng.normal(size=(900, 16)) * 0.4 + centres[rng.integers(0, 12, 900)]
    scores = (taste @ vectors.T).astype(np.float32)
    candidates = np.argsort(-scores, axis=1)[:, :100].astype(np.int32)
    return candidates, np.take_along_axis(scores, candidates, axis=1), vectors


@pytest.mark.parametrize("position", [10, 25, 50, 75, 90])
@pytest.mark.parametrize("factor", [1, 10])
def test_a_position_is_the_share_of_the_gain_on_users_it_was_not_calibrated_on(shop, position, factor):
    candidates, scores, vectors = shop
    pool = make_pool(candidates, scores * factor)
    scale = calibrate_variety(Pool(pool.items[:450], pool.relevance[:450]), vectors, 20)
    held_out = Pool(pool.items[450:], pool.relevance[450:])
    distance = [intra_list_distance(mmr(held_out, vectors, t, 20), vectors).mean() for t in (0.0, scale.trade_off(position), 1.0)]
    share = 100 * (distance[1] - distance[0]) / (distance[2] - distance[0])
    assert share == pytest.approx(position, abs=4)


def test_zero_is_exactly_the_plain_list_and_the_ends_are_the_ends(shop):
    candidates, scores, vectors = shop
    scale = calibrate_variety(make_pool(candidates, scores), vectors, 20)
    assert scale.trade_off(0) == 0
    assert scale.trade_off(100) == pytest.approx(1.0)
    assert rank_lists(candidates, scores, k=20).items.tolist() == candidates[:, :20].tolist()


@pytest.mark.parametrize("position", [-1, 101])
def test_positions_outside_are_refused(shop, position):
    candidates, scores, vectors = shop
    with pytest.raises(InputError, match="0 to 100"):
        calibrate_variety(make_pool(candidates, scores), vectors, 5).trade_off(position)


def test_where_there_is_no_variety_to_be_had_the_scale_is_straight():
    vectors = unit_rows(np.ones((8, 3)))
    scale = calibrate_variety(make_pool(np.arange(8)[None].repeat(3, 0), -np.arange(8.0)[None].repeat(3, 0)), vectors, 4)
    assert scale.trade_off(50) == pytest.approx(0.5)


def test_more_variety_keeps_less_of_the_match(shop):
    candidates, scores, vectors = shop
    scale = calibrate_variety(make_pool(candidates, scores), vectors, 20)
    kept = []
    for variety in (0, 30, 60, 100):
        ranked = rank_lists(candidates, scores, k=20, variety=variety, scale=scale, unit_vectors=vectors)
        kept.append(relevance_kept(ranked.pool, ranked.items, ranked.plain).mean())
    assert kept[0] == 1
    assert all(a > b for a, b in itertools.pairwise(kept))


def test_a_model_without_vectors_refuses_variety_in_one_sentence(shop):
    candidates, scores, _ = shop
    with pytest.raises(UnsupportedError, match="no vectors"):
        rank_lists(candidates, scores, k=5, variety=20)
