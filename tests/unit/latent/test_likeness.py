"""Neighbours in two spaces, and two clouds in one."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from recsys_core.errors import TooSmallError
from recsys_core.latent.aligning import align, shared_rows
from recsys_core.latent.likeness import compare_neighbours
from recsys_core.latent.two_samples import compare_clouds

pytestmark = pytest.mark.unit


@pytest.fixture
def table():
    return np.random.default_rng(0).normal(size=(400, 8))


def test_a_space_agrees_with_itself_and_with_itself_turned(table):
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(8, 8)))[0]
    for other in (table, 3 * table @ turn):
        found = compare_neighbours(table, other)
        assert found.shared.value == 1.0
        assert max(pair.far for pair in found.first_only) < 0.03  # the nearest there too


def test_two_unrelated_spaces_agree_by_chance(table):
    found = compare_neighbours(table, np.random.default_rng(2).normal(size=(400, 5)))
    assert found.chance == pytest.approx(10 / 399)
    assert abs(found.shared.value - found.chance) < 0.015


def test_a_planted_pair_that_only_the_first_space_knows_is_named(table):
    second = table.copy()
    table[7] = table[3] * 1.01
    second[7] = -second[3]
    found = compare_neighbours(table, second)
    best = found.first_only[0]
    assert {best.one, best.other} == {3, 7}
    assert (best.near, best.far > 0.99) == (1, True)
    known = np.ones(400, bool)
    known[3] = False
    assert all(3 not in (pair.one, pair.other) for pair in compare_neighbours(table, second, known=known).first_only)


def test_no_point_is_in_two_examples(table):
    found = compare_neighbours(table, np.random.default_rng(3).normal(size=(400, 5)))
    named = [point for pair in found.second_only for point in (pair.one, pair.other)]
    assert len(named) == len(set(named)) == 16
    with pytest.raises(TooSmallError):
        compare_neighbours(table[:8], table[:8])


def test_two_clouds_of_one_law_cannot_be_told_apart_and_of_two_laws_can():
    rng = np.random.default_rng(0)
    real = rng.normal(size=(1500, 6))
    same = compare_clouds(real, rng.normal(size=(800, 6)))
    assert same.alike == "alike"
    assert abs(same.told.value - 0.5) < 0.05
    assert abs(same.covered.value - same.ceiling) < 0.05
    far = compare_clouds(real, rng.normal(size=(800, 6)) + 8)
    assert far.alike == "apart"
    assert far.covered.value < 0.3 < same.covered.value


def test_generated_points_that_crowd_in_the_middle_are_told():
    rng = np.random.default_rng(0)
    middle = np.eye(60)[0]
    real, made = rng.normal(size=(1200, 60)) + 4 * middle, 0.5 * rng.normal(size=(600, 60)) + 4 * middle
    found = compare_clouds(real, made)
    assert found.told.value < 0.6
    assert found.told_generated > 0.9 > 0.2 > found.told_real
    assert found.alike == "apart"


def test_copies_are_neither_nearer_nor_farther_than_their_own():
    real = np.random.default_rng(0).normal(size=(400, 4))
    assert compare_clouds(real, real.copy()).told.value < 0.6
    with pytest.raises(TooSmallError):
        compare_clouds(real[:10], real)


def test_a_picture_aligns_with_itself_without_a_turn(table):
    picture = table[:, :2]
    found = align(picture, picture)
    assert_allclose(found.turn, np.eye(2), atol=1e-12)
    assert found.scale == pytest.approx(1)
    assert found.left_over == pytest.approx(0, abs=1e-12)
    assert_allclose(found(picture), picture, atol=1e-6)


@pytest.mark.parametrize("mirror", [1, -1])
def test_a_turned_scaled_and_moved_copy_is_recovered(table, mirror):
    picture, angle = table[:, :2], 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([1, mirror])
    moved = 3.5 * picture @ turn + [10, -4]
    found = align(picture, moved)
    assert found.scale == pytest.approx(1 / 3.5)
    assert_allclose(found(moved), picture, atol=1e-5)
    assert found.left_over == pytest.approx(0, abs=1e-9)


def test_pictures_with_nothing_in_common_stay_apart(table):
    found = align(table[:, :2], table[:, 4:6])
    assert found.left_over > 0.95
    with pytest.raises(TooSmallError, match="share 2"):
        align(table[:2, :2], table[:2, :2])
    with pytest.raises(TooSmallError, match="one spot"):
        align(table[:, :2], np.zeros((400, 2)))


def test_what_two_runs_share():
    rows, here, there = shared_rows(np.array([1, 4, 6]), np.array([0, 4, 5, 6]))
    assert (rows.tolist(), here.tolist(), there.tolist()) == ([4, 6], [1, 2], [1, 3])
