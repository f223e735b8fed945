"""From candidates and a position of the slider to lists."""

import itertools

import numpy as np
import pytest

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.ranking.lists import rank_lists
from recsys_core.ranking.measures import relevance_kept
from recsys_core.ranking.plan import plain_plan
from recsys_core.ranking.pools import make_pool
from recsys_core.ranking.scales import variety_scale
from tests.unit.ranking.cases import clustered_shop


def test_zero_is_exactly_the_plain_list():
    candidates, scores, _ = clustered_shop(users=100)
    assert rank_lists(candidates, scores, k=20).items.tolist() == candidates[:, :20].tolist()


def test_more_variety_keeps_less_of_the_match():
    candidates, scores, vectors = clustered_shop(users=300)
    scale = variety_scale(plain_plan(300, len(vectors), 20), make_pool(candidates, scores), vectors)
    kept = []
    for variety in (0, 30, 60, 100):
        ranked = rank_lists(candidates, scores, k=20, variety=variety, scale=scale, unit_vectors=vectors)
        kept.append(relevance_kept(ranked.pool, ranked.items, ranked.plain).mean())
    assert kept[0] == 1
    assert all(a > b for a, b in itertools.pairwise(kept))


def test_a_model_without_vectors_refuses_variety_in_one_sentence():
    candidates, scores, _ = clustered_shop(users=5)
    with pytest.raises(UnsupportedError, match="no vectors"):
        rank_lists(candidates, scores, k=5, variety=20)


def test_a_list_of_nothing_is_refused():
    with pytest.raises(InputError, match="length of a list is 0"):
        rank_lists(np.zeros((1, 1), np.int32), np.zeros((1, 1)), k=0)
