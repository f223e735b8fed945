"""What is inside a model: planted collapse is found, a prior that fits passes and one that does not is told."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from recsys_core.errors import TooSmallError
from recsys_core.latent.diagnosis import ALL_USED, COLLAPSED, PARTLY_USED, measure_dimensions, measure_prior

pytestmark = pytest.mark.unit


def codes(n=3000, d=6, spread=1.0, seed=0):
    return np.random.default_rng(seed).normal(scale=spread, size=(n, d))


def test_by_hand():
    mean = np.tile([[0.0, 1.0], [2.0, 1.0]], (10, 1))
    found = measure_dimensions(mean, np.zeros((20, 2)))
    assert_allclose(found.variance, [1.0, 0.0])
    assert found.active.tolist() == [True, False]
    assert_allclose(found.kl, [1.0, 0.5])  # half the mean square: the variances are those of the prior
    assert found.effective == pytest.approx(1.0)
    assert (found.share, found.verdict, found.shoppers) == (0.5, ALL_USED, 20)


def test_planted_collapsed_dimensions_are_found_and_told():
    mean, log_variance = codes(d=40), np.full((3000, 40), -3.0)
    dead = np.arange(40) % 20 != 0
    mean[:, dead] *= 0.02
    log_variance[:, dead] = 0.0
    found = measure_dimensions(mean, log_variance)
    assert found.active.tolist() == (~dead).tolist()
    assert found.kl[dead].max() < 0.001 < found.kl[~dead].min()
    assert found.share == 0.05
    assert found.verdict == COLLAPSED
    assert found.effective == pytest.approx(2.0, abs=0.1)
    mean[:, 1:12] = codes(d=11)
    assert measure_dimensions(mean).verdict == PARTLY_USED


def test_of_codes_alone_nothing_is_said_of_kl():
    found = measure_dimensions(codes(d=4))
    assert found.kl is None
    assert found.effective == pytest.approx(4.0, abs=0.05)


def test_codes_that_fill_the_prior_pass():
    found = measure_prior(codes(spread=0.8), np.full((3000, 6), np.log(0.36)))
    assert_allclose(found.variance, 1.0, atol=0.08)
    assert found.kl < 0.02
    assert found.filled > 0.9
    assert found.fits


@pytest.mark.parametrize("d", [2, 100])
def test_codes_that_do_not_fill_the_prior_are_told(d):
    corner = codes(d=d, spread=0.3) + 2.0
    found = measure_prior(corner, np.full(corner.shape, -4.0))
    assert found.filled < 0.1
    assert not found.fits
    assert_allclose(found.mean, 2.0, atol=0.05)
    assert_allclose(found.kl_each.sum(), found.kl, rtol=0.1)  # dimensions are independent here
    assert found.farther


def test_shoppers_who_spread_wider_than_the_prior_are_told():
    found = measure_prior(codes(d=100, spread=2.0), np.full((3000, 100), -4.0))
    assert not found.farther
    assert found.filled < 0.1
    assert not found.fits


def test_the_kl_of_a_gaussian_by_hand():
    mean = np.sqrt(0.5) * np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]).repeat(10, axis=0) * np.sqrt(2)
    found = measure_prior(mean, np.log(np.full((40, 2), 0.5)))
    assert_allclose(found.variance, 1.0)
    assert found.kl == pytest.approx(0.0, abs=1e-9)


def test_the_same_seed_gives_the_same_figures_and_few_shoppers_are_refused():
    mean, log_variance = codes(), np.zeros((3000, 6))
    assert measure_prior(mean, log_variance, seed=4).filled == measure_prior(mean, log_variance, seed=4).filled
    for measure in (measure_dimensions, measure_prior):
        with pytest.raises(TooSmallError, match="too few"):
            measure(mean[:5], log_variance[:5])
