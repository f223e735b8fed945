"""Novelty, distance within a list and calibration, on lists a person can score by hand and against loops over pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.evaluation.beyond_accuracy import intra_list_distance
from recsys_core.evaluation.list_measures import SMOOTHING, Yardsticks, calibration_at, distance_at, novelty_at
from recsys_core.evaluation.protocol import evaluate_lists

pytestmark = pytest.mark.unit


def test_novelty_is_the_mean_surprise_in_bits():
    holders = np.array([8, 4, 1, 0])
    found = novelty_at(np.array([[0, 1, 2], [3, -1, -1], [-1, -1, -1]]), holders, 8, (1, 2, 5))
    assert_allclose(found, [[0, 0.5, 4 / 3], [3, 3, 3], [np.nan] * 3])


@settings(deadline=None)  # the first one compiles
@given(st.integers(0, 500))
def test_distance_of_every_length_is_that_of_the_cut_list(seed):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(12, 5)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[3] = 0
    lists = np.stack([np.append(rng.permutation(12)[:6], -1) for _ in range(4)])
    found = distance_at(lists, vectors, (2, 4, 7, 20))
    for place, k in enumerate((2, 4, 7, 20)):
        expected = intra_list_distance(lists[:, :k], vectors)
        several = (np.isin(lists[:, :k], [-1, 3], invert=True)).sum(axis=1) > 1
        assert_allclose(found[:, place], np.where(several, expected, np.nan), atol=1e-6)


def test_a_list_with_the_mix_of_the_history_is_calibrated():
    groups = np.array([0, 0, 1, 1, 2, -1])
    histories = sparse.csr_matrix(np.array([[1, 0, 1, 0, 0, 1]] * 3, dtype=np.float32))
    found = calibration_at(np.array([[1, 3, 5], [0, 1, -1], [4, 4, 4]]), histories, groups, (1, 3))
    only_first = 0.5 * np.log(0.5 / (1 - SMOOTHING + SMOOTHING / 2)) + 0.5 * np.log(1 / SMOOTHING)
    assert_allclose(found, [[only_first, 0], [only_first, only_first], [-np.log(SMOOTHING)] * 2], atol=1e-12)


def test_no_group_in_the_history_or_in_the_list_is_no_calibration():
    histories = sparse.csr_matrix(np.array([[0, 1], [1, 0]], dtype=np.float32))
    assert np.isnan(calibration_at(np.array([[0], [1]]), histories, np.array([0, -1]), (1,))).all()


def test_what_there_is_no_yardstick_for_is_absent_and_not_zero():
    lists, targets = np.array([[1, 0]]), sparse.csr_matrix(np.array([[0, 1, 0]], dtype=np.float32))
    plain = evaluate_lists(lists, targets, at=(2,))
    assert not {"novelty@2", "ild@2", "calibration@2"} & set(plain.names)
    some = evaluate_lists(lists, targets, at=(2,), yardsticks=Yardsticks(np.array([1, 2, 3]), 4, groups=np.array([0, 0, -1])))
    assert set(some.names) - set(plain.names) == {"novelty@2"}
    assert_allclose(some.values[:, [some.names.index(name) for name in plain.names]], plain.values)
    nobody = Yardsticks(groups=np.array([-1, -1, -1]), histories=targets)
    assert evaluate_lists(lists, targets, at=(2,), yardsticks=nobody).names == plain.names


def test_histories_stay_with_their_users_when_others_are_not_tested():
    targets = sparse.csr_matrix(np.array([[0, 0], [0, 1]], dtype=np.float32))
    yardsticks = Yardsticks(groups=np.array([0, 1]), histories=sparse.csr_matrix(np.array([[1, 0], [0, 1]], dtype=np.float32)))
    found = evaluate_lists(np.array([[1], [1]]), targets, at=(1,), yardsticks=yardsticks)
    assert found.users.tolist() == [1]
    assert found.mean("calibration@1") == 0
