"""The draw from the aggregated posterior: codes of real shoppers, their mixture, and what a decoder makes of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from recsys_core.errors import InputError, TooSmallError, UnsupportedError
from recsys_core.inference.kinds.autoencoder import AutoencoderScorer, Layer
from recsys_core.synthesis.contract import RealShoppers, Wish
from recsys_core.synthesis.generators.posterior import PosteriorGenerator, fit_posterior, posterior
from recsys_core.synthesis.generators.posterior_fit import by_size

pytestmark = pytest.mark.unit

SHOPPERS, ITEMS, HALF = 300, 24, 12


@pytest.fixture(scope="module")
def real() -> RealShoppers:
    """Shoppers of two tastes; one half of the products each, 3 to 6 of them."""
    rng = np.random.default_rng(3)
    rows = [np.sort(rng.choice(HALF, 3 + shopper % 4, replace=False) + HALF * (shopper % 2)) for shopper in range(SHOPPERS)]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    sets = sparse.csr_matrix((np.ones(indptr[-1], np.float32), np.concatenate(rows), indptr), shape=(SHOPPERS, ITEMS))
    first = np.concatenate([np.arange(len(row)) for row in rows]).astype(np.int32)
    return RealShoppers(sets, first, (np.arange(SHOPPERS) % 2).astype(np.int32), ("left", "right"))


@pytest.fixture(scope="module")
def scorer() -> AutoencoderScorer:
    """A code of two numbers by hand: the first tells the halves apart and unfolds into them; deviations of e^-2 and e^-1."""
    side = np.where(np.arange(ITEMS) < HALF, 1.0, -1.0).astype(np.float32)
    encode = Layer(np.column_stack([side, np.zeros(ITEMS, np.float32)]), np.zeros(2, np.float32))
    code = Layer(np.array([[1, 0, 0, 0], [0, 1, 0, 0]], np.float32), np.array([0, 0, -4, -2], np.float32))
    unfold = Layer(np.stack([6 * side, np.zeros(ITEMS, np.float32)]), np.zeros(ITEMS, np.float32))
    return AutoencoderScorer((encode, code), (unfold,))


@pytest.fixture(scope="module")
def fitted(real: RealShoppers, scorer: AutoencoderScorer) -> PosteriorGenerator:
    return fit_posterior(real, scorer, seed=0)


def test_the_posterior_is_both_halves_of_the_encoder(real: RealShoppers, scorer: AutoencoderScorer) -> None:
    mean, deviation = posterior(scorer, real.sets)
    assert np.allclose(mean, scorer.encode(real.sets))
    assert np.allclose(deviation, np.exp([-2.0, -1.0]), rtol=1e-6)


def test_shoppers_keep_to_one_taste_as_the_real_ones(fitted: PosteriorGenerator) -> None:
    drawn = fitted.draw(300, Wish(), seed=1)
    right = np.add.reduceat((drawn.items >= HALF).astype(float), drawn.indptr[:-1]) / np.diff(drawn.indptr)
    assert np.mean((right < 0.2) | (right > 0.8)) > 0.9
    assert right.mean() == pytest.approx(0.5, abs=0.08)


def test_a_segment_draws_the_codes_of_its_shoppers(fitted: PosteriorGenerator) -> None:
    assert (fitted.draw(200, Wish(segment=1), seed=1).items >= HALF).mean() > 0.8
    assert (fitted.draw(200, Wish(segment=0), seed=1).items < HALF).mean() > 0.8


def test_no_repeats_and_only_what_the_wish_allows(fitted: PosteriorGenerator) -> None:
    wanted = np.arange(ITEMS) % 2 == 0
    drawn = fitted.draw(100, Wish(items=wanted, activity=(5, 12)), seed=2)
    for shopper in range(len(drawn)):
        own = drawn.items[drawn.indptr[shopper] : drawn.indptr[shopper + 1]]
        assert wanted[own].all()
        assert len(own) >= 5
        assert len(set(own.tolist())) == len(own)


def test_a_seed_repeats_fit_and_draw_and_arrays_bring_it_back(
    real: RealShoppers, scorer: AutoencoderScorer, fitted: PosteriorGenerator
) -> None:
    first = fitted.draw(60, Wish(), seed=5)
    for again in (fit_posterior(real, scorer, seed=0), PosteriorGenerator.from_arrays(fitted.arrays())):
        assert np.array_equal(again.draw(60, Wish(), seed=5).items, first.items)
    assert not np.array_equal(fitted.draw(60, Wish(), seed=6).items[:60], first.items[:60])


def test_codes_are_of_shoppers_that_long(fitted: PosteriorGenerator) -> None:
    """Of two lengths that two components stand for, each draws its own component's codes."""
    two = replace(
        fitted,
        means=np.array([[np.log(3.0), -5.0, 0.0], [np.log(30.0), 5.0, 0.0]]),
        roots=np.stack([0.1 * np.eye(3)] * 2),
        of_segment=np.full((3, 2), 0.5),
    )
    codes = two.codes(np.full(200, -1, np.int32), np.repeat([3, 30], 100), np.random.default_rng(0))
    assert codes[:100, 0] == pytest.approx(-5, abs=0.5)
    assert codes[100:, 0] == pytest.approx(5, abs=0.5)


def test_a_code_leans_with_the_length_within_a_component(fitted: PosteriorGenerator) -> None:
    """The conditional mean of a normal law: slope = covariance / variance of the log length."""
    root = np.array([[0.5, 0, 0], [0.4, 0.01, 0], [0, 0, 0.01]])
    one = replace(fitted, means=np.array([[1.0, 0.0, 0.0]]), roots=root[None], of_segment=np.ones((3, 1)))
    lengths = np.array([3, 6, 12])
    codes = one.codes(np.full(3, -1, np.int32), lengths, np.random.default_rng(0))
    assert codes[:, 0] == pytest.approx(0.4 / 0.5 * (np.log(lengths) - 1), abs=0.05)


def test_own_draws_repair_popularity(real: RealShoppers, scorer: AutoencoderScorer, fitted: PosteriorGenerator) -> None:
    tilted = Layer(scorer.decoder[0].weight, np.where(np.arange(ITEMS) % 2 == 0, 1.5, 0.0).astype(np.float32))
    uneven = replace(fitted, decoder=(tilted,))
    mended = uneven.calibrated(real.sets, rounds=20, sharpness=(1.0, 1.0), rng=np.random.default_rng(0))
    even = [(generator.draw(600, Wish(), seed=4).items % 2 == 0).mean() for generator in (uneven, mended)]
    assert even[0] > 0.6
    assert even[1] == pytest.approx(0.5, abs=0.03)


def test_what_cannot_be_fitted_or_met_is_refused(real: RealShoppers, scorer: AutoencoderScorer, fitted: PosteriorGenerator) -> None:
    with pytest.raises(UnsupportedError):
        fit_posterior(real, AutoencoderScorer(scorer.encoder, scorer.decoder, variational=False), seed=0)
    few = RealShoppers(real.sets[:30], real.first[: real.sets.indptr[30]], real.segment[:30], real.segments)
    with pytest.raises(TooSmallError):
        fit_posterior(few, scorer, seed=0)
    with pytest.raises(InputError):
        fitted.draw(10, Wish(segment=2), seed=0)


@pytest.mark.parametrize(
    ("shoppers", "batch", "epochs"),
    [(60, 60, 100), (240, 100, 100), (500, 100, 80), (943, 100, 50), (4000, 200, 50), (30_000, 500, 16), (1_000_000, 500, 12)],
)
def test_a_shopper_is_passed_over_no_oftener_than_the_map_needs(shoppers: int, batch: int, epochs: int) -> None:
    assert by_size(shoppers, batch) == epochs
