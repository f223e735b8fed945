"""The deletion curve: by hand, its bounds, and that good credit beats chance."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys_core.errors import TooSmallError
from recsys_core.explain.deletion import deletion_curve, deletion_quality
from tests.unit.explain.made import ITEMS, every_kind, item_item, shopper_of

pytestmark = pytest.mark.unit


def test_two_purchases_by_hand():
    """3 and 1 speak for it: 4, 1, 0 by credit; at random either that or 4, 3, 0."""
    shopper = shopper_of(item_item([[0, 0, 3], [0, 0, 1], [0, 0, 0]]), [0, 1], n=3)
    found = deletion_curve(shopper, 4, orders=2000, seed=3)
    assert_allclose(found.by_credit, [1, 0.25, 0])
    assert_allclose(found.at_random, [1, 0.5, 0], atol=0.02)
    assert found.area == pytest.approx(0.25 / 3, abs=0.01)
    assert found.removed.tolist() == [0, 1, 2]


def test_a_score_that_nothing_changes_has_no_area():
    shopper = shopper_of(item_item(np.zeros((3, 3))), [0, 1], n=3)
    assert deletion_curve(shopper, 4).area == 0


@pytest.mark.parametrize("name", ["item-item", "autoencoder", "recvae", "generator", "least-squares", "vae-linear", "blend"])
def test_credit_finds_what_matters_better_than_chance(name):
    rng = np.random.default_rng(2)
    scorer = every_kind()[name]
    picks = []
    for _ in range(12):
        shopper = shopper_of(scorer, rng.choice(ITEMS, 8, replace=False))
        scores = np.array(shopper.scores(np.ones((1, 8), bool)))[0]
        scores[shopper.history] = -np.inf
        picks.append((shopper, 2 * int(scores.argmax())))
    quality = deletion_quality(picks, seed=1)
    assert quality.area.low > 0.05
    assert quality.shoppers == 12
    assert all(-1 <= deletion_curve(shopper, item).area <= 1 for shopper, item in picks[:4])


def test_a_seed_gives_the_same_bits():
    shopper = shopper_of(every_kind()["recvae"], range(6))
    first, again, other = (deletion_curve(shopper, 100, seed=seed) for seed in (4, 4, 5))
    assert_array_equal(first.at_random, again.at_random)
    assert (first.at_random != other.at_random).any()


def test_too_little_past_is_refused_in_words_and_left_out_of_the_mean():
    short, flat = shopper_of(every_kind()["recvae"], [1]), shopper_of(every_kind()["constant"], [1, 2])
    for shopper, item in ((short, 4), (flat, 4), (shopper_of(every_kind()["recvae"], [1, 2]), 5)):
        with pytest.raises(TooSmallError):
            deletion_curve(shopper, item)
    with pytest.raises(TooSmallError):
        deletion_quality([(short, 4), (flat, 4)])
    assert deletion_quality([(short, 4), (shopper_of(every_kind()["recvae"], [1, 2, 3]), 4)]).shoppers == 1
