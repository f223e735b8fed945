"""A scorer cut down to a shopper's own items and the shown ones says what the whole one says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from recsys_core.explain import subsets
from recsys_core.explain.subsets import dense_subset_scores, parts_of, ranks_of, subset_scores
from recsys_core.inference.scorers import KINDS
from tests.unit.explain.made import ITEMS, every_kind

pytestmark = pytest.mark.unit
NAMES = list(every_kind())


def drawn(seed, past=7, shown=5):
    """(history, subsets of it with all and none, shown items, some of them of the history)."""
    rng = np.random.default_rng(seed)
    history = np.sort(rng.choice(ITEMS, past, replace=False))
    keep = np.concatenate([np.ones((1, past), bool), np.zeros((1, past), bool), rng.random((6, past)) < 0.6])
    return history, keep, rng.choice(ITEMS, shown, replace=False)


def test_every_kind_of_scorer_is_tried():
    assert {name.split(",")[0].replace("denoising ", "") for name in NAMES} >= set(KINDS)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), past=st.integers(1, 12))
def test_it_equals_the_whole_scorer(name, seed, past):
    scorer, (history, keep, shown) = every_kind(seed)[name], drawn(seed, past)
    dense = dense_subset_scores(scorer, history, keep, shown, ITEMS, 3)
    assert_allclose(subset_scores(scorer, history, keep, shown, ITEMS, 3), dense, atol=1e-5, rtol=1e-5)
    everything = dense_subset_scores(scorer, history, keep, None, ITEMS, 3)
    assert_allclose(subset_scores(scorer, history, keep, None, ITEMS, 3), everything, atol=1e-5, rtol=1e-5)
    assert_array_equal(everything[:, shown], dense)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_past_and_blocks_change_nothing(name, monkeypatch):
    scorer, (history, keep, shown) = every_kind()[name], drawn(1)
    whole = subset_scores(scorer, history, keep, shown, ITEMS, 3)
    monkeypatch.setattr(subsets, "CELLS", 3 * ITEMS)
    assert_allclose(subset_scores(scorer, history, keep, shown, ITEMS, 3), whole, atol=1e-6)
    nothing = subset_scores(scorer, history[:0], np.ones((2, 0), bool), shown, ITEMS, 3)
    assert_allclose(nothing, np.repeat(whole[1:2], 2, axis=0), atol=1e-6)


def test_the_oracle_scores_the_subset_and_no_more():
    """By hand: rows 1 and 4 of the matrix are added where both are kept."""
    scorer = every_kind()["item-item"]
    found = dense_subset_scores(scorer, np.array([1, 4]), np.array([[True, True], [False, True]]), np.array([9, 0]), ITEMS)
    expected = [scorer.weights[1, [9, 0]] + scorer.weights[4, [9, 0]], scorer.weights[4, [9, 0]]]
    assert_allclose(found, expected, atol=1e-6)


def test_parts_without_weight_have_no_say():
    made = every_kind()
    assert parts_of(made["blend with a silent part"]) == (made["recvae"],)
    assert parts_of(made["vae-linear, linear alone"]) == (made["sparse-item-item"],)
    assert parts_of(made["autoencoder"]) == ()


def test_ranks_are_those_of_the_list_with_ties_to_the_smaller_index():
    scores = np.array([[1, 3, 3, -np.inf, 2], [0, 0, 0, 0, 0]], dtype=np.float32)
    assert ranks_of(scores, np.array([2, 1, 0, 3])).tolist() == [[2, 1, 4, 5], [3, 2, 1, 4]]
