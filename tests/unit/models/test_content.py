"""Recommendations by what the catalogue says, on a shop of cups and lamps."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.models.content import Content, condense
from recsys_core.models.contract import FitContext, Side

pytestmark = pytest.mark.unit

TRAIN = sparse.csr_matrix(np.ones((2, 4), dtype=np.float32))
# two cups, of which the second is half a lamp, a lamp, and a product of which nothing is known
FEATURES = sparse.csr_matrix(np.array([[1, 0], [0.6, 0.8], [0, 1], [0, 0]], dtype=np.float32))


class Catalogue(Side):
    def __init__(self, features):
        self.features = features

    def item_features(self):
        return self.features


def fitted(features=FEATURES, **settings):
    model = Content(settings)
    model.fit(TRAIN, FitContext(seed=0, side=Catalogue(features)))
    return model


def test_the_score_is_the_likeness_to_the_history_added():
    history = sparse.csr_matrix(np.array([[1, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1]], dtype=np.float32))
    assert_allclose(fitted().score(history), [[1, 0.6, 0, 0], [1, 1.4, 1, 0], [0, 0, 0, 0]], atol=1e-6)


def test_dense_features_will_do():
    history = sparse.csr_matrix(np.eye(4, dtype=np.float32))
    assert_array_equal(fitted(FEATURES.toarray()).score(history), fitted().score(history))


def test_a_catalogue_that_says_nothing_is_refused():
    with pytest.raises(InputError, match="says nothing") as caught:
        fitted(None)
    assert "--items" in caught.value.hint


def test_many_features_are_condensed_to_rows_that_keep_who_is_like_whom():
    rng = np.random.default_rng(0)
    kinds = np.repeat(np.eye(6), 20, axis=1)  # six kinds of product with twenty words each
    features = sparse.csr_matrix((np.repeat(kinds, 30, axis=0) * (rng.random((180, 120)) < 0.5)).astype(np.float32))
    rows = condense(features, 6, 0.5, lambda: None)
    assert rows.shape == (180, 6)
    assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-5)
    likeness = rows @ rows.T
    same = np.repeat(np.arange(6), 30)[:, None] == np.repeat(np.arange(6), 30)
    assert likeness[same].min() > 0.9
    assert likeness[~same].max() < 0.1
    assert_array_equal(rows, condense(features, 6, 0.5, lambda: None))


def test_a_product_with_features_too_rare_for_the_dimensions_has_none_rather_than_noise():
    table = np.zeros((41, 4), dtype=np.float32)
    table[:20, 0] = table[20:40, 1] = table[40, 2] = 1
    rows = condense(sparse.csr_matrix(table), 2, 1.0, lambda: None)
    assert (rows[40] == 0).all()
    assert_allclose(np.linalg.norm(rows[:40], axis=1), 1, rtol=1e-5)


def test_evenness_lets_what_few_share_count_as_what_most_do():
    table = np.zeros((60, 5), dtype=np.float32)
    table[:, 0] = 1  # every product is a decoration
    table[:30, 1] = table[30:, 2] = table[::3, 3] = table[1::3, 4] = 0.5
    plain, even = (condense(sparse.csr_matrix(table), 4, evenness, lambda: None) for evenness in (0.0, 1.0))
    assert (plain[0] @ plain[59]) > 0.6
    assert (even[0] @ even[59]) < 0.3
