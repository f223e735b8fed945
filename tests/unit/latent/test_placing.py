"""Placing new points: beside the points they are like, as exactly as comparing all finds them, and better than UMAP's own transform."""

from __future__ import annotations

import numpy as np
import pytest

from recsys_core.latent.nearest import InvertedFile, exact_nearest, unit_rows
from recsys_core.latent.pca import pca
from recsys_core.latent.placing import LinearPlacer, Placer, held_out_kept
from recsys_core.settings import ASSETS_DIR
from tests.unit.latent.held_out import kept_of_held_out

pytestmark = pytest.mark.unit


@pytest.fixture
def islands(rng):
    """(vectors of two kinds, a map with an island for each 10 apart, the kind of each)."""
    kind = np.repeat([0, 1], 60)
    vectors = np.eye(6)[kind] + 0.1 * rng.normal(size=(120, 6))
    return vectors.astype(np.float32), (10 * kind[:, None] + rng.normal(size=(120, 2))).astype(np.float32), kind


def test_a_new_point_lands_on_the_island_of_its_kind(islands, rng):
    vectors, coordinates, kind = islands
    placed = Placer(vectors, coordinates).place(np.eye(6)[[0, 1]] + 0.05 * rng.normal(size=(2, 6)))
    assert np.abs(placed[0] - coordinates[kind == 0].mean(axis=0)).max() < 3
    assert np.abs(placed[1] - coordinates[kind == 1].mean(axis=0)).max() < 3


def test_a_point_between_two_islands_goes_to_one_of_them(islands):
    """Half of its neighbours are on either; their mean would be in the sea between."""
    vectors, coordinates, _ = islands
    (placed,) = Placer(vectors, coordinates).place(np.ones((1, 6)) * [1, 1, 0, 0, 0, 0])
    assert min(np.abs(coordinates - placed).max(axis=1)) < 1


def test_a_known_point_lands_at_home(islands):
    vectors, coordinates, _ = islands
    placed = Placer(vectors, coordinates).place(vectors)
    assert np.median(np.linalg.norm(placed - coordinates, axis=1)) < 1.0


def test_length_does_not_matter_and_zeros_go_to_the_middle(islands):
    vectors, coordinates, _ = islands
    placer = Placer(vectors, coordinates)
    assert placer.place(7 * vectors[:5]) == pytest.approx(placer.place(vectors[:5]), abs=1e-4)
    assert placer.place(np.zeros((1, 6)))[0] == pytest.approx(coordinates.mean(axis=0))


def test_fewer_points_than_neighbours(islands):
    vectors, coordinates, _ = islands
    assert Placer(vectors[:3], coordinates[:3]).place(vectors[:1])[0] == pytest.approx(coordinates[0], abs=3)
    assert Placer(vectors[:1], coordinates[:1]).place(vectors[:2]) == pytest.approx(coordinates[[0, 0]])


def test_a_pca_map_takes_new_points_exactly(rng):
    table = (rng.normal(size=(200, 7)) * np.arange(1, 8)).astype(np.float32)
    whole = pca(table).coordinates
    assert LinearPlacer(table[:150], whole[:150]).place(table[150:]) == pytest.approx(whole[150:], abs=1e-3)


def test_how_far_to_trust_a_placed_point_is_measured_on_points_taken_off(rng):
    """A ring keeps its neighbours when points are placed on it anew; strewn at random there is nothing to keep."""
    angles = rng.uniform(0, 2 * np.pi, 300)
    ring = np.c_[np.cos(angles), np.sin(angles)].astype(np.float32)
    assert held_out_kept(ring, ring, Placer) > 0.7
    assert held_out_kept(ring, rng.normal(size=(300, 2)).astype(np.float32), Placer) < 0.15
    assert held_out_kept(ring[:3], ring[:3], Placer) == 1.0


def clustered(rng, n):
    return unit_rows(rng.normal(size=(25, 16))[rng.integers(0, 25, n)] + 0.7 * rng.normal(size=(n, 16)))


def test_cells_find_what_comparing_all_finds(rng):
    unit = clustered(rng, 6000)
    new = unit_rows(unit[:300] + 0.1 * rng.normal(size=(300, 16)))
    rows, similar = InvertedFile.build(unit).nearest(new, 10)
    exact, wanted = exact_nearest(new, unit, 10)
    assert np.mean([len(set(a) & set(b)) / 10 for a, b in zip(rows, exact, strict=True)]) > 0.9
    assert similar[:, 0] == pytest.approx(wanted[:, 0], abs=0.05)
    assert (np.diff(similar, axis=1) <= 0).all()
    assert np.einsum("mkd,md->mk", unit[rows], new) == pytest.approx(similar, abs=1e-5)


def test_cells_of_points_that_are_all_alike(rng):
    rows, similar = InvertedFile.build(np.tile(unit_rows(rng.normal(size=(1, 4))), (500, 1))).nearest(unit_rows(np.ones((2, 4))), 5)
    assert (rows >= 0).all()
    assert np.ptp(similar) < 1e-6


def test_through_cells_a_point_is_placed_as_among_all(rng, monkeypatch):
    unit = clustered(rng, 4000)
    coordinates, new = pca(unit).coordinates, unit[::40] + np.float32(0.01)
    exact = Placer(unit, coordinates).place(new)
    monkeypatch.setattr("recsys_core.latent.placing.ALL_COMPARED", 1000)
    assert np.median(np.linalg.norm(Placer(unit, coordinates).place(new) - exact, axis=1)) < 0.02


def test_placed_points_keep_at_least_what_umaps_transform_keeps(rng):
    """A fifth of made shoppers held out: the share of their true nearest that are nearest on the map, placed and transformed."""
    placed, transformed = kept_of_held_out(clustered(rng, 600), seed=0)
    assert placed >= 0.8 * transformed > 0


@pytest.mark.slow
def test_on_the_demo_placing_keeps_what_umaps_transform_keeps():
    vectors = np.load(ASSETS_DIR / "demo" / "runs" / "mult-vae-demo-09b9ef" / "user_vectors.npy")
    vectors = vectors[vectors.any(axis=1)]
    for seed in range(3):
        placed, transformed = kept_of_held_out(vectors, seed=seed)
        assert placed >= 0.8 * transformed > 0
