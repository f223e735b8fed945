"""The measures of trust: scikit-learn's trustworthiness, by hand, and their extremes."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from recsys_core.latent.trust import measure_trust, neighbours_kept

pytestmark = pytest.mark.unit


@pytest.fixture
def unit():
    found = np.random.default_rng(0).normal(size=(150, 8))
    return found / np.linalg.norm(found, axis=1, keepdims=True)  # of unit rows the nearest by cosine are the nearest by distance


def test_both_equal_scikit_learn_over_all_points(unit):
    flat = unit[:, :2]
    found = measure_trust(unit, flat, k=7)
    assert found.trustworthiness == pytest.approx(trustworthiness(unit, flat, n_neighbors=7), abs=1e-12)
    assert found.continuity == pytest.approx(trustworthiness(flat, unit, n_neighbors=7), abs=1e-12)
    assert (found.k, found.sampled) == (7, 150)


def test_by_hand():
    """Five directions, and a line on which the outer two changed places. The nearest of 0, 1 and 4 is another one there: 3 and 2, 4 and
    3, 3 and 2 places off; 2 and 3 keep theirs. 1 - 2 / (5 * 1 * 6) * 7."""
    angles = np.deg2rad([0, 10, 30, 60, 100])
    line = np.array([[100, 0], [10, 0], [30, 0], [60, 0], [0, 0]])
    found = measure_trust(np.c_[np.cos(angles), np.sin(angles)], line, k=1)
    assert found.neighbours_kept == pytest.approx(2 / 5)
    assert found.trustworthiness == pytest.approx(1 - 14 / 30)
    assert found.continuity == pytest.approx(1 - 14 / 30)


def test_a_map_at_random_keeps_what_chance_gives():
    rng = np.random.default_rng(1)
    table = rng.normal(size=(2000, 12))
    found = measure_trust(table, rng.normal(size=(2000, 2)), k=10)
    assert found.neighbours_kept == pytest.approx(found.by_chance, abs=0.01)
    assert found.trustworthiness == pytest.approx(0.5, abs=0.05)


def test_a_sample_is_close_to_all():
    rng = np.random.default_rng(2)
    table = rng.normal(size=(1500, 5))
    assert neighbours_kept(table, table[:, :2]) == pytest.approx(measure_trust(table[:500], table[:500, :2]).neighbours_kept, abs=0.1)


def test_two_points_have_nothing_to_measure():
    assert measure_trust(np.eye(2), np.eye(2)).trustworthiness == 1.0
