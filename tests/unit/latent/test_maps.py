"""Maps: PCA against scikit-learn, the measure of trust, UMAP's seed."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.decomposition import PCA as Oracle

from recsys_core.errors import TooSmallError
from recsys_core.latent.pca import pca
from recsys_core.latent.trust import neighbours_kept

pytestmark = pytest.mark.unit


@pytest.fixture
def vectors():
    return np.random.default_rng(0).normal(size=(80, 6)) * np.array([5, 3, 1, 1, 0.5, 0.1])


def test_pca_equals_scikit_learn_up_to_sign(vectors):
    oracle = Oracle(2).fit(vectors)
    found = pca(vectors)
    assert_allclose(np.abs(found.coordinates), np.abs(oracle.transform(vectors)), atol=1e-4)
    assert_allclose(found.explained, oracle.explained_variance_ratio_, atol=1e-6)


def test_pca_never_flips(vectors):
    assert_allclose(pca(vectors).coordinates, pca(vectors[::-1]).coordinates[::-1], atol=1e-4)


def test_one_dimension_still_makes_a_map():
    found = pca(np.arange(5.0)[:, None])
    assert found.coordinates.shape == (5, 2)
    assert (found.coordinates[:, 1] == 0).all()


def test_a_faithful_map_keeps_its_neighbours_and_a_random_one_does_not():
    rng = np.random.default_rng(1)
    angles = rng.uniform(0, 2 * np.pi, 400)
    circle = np.c_[np.cos(angles), np.sin(angles)]
    assert neighbours_kept(circle, circle) > 0.9
    assert neighbours_kept(circle, rng.normal(size=(400, 2))) < 0.1


@pytest.mark.slow
def test_umap_is_reproducible_and_refuses_too_few_points():
    from recsys_core.latent.umap_umap import umap_map

    rng = np.random.default_rng(2)
    table = np.concatenate([rng.normal(size=(40, 5)) + 6 * np.eye(5)[0], rng.normal(size=(40, 5)) - 6 * np.eye(5)[1]])
    first = umap_map(table, seed=3)
    assert_allclose(first, umap_map(table, seed=3))
    assert neighbours_kept(table, first) > 0.3
    with pytest.raises(TooSmallError, match="at least 10"):
        umap_map(table[:5], seed=0)
