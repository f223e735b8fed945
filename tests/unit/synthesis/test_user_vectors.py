"""PRDC by hand on a circle, and on logs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from recsys_core.synthesis.scorecard.user_vectors import directions, prdc, user_vectors
from tests.unit.synthesis.planted import copied, pair, shop


def circle(*degrees: float) -> np.ndarray:
    turned = np.deg2rad(np.array(degrees))
    return np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)


def test_prdc_by_hand(rng: np.random.Generator) -> None:
    """Real points at 0, 10, 20 and 30 degrees reach 10 each; made ones at 5, 6 and 100 reach 1, 1 and 94."""
    found = prdc(circle(0, 10, 20, 30), circle(5, 6, 100), rng, nearest=1)
    assert found.precision == pytest.approx(2 / 3)  # 100 is in no ball
    assert found.density == pytest.approx(4 / 3)  # 5 and 6 are in the balls of 0 and 10
    assert found.coverage == 0.5
    assert found.recall == 0.75  # 10, 20 and 30 are within 94 degrees of 100


def test_too_few_points_say_nothing(rng: np.random.Generator) -> None:
    assert math.isnan(prdc(circle(0, 1, 2), circle(1, 2, 3), rng, nearest=3).coverage)


def test_a_copy_covers_everything_and_one_group_covers_a_quarter(rng: np.random.Generator) -> None:
    real, made = pair(shop(200), copied(shop(200)))
    axes = directions(real.shoppers)
    points = user_vectors(real.shoppers, axes)
    assert np.linalg.norm(points, axis=1) == pytest.approx(1, abs=1e-5)
    found = prdc(points, user_vectors(made.shoppers, axes), rng)
    assert (found.precision, found.recall, found.coverage) == (1, 1, 1)
    one = shop(200)
    one = one[one["user_id"].map(lambda id: int(id[1:]) % 4 == 0)]
    real, made = pair(shop(200), copied(one))
    axes = directions(real.shoppers)
    found = prdc(user_vectors(real.shoppers, axes), user_vectors(made.shoppers, axes), rng)
    assert found.precision == 1
    assert found.coverage < 0.4
