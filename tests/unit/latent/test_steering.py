"""Walks, directions and places: a linear model by hand, planted attributes, a map with two islands."""

import numpy as np
import pytest
from scipy import sparse

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.inference.kinds.autoencoder import AutoencoderScorer, Layer
from recsys_core.latent.placing import Placer
from recsys_core.latent.steering import (
    attribute_directions,
    code_at,
    coder_of,
    moved,
    principal_directions,
    shown,
    walk,
)

pytestmark = pytest.mark.unit


class Plain:
    """Two dimensions: the first is how much of items 0 and 1 is wanted, the second of items 2 and 3."""

    def encode(self, histories):
        return histories.toarray()[:, [0, 2]].astype(np.float32)

    def decode(self, latent):
        return (latent @ np.array([[1, 0.5, 0, 0], [0, 0, 1, 0.5]], np.float32)).astype(np.float32)

    def score(self, histories, users=None):
        return self.decode(self.encode(histories))


def test_a_walk_begins_and_ends_where_it_should_and_turns_in_the_middle():
    found = walk(Plain(), np.array([2, 0], np.float32), np.array([0, 2], np.float32), steps=5, k=2)
    assert found.lists[0].tolist() == [0, 1]
    assert found.lists[-1].tolist() == [2, 3]
    assert found.lists[2].tolist() == [0, 2]  # a tie, by the item's number
    assert found.shares.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert found.scores[0].tolist() == [2, 1]


def test_hidden_items_are_not_shown():
    lists, scores = shown(Plain(), np.array([[2, 1]], np.float32), 2, np.array([True, False, False, False]))
    assert lists.tolist() == [[1, 2]]
    assert scores.tolist() == [[1, 1]]


def test_a_walk_needs_two_steps_and_a_model_a_latent_space():
    with pytest.raises(InputError, match="leads nowhere"):
        walk(Plain(), np.zeros(2, np.float32), np.ones(2, np.float32), steps=1, k=2)
    with pytest.raises(UnsupportedError, match="nothing to walk in"):
        coder_of(object(), "item-knn")
    layer = Layer(np.eye(4, dtype=np.float32), np.zeros(4, np.float32))
    assert coder_of(AutoencoderScorer((layer,), (layer,), variational=False), "mult-dae").encode(sparse.eye(4, format="csr")).shape == (
        4,
        4,
    )


def test_a_planted_attribute_is_found_and_a_step_along_its_direction_is_one_deviation():
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(600, 6)).astype(np.float32)
    price = 3 * codes[:, 1] + 0.5 * rng.normal(size=600) + 20
    found = attribute_directions(codes, {"luck": rng.normal(size=600), "price": price, "flat": np.ones(600)})
    assert found[0].name == "price"
    assert found[0].explained > 0.9
    assert all(direction.explained < 0.05 for direction in found[1:])
    after = moved(codes[0], found[:1], [1.0])
    assert 3 * (after[1] - codes[0, 1]) == pytest.approx(price.std(), rel=0.1)


def test_a_direction_stays_where_shoppers_are():
    """A dimension that hardly varies says the attribute, too; going along it would leave everybody behind."""
    rng = np.random.default_rng(5)
    taste = rng.normal(size=2000)
    codes = np.stack([taste, 0.01 * (taste + 0.5 * rng.normal(size=2000)), rng.normal(size=2000), np.zeros(2000)], axis=1).astype(
        np.float32
    )
    (found,) = attribute_directions(codes, {"price": 2 * taste + 0.2 * rng.normal(size=2000)})
    assert np.abs(found.vector) == pytest.approx([1, 0.01, 0, 0], abs=0.05)
    assert found.rise == pytest.approx(2, rel=0.05)


def test_unknown_values_are_left_out_and_too_few_say_nothing():
    codes = np.random.default_rng(1).normal(size=(200, 3)).astype(np.float32)
    half = np.where(np.arange(200) % 2, np.nan, codes[:, 0])
    assert attribute_directions(codes, {"half": half})[0].explained > 0.95
    assert attribute_directions(codes, {"few": np.where(np.arange(200) < 20, codes[:, 0], np.nan)}) == []


def test_principal_directions_are_the_widest_axes():
    codes = (np.random.default_rng(2).normal(size=(500, 4)) * [1, 5, 1, 0.1]).astype(np.float32)
    first, second = principal_directions(codes, 2)
    assert abs(first.vector[1]) == pytest.approx(codes[:, 1].std(), rel=0.05)
    assert first.explained > 0.9 > second.explained


def test_new_points_are_placed_with_their_kind_and_back():
    rng = np.random.default_rng(3)
    ways = np.eye(8)[:2]
    vectors = (np.repeat(ways, 100, axis=0) + 0.1 * rng.normal(size=(200, 8))).astype(np.float32)
    coordinates = (np.repeat([[0.0, 0], [10, 0]], 100, axis=0) + rng.normal(size=(200, 2))).astype(np.float32)
    placed = Placer(vectors, coordinates).place((ways * 7 + 0.05).astype(np.float32))
    assert placed[0] == pytest.approx([0, 0], abs=1.5)
    assert placed[1] == pytest.approx([10, 0], abs=1.5)
    assert Placer(vectors, coordinates).place(np.zeros((1, 8), np.float32))[0] == pytest.approx(coordinates.mean(axis=0), abs=1e-5)
    code = code_at(np.array([10, 0]), coordinates, vectors)
    assert code[1] > 0.9 > 0.1 > code[0]


def test_a_known_point_is_placed_near_itself():
    rng = np.random.default_rng(4)
    vectors = rng.normal(size=(300, 5)).astype(np.float32)
    coordinates = (vectors[:, :2] / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    off = np.linalg.norm(Placer(vectors, coordinates).place(vectors) - coordinates, axis=1)
    assert np.median(off) < 0.2
