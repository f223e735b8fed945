"""The sequential draw: what it keeps of a planted log, what a wish asks, and that a seed is enough to repeat it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recsys_core.errors import InputError, TooSmallError
from recsys_core.synthesis.contract import DrawnShoppers, RealShoppers, Wish
from recsys_core.synthesis.generators import sequential
from recsys_core.synthesis.generators.calibrating import phi
from recsys_core.synthesis.generators.sequential import SequentialGenerator, earliness
from recsys_core.synthesis.generators.sequential_fit import SequentialSettings, fit_sequential

pytestmark = pytest.mark.unit

GROUPS, A_GROUP, SHOPPERS = 4, 12, 320
ITEMS = GROUPS * A_GROUP


def planted() -> RealShoppers:
    """Shoppers of four tastes, four of five products from their own group, the first products of a group oftener; cheap ones first."""
    rng = np.random.default_rng(5)
    weight = 1.0 / np.arange(1, A_GROUP + 1) ** 0.7
    rows, first = [], []
    for shopper in range(SHOPPERS):
        group = shopper % GROUPS
        law = np.full(ITEMS, 0.2 / ITEMS)
        law[group * A_GROUP : (group + 1) * A_GROUP] += 0.8 * weight / weight.sum()
        items = np.sort(rng.choice(ITEMS, rng.integers(4, 10), replace=False, p=law / law.sum()))
        rows.append(items)
        first.append(np.arange(len(items)))  # in the order of their numbers
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    sets = sparse.csr_matrix((np.ones(indptr[-1], np.float32), np.concatenate(rows), indptr), shape=(SHOPPERS, ITEMS))
    segment = (np.arange(SHOPPERS) % GROUPS).astype(np.int32)
    return RealShoppers(sets, np.concatenate(first).astype(np.int32), segment, ("a", "b", "c", "d"))


@pytest.fixture(scope="module")
def real() -> RealShoppers:
    return planted()


@pytest.fixture(scope="module")
def fitted(real: RealShoppers) -> SequentialGenerator:
    return fit_sequential(real, SequentialSettings(batch=64, epochs=40, rounds=4), seed=1)


def shares(drawn: DrawnShoppers) -> np.ndarray:
    return np.bincount(drawn.items, minlength=ITEMS) / len(drawn)


def test_a_seed_repeats_fit_and_draw_bit_for_bit(real: RealShoppers) -> None:
    quick = SequentialSettings(batch=64, epochs=2, rounds=1)
    draws = [fit_sequential(real, quick, seed=3).draw(50, Wish(), seed=9) for _ in range(2)]
    assert np.array_equal(draws[0].items, draws[1].items)
    assert np.array_equal(draws[0].indptr, draws[1].indptr)


def test_another_seed_draws_others(fitted: SequentialGenerator) -> None:
    assert not np.array_equal(fitted.draw(50, Wish(), seed=1).items[:100], fitted.draw(50, Wish(), seed=2).items[:100])


def test_no_shopper_has_a_product_twice(fitted: SequentialGenerator) -> None:
    drawn = fitted.draw(200, Wish(activity=(30, ITEMS)), seed=2)
    for shopper in range(len(drawn)):
        own = drawn.items[drawn.indptr[shopper] : drawn.indptr[shopper + 1]]
        assert len(own) >= 30
        assert len(set(own.tolist())) == len(own)


def test_popularity_is_kept(real: RealShoppers, fitted: SequentialGenerator) -> None:
    truth = np.bincount(real.sets.indices, minlength=ITEMS) / SHOPPERS
    assert np.abs(shares(fitted.draw(2000, Wish(), seed=4)) - truth).max() < 0.06


def test_co_occurrence_is_kept(real: RealShoppers, fitted: SequentialGenerator) -> None:
    pairs = np.triu_indices(ITEMS, 1)
    truth, drawn = (phi(sets, np.arange(ITEMS))[pairs] for sets in (real.sets, fitted.draw(SHOPPERS, Wish(), seed=4).matrix(ITEMS)))
    assert np.corrcoef(truth, drawn)[0, 1] > 0.6
    assert 0.7 < (truth @ drawn) / (truth @ truth) < 1.3


def test_lengths_and_segments_follow_the_real_log(real: RealShoppers, fitted: SequentialGenerator) -> None:
    drawn = fitted.draw(400, Wish(), seed=5)
    assert np.quantile(np.diff(drawn.indptr), [0.1, 0.5, 0.9]) == pytest.approx(np.quantile(real.lengths, [0.1, 0.5, 0.9]), abs=1)
    assert np.bincount(drawn.segment) == pytest.approx(np.full(GROUPS, 100), abs=1)


def test_a_segment_has_its_own_taste(fitted: SequentialGenerator) -> None:
    drawn = fitted.draw(200, Wish(segment=2), seed=6)
    assert set(drawn.segment) == {2}
    assert (drawn.items // A_GROUP == 2).mean() > 0.6


def test_only_the_products_asked_for(fitted: SequentialGenerator) -> None:
    wanted = np.arange(ITEMS) % 3 == 0
    drawn = fitted.draw(100, Wish(items=wanted), seed=7)
    assert wanted[drawn.items].all()


def test_activity_is_kept_to(fitted: SequentialGenerator) -> None:
    lengths = np.diff(fitted.draw(200, Wish(activity=(6, 7)), seed=8).indptr)
    assert set(lengths) == {6, 7}


def test_a_tail_wish_draws_rarer_products_and_heat_mixes_tastes(real: RealShoppers, fitted: SequentialGenerator) -> None:
    popular = np.argsort(-np.bincount(real.sets.indices, minlength=ITEMS))[:8]
    plain, rarer = (np.isin(fitted.draw(300, Wish(tail=tail), seed=9).items, popular).mean() for tail in (0.0, 1.0))
    assert rarer < plain - 0.04
    hot, cold = (fitted.draw(300, Wish(segment=1, temperature=heat), seed=9).items // A_GROUP == 1 for heat in (3.0, 0.7))
    assert hot.mean() < cold.mean() - 0.1


def test_the_order_is_learned(fitted: SequentialGenerator) -> None:
    drawn = fitted.draw(300, Wish(), seed=10)
    shopper = np.repeat(np.arange(300), np.diff(drawn.indptr))
    place = (np.arange(len(drawn.items)) - drawn.indptr[shopper]) / np.diff(drawn.indptr)[shopper]
    assert np.corrcoef(place, drawn.items)[0, 1] > 0.1


def test_earliness_of_a_product_always_first_is_positive() -> None:
    sets = sparse.csr_matrix(np.ones((30, 3), np.float32))
    early = earliness(RealShoppers(sets, np.tile([0, 1, 2], 30).astype(np.int32), np.full(30, -1, np.int32)))
    assert early[0] > 0.5
    assert early[1] == pytest.approx(0, abs=1e-6)
    assert early[2] < -0.5


def test_it_goes_through_its_arrays_unchanged(fitted: SequentialGenerator) -> None:
    again = SequentialGenerator.from_arrays(fitted.arrays())
    assert np.array_equal(again.draw(40, Wish(), seed=1).items, fitted.draw(40, Wish(), seed=1).items)


def test_a_large_catalogue_is_drawn_alike_from_the_factors(fitted: SequentialGenerator, monkeypatch: pytest.MonkeyPatch) -> None:
    tabled = fitted.draw(200, Wish(), seed=1)
    monkeypatch.setattr(sequential, "TABLED", 0)
    assert np.mean(fitted.draw(200, Wish(), seed=1).items == tabled.items) > 0.98  # sums in another order may turn a draw


def test_the_curve_goes_down(real: RealShoppers) -> None:
    losses: list[float] = []
    fit_sequential(real, SequentialSettings(batch=64, epochs=20, rounds=0), seed=1, watch=lambda _, loss: losses.append(loss))
    assert len(losses) == 20
    assert np.mean(losses[-4:]) < np.mean(losses[:4]) - 0.2


@pytest.mark.parametrize(
    "wish",
    [
        Wish(segment=4),
        Wish(temperature=0.0),
        Wish(activity=(5, 3)),
        Wish(items=np.zeros(ITEMS, np.bool_)),
        Wish(items=np.arange(ITEMS) < 3, activity=(5, 6)),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(fitted: SequentialGenerator, wish: Wish) -> None:
    with pytest.raises(InputError):
        fitted.draw(10, wish, seed=1)


def test_a_handful_of_shoppers_is_refused(real: RealShoppers) -> None:
    few = RealShoppers(real.sets[:10], real.first[: real.sets.indptr[10]], real.segment[:10], real.segments)
    with pytest.raises(TooSmallError):
        fit_sequential(few, seed=1)
