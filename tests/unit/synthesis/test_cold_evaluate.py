"""Products left out of everything are ranked fairly, and a planted taste is found."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recsys_core.errors import TooSmallError
from recsys_core.synthesis.cold.blend import Blend, make_folds, ndcg_of, tune_likeness
from recsys_core.synthesis.cold.catalogue import Catalogue
from recsys_core.synthesis.cold.evaluate import METHODS, category_means, evaluate_cold
from recsys_core.synthesis.cold.signals import Signal

WORDS = ("mug", "candle", "train", "shovel")


def _shop(telling: bool = True) -> tuple[Catalogue, sparse.csr_matrix, np.ndarray]:
    """160 products of four groups that titles tell (or not), 200 shoppers of one group each."""
    rng = np.random.default_rng(0)
    group = np.arange(160) % 4
    told = group if telling else rng.permutation(group)
    taste = np.arange(200) % 4
    odds = np.where(taste[:, None] == group[None, :], 0.25, 0.02)
    pairs = sparse.csr_matrix((rng.random(odds.shape) < odds).astype(np.float32))
    titles = [f"{WORDS[told[i]]} {('blue', 'striped', 'wooden', 'painted', 'woven')[i % 5]}" for i in range(160)]
    nothing = np.full(160, np.nan)
    catalogue = Catalogue(titles, [""] * 160, [()] * 160, [""] * 160, nothing)
    return catalogue, pairs, group.astype(np.int32)


def test_a_planted_taste_is_found_beyond_popularity_and_chance() -> None:
    catalogue, pairs, group = _shop()
    found = evaluate_cold(catalogue, pairs, seed=1, groups=group).to_json()
    assert found["items_left_out"] == 32
    assert list(found["methods"]) == list(METHODS)
    ours, category = (found["methods"][name]["ndcg@20"]["value"] for name in ("ours", "category"))
    assert ours > category + 0.2
    less_category = next(one for one in found["differences"] if one["second"] == "category")
    assert less_category["low"] > 0
    assert less_category["first"] == "ours"
    less_likeness = next(one for one in found["differences"] if one["second"] == "content-knn")
    assert less_likeness["high"] >= 0


def test_titles_that_tell_nothing_find_nothing() -> None:
    catalogue, pairs, group = _shop(telling=False)
    found = evaluate_cold(catalogue, pairs, seed=1, groups=group)
    assert abs(found.ndcg["ours"].mean() - found.ndcg["random"].mean()) < 0.1


def test_what_is_left_out_is_not_read() -> None:
    """Other purchases of the left-out products change the figures but nothing that is learned."""
    catalogue, pairs, group = _shop()
    first = evaluate_cold(catalogue, pairs, seed=1, groups=group)
    other = pairs.tolil()
    for item in first.left_out:
        other[:, item] = 0
        other[item % 7 :: 9, item] = 1
    second = evaluate_cold(catalogue, other.tocsr(), seed=1, groups=group)
    np.testing.assert_array_equal(first.left_out, second.left_out)
    assert first.learned.blend.to_json() == second.learned.blend.to_json()
    users = np.arange(50)
    np.testing.assert_array_equal(first.learned.blend.score(first.asked, users), second.learned.blend.score(second.asked, users))


def test_the_same_seed_gives_the_same_figures() -> None:
    catalogue, pairs, group = _shop()
    assert (
        evaluate_cold(catalogue, pairs, seed=3, groups=group).to_json() == evaluate_cold(catalogue, pairs, seed=3, groups=group).to_json()
    )


def test_popularity_in_the_category_by_hand() -> None:
    buyers = np.array([4.0, 2.0, 9.0, 5.0, 1.0])
    warm, left_out = np.array([0, 1, 2]), np.array([3, 4])
    groups = np.array([0, 0, 1, 0, -1], np.int32)
    np.testing.assert_allclose(category_means(buyers, warm, left_out, groups), [3.0, 5.0])  # the mean of its group; of all without one
    np.testing.assert_allclose(category_means(buyers, warm, left_out, np.array([0, 0, 1, 2, 1], np.int32)), [5.0, 9.0])
    np.testing.assert_allclose(category_means(buyers, warm, left_out, None), [5.0, 5.0])


def test_ndcg_by_hand() -> None:
    targets = sparse.csr_matrix(np.array([[0, 1, 0, 1], [1, 0, 0, 0]], np.float32))
    scores = np.array([[0.9, 0.8, 0.1, 0.2], [0.5, 0.5, 0.5, 0.5]], np.float32)
    ideal = 1 + 1 / np.log2(3)
    np.testing.assert_allclose(ndcg_of(scores, targets), [(1 / np.log2(3) + 1 / np.log2(4)) / ideal, 1.0])


def test_content_knn_is_tuned_as_ours_is_and_a_blend_survives_json() -> None:
    catalogue, pairs, _ = _shop()
    from recsys_core.synthesis.cold.content import learn_content

    rows = learn_content(catalogue).rows(catalogue)
    folds = make_folds(rows, pairs, 0)
    assert len(folds) == 3
    assert all(fold.targets.shape[1] == 32 for fold in folds)
    best = tune_likeness(folds)
    value = sum(fold.ndcg(fold.asked.raw(Signal("likeness", k=best.k, power=best.power, shrink=best.shrink), fold.users)) for fold in folds)
    other = sum(fold.ndcg(fold.asked.raw(Signal("likeness", k=5, power=1.0, shrink=10.0), fold.users)) for fold in folds)
    assert value >= other
    made = Blend((Signal("taste"), Signal("likeness", k=3, logarithm=True, floor=0.1)), (1.0, 0.3), np.ones((2, 4), np.float32))
    assert Blend.from_json(made.to_json(), made.spread) == made


@pytest.mark.parametrize("what", ["few products", "no words"])
def test_too_little_is_said(what: str) -> None:
    catalogue, pairs, _ = _shop()
    if what == "few products":
        catalogue, pairs = catalogue.of(np.arange(15)), pairs[:, :15].tocsr()
    else:
        catalogue = Catalogue([""] * 160, [""] * 160, [()] * 160, [""] * 160, np.full(160, np.nan))
    with pytest.raises(TooSmallError):
        evaluate_cold(catalogue, pairs, seed=0)
