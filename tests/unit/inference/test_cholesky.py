"""The kernel of small ridge systems against a general solver."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from recsys_core.inference.cholesky import cholesky_solve

pytestmark = pytest.mark.unit


def solved(matrix, vector, size=None):
    work, found = matrix.astype(np.float32), vector.astype(np.float32)
    cholesky_solve(work, found, len(matrix) if size is None else size)
    return found


def test_two_unknowns_by_hand():
    # 4 x + 2 y = 10, 2 x + 3 y = 9
    assert_allclose(solved(np.array([[4.0, 2.0], [2.0, 3.0]]), np.array([10.0, 9.0])), [1.5, 2.0], rtol=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.floats(0.5, 50), st.integers(0, 99))
def test_it_solves_what_numpy_solves(size, ridge, seed):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(2 * size, size))
    matrix, vector = rows.T @ rows + ridge * np.eye(size), rng.normal(size=size)
    assert_allclose(solved(matrix, vector), np.linalg.solve(matrix, vector), atol=1e-4)


def test_only_the_first_rows_and_the_lower_triangle_are_read():
    matrix = np.array([[4.0, np.nan, np.nan], [2.0, 3.0, np.nan], [np.nan, np.nan, np.nan]])
    assert_allclose(solved(matrix, np.array([10.0, 9.0, 7.0]), 2), [1.5, 2.0, 7.0], rtol=1e-6)


def test_a_copy_of_an_unknown_is_passed_over():
    assert_allclose(
        solved(np.array([[2.0, 2.0, 0.0], [2.0, 2.0, 0.0], [0.0, 0.0, 1.0]]), np.array([4.0, 4.0, 3.0])), [2.0, 0.0, 3.0], rtol=1e-6
    )
