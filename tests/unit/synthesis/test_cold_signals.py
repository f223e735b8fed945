"""The signals of a new product equal what a person works out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recsys_core.synthesis.cold.ridge import ridge
from recsys_core.synthesis.cold.signals import Asked, Likeness, Signal, learn_known, local_weights, neighbours_of, shaped

# three known products along two directions; two shoppers, of whom the first had the first two
ROWS = sparse.csr_matrix(np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]], np.float32))
PAIRS = sparse.csr_matrix(np.array([[1, 1, 0], [0, 0, 1]], np.float32))
NEW = sparse.csr_matrix(np.array([[1.0, 0.0], [0.0, 0.0]], np.float32))


def test_neighbours_come_by_cosine_and_then_by_place() -> None:
    near = neighbours_of(NEW, ROWS)
    assert near.places.tolist() == [[0, 1, 2], [0, 1, 2]]
    np.testing.assert_allclose(near.likeness, [[1.0, 0.6, 0.0], [0.0, 0.0, 0.0]], atol=1e-6)


def test_content_knn_is_the_weighted_mean_of_what_was_had() -> None:
    asked = Asked(learn_known(ROWS, PAIRS), NEW)
    weights = asked.near.weights(Likeness(k=2, power=2.0, shrink=0.64), 3).toarray()
    np.testing.assert_allclose(weights[0], [0.5, 0.18, 0.0], atol=1e-6)  # 1 and .36 over 1.36 + .64
    assert not weights[1].any()
    found = asked.raw(Signal("likeness", k=2, power=2.0, shrink=0.64))
    np.testing.assert_allclose(found, [[0.68, 0.0], [0.0, 0.0]], atol=1e-6)


def test_the_logarithm_is_above_its_floor() -> None:
    signal = Signal("likeness", k=2, logarithm=True, floor=0.5)
    np.testing.assert_allclose(shaped(signal, np.array([[0.0, 0.5]], np.float32)), np.log([[0.5, 1.0]]), atol=1e-6)


def test_local_weights_solve_the_kernel_system() -> None:
    near = neighbours_of(NEW[:1], ROWS)
    found = local_weights(near, ROWS, 0.3, 3).toarray()[0]
    table = ROWS.toarray()
    kernel = np.exp((table @ table.T - 1) / 0.3) + 0.3 * np.eye(3)
    np.testing.assert_allclose(found, np.linalg.solve(kernel, np.exp((table @ [1, 0] - 1) / 0.3)), atol=1e-6)


def test_near_twins_do_not_speak_twice() -> None:
    twins = sparse.csr_matrix(np.array([[1.0, 0.0]] * 5 + [[0.8, 0.6]], np.float32))
    weights = local_weights(neighbours_of(NEW[:1], twins), twins, 0.3, 6).toarray()[0]
    assert weights[:5].sum() < 1.05
    assert np.ptp(weights[:5]) < 1e-5


def test_ridge_equals_the_normal_equations(rng: np.random.Generator) -> None:
    table = sparse.random(60, 12, 0.4, format="csr", random_state=1)
    targets = rng.normal(size=(60, 3))
    dense = table.toarray()
    expected = np.linalg.solve(dense.T @ dense + 2.0 * np.eye(12), dense.T @ targets)
    np.testing.assert_allclose(ridge(table, targets, 2.0), expected, atol=1e-3 * np.abs(expected).max())


def test_nothing_to_learn_gives_zeros() -> None:
    assert not ridge(sparse.csr_matrix((4, 3)), np.ones((4, 2)), 1.0).any()


def test_expected_buyers_follow_content() -> None:
    rows = sparse.csr_matrix(np.repeat(np.eye(2, dtype=np.float32), 30, axis=0))
    pairs = sparse.csr_matrix(np.hstack([np.ones((40, 30)), np.vstack([np.ones((2, 30)), np.zeros((38, 30))])]).astype(np.float32))
    asked = Asked(learn_known(rows, pairs), sparse.csr_matrix(np.eye(2, dtype=np.float32)))
    many, few = asked.raw(Signal("sold"))[0]
    assert np.expm1(many) == pytest.approx(40, rel=0.3)
    assert np.expm1(few) == pytest.approx(2, rel=0.3)


def test_some_shoppers_are_the_rows_of_all(rng: np.random.Generator) -> None:
    rows = sparse.random(30, 8, 0.5, format="csr", random_state=2, dtype=np.float32)
    pairs = sparse.csr_matrix((rng.random((20, 30)) < 0.3).astype(np.float32))
    asked = Asked(learn_known(rows, pairs), rows[:5])
    for signal in (Signal("likeness", k=4), Signal("taste"), Signal("local", width=0.3)):
        np.testing.assert_array_equal(asked.raw(signal, np.array([3, 7])), asked.raw(signal)[[3, 7]])
