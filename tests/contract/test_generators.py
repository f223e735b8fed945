"""What every generator of shoppers must do: the same checks over each of them, on a small log of known taste."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from recsys_core.errors import InputError, TooSmallError
from recsys_core.synthesis.contract import RealShoppers, Wish
from recsys_core.synthesis.generators.fitting import fit_generator, read_generator
from recsys_core.synthesis.generators.specs import SPECS, generator_spec
from recsys_core.training.events import Listener

pytestmark = pytest.mark.contract

GROUPS, A_GROUP, SHOPPERS = 4, 12, 240
ITEMS = GROUPS * A_GROUP
QUICK = {
    "sequential": {"epochs": 200},
    "posterior": {"epochs": 40, "latent": 4},
    "latent-wgan": {"epochs": 40, "latent": 4, "rounds": 2, "g_hidden": 32, "d_hidden": 32},
    "vector-wgan": {"epochs": 6, "noise": 8, "g_hidden": 32, "d_hidden": 32, "g_learning_rate": 0.01, "d_learning_rate": 0.01},
    "vae-gan": {"epochs": 40, "latent": 4},
}


def planted() -> RealShoppers:
    """Shoppers of four tastes, which are their segments too; products of a group get rarer by their number, and are taken in that order."""
    rng = np.random.default_rng(5)
    weight = 1.0 / np.arange(1, A_GROUP + 1) ** 0.7
    rows = []
    for shopper in range(SHOPPERS):
        group = shopper % GROUPS
        law = np.full(ITEMS, 0.2 / ITEMS)
        law[group * A_GROUP : (group + 1) * A_GROUP] += 0.8 * weight / weight.sum()
        rows.append(np.sort(rng.choice(ITEMS, rng.integers(4, 10), replace=False, p=law / law.sum())))
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    sets = sparse.csr_matrix((np.ones(indptr[-1], np.float32), np.concatenate(rows), indptr), shape=(SHOPPERS, ITEMS))
    first = np.concatenate([np.arange(len(row)) for row in rows]).astype(np.int32)
    return RealShoppers(sets, first, (np.arange(SHOPPERS) % GROUPS).astype(np.int32), ("a", "b", "c", "d"))


class Heard(Listener):
    """What a fit told."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.epochs, self.fractions, self.alarms, self.stop_after = [], [], [], stop_after

    def epoch(self, values):
        self.epochs.append(dict(values))

    def progress(self, fraction, message):
        self.fractions.append(fraction)

    def alarm(self, name, message, epoch):
        self.alarms.append(name)

    def check(self):
        if self.stop_after is not None and len(self.epochs) >= self.stop_after:
            raise InterruptedError


@pytest.fixture(scope="module")
def real() -> RealShoppers:
    return planted()


@pytest.fixture(scope="module", params=[spec.id for spec in SPECS])
def id(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def heard() -> Heard:
    return Heard()


@pytest.fixture(scope="module")
def fitted(id, real, heard):
    """Learned once a generator; the log is left as it was."""
    heard.__init__()
    before = [array.copy() for array in (real.sets.data, real.sets.indices, real.sets.indptr, real.first, real.segment)]
    found = fit_generator(id, real, QUICK[id], seed=3, listener=heard)
    for array, copy in zip((real.sets.data, real.sets.indices, real.sets.indptr, real.first, real.segment), before, strict=True):
        assert_array_equal(array, copy)
    return found


def rows(drawn):
    return [drawn.items[start:stop] for start, stop in zip(drawn.indptr[:-1], drawn.indptr[1:], strict=True)]


def in_taste(drawn, segment):
    return float((drawn.items // A_GROUP == segment).mean())


def test_shapes_and_no_product_twice(fitted) -> None:
    drawn = fitted.draw(150, Wish(), seed=1)
    assert len(drawn) == 150
    assert drawn.indptr.dtype == np.int64
    assert drawn.items.dtype == np.int32
    assert drawn.segment.dtype == np.int32
    assert drawn.indptr[0] == 0
    assert drawn.indptr[-1] == len(drawn.items)
    assert drawn.segment.shape == (150,)
    assert all(0 < len(row) == len(set(row.tolist())) for row in rows(drawn))
    assert drawn.items.min() >= 0
    assert drawn.items.max() < ITEMS


def test_a_seed_repeats_fit_and_draw_and_arrays_bring_it_back(id, real, fitted) -> None:
    first = fitted.draw(60, Wish(), seed=5)
    arrays = dict(fitted.arrays())
    again = fit_generator(id, real, QUICK[id], seed=3)
    for name, array in again.arrays().items():
        assert_array_equal(array, arrays[name])
    for other in (again, read_generator(id, {name: np.array(array) for name, array in arrays.items()})):
        drawn = other.draw(60, Wish(), seed=5)
        assert_array_equal(drawn.items, first.items)
        assert_array_equal(drawn.segment, first.segment)
    assert not np.array_equal(fitted.draw(60, Wish(), seed=6).items[:100], first.items[:100])


def test_arrays_are_plain(fitted) -> None:
    assert all(array.dtype.kind in "iuf" for array in map(np.asarray, fitted.arrays().values()))


def test_lengths_and_segments_follow_the_log(real, fitted) -> None:
    drawn = fitted.draw(400, Wish(), seed=5)
    assert np.quantile(np.diff(drawn.indptr), [0.1, 0.5, 0.9]) == pytest.approx(np.quantile(real.lengths, [0.1, 0.5, 0.9]), abs=1)
    assert np.bincount(drawn.segment) == pytest.approx(np.full(GROUPS, 100), abs=1)


def test_popularity_is_kept(real, fitted) -> None:
    truth = np.bincount(real.sets.indices, minlength=ITEMS) / SHOPPERS
    made = np.bincount(fitted.draw(1000, Wish(), seed=4).items, minlength=ITEMS) / 1000
    assert np.corrcoef(truth, made)[0, 1] > 0.9
    assert np.abs(truth - made).max() < 0.1


def test_a_segment_has_its_own_taste(fitted) -> None:
    drawn = fitted.draw(200, Wish(segment=2), seed=6)
    assert set(drawn.segment) == {2}
    assert in_taste(drawn, 2) > 0.5


def test_only_the_products_asked_for(fitted) -> None:
    wanted = np.arange(ITEMS) % 3 == 0
    assert wanted[fitted.draw(100, Wish(items=wanted), seed=7).items].all()


def test_activity_is_kept_to(fitted) -> None:
    assert set(np.diff(fitted.draw(100, Wish(activity=(6, 7)), seed=8).indptr)) == {6, 7}
    assert np.diff(fitted.draw(20, Wish(activity=(ITEMS, ITEMS)), seed=8).indptr).min() == ITEMS


def test_tail_draws_rarer_products(real, fitted) -> None:
    popular = np.argsort(-np.bincount(real.sets.indices, minlength=ITEMS))[:8]
    plain, rarer = (np.isin(fitted.draw(300, Wish(tail=tail), seed=9).items, popular).mean() for tail in (0.0, 1.0))
    assert rarer < plain - 0.03


def test_temperature_mixes_tastes(fitted) -> None:
    hot, cold = (in_taste(fitted.draw(300, Wish(segment=1, temperature=heat), seed=9), 1) for heat in (3.0, 0.5))
    assert hot < cold - 0.1


def test_order_is_learned(fitted) -> None:
    drawn = fitted.draw(300, Wish(), seed=10)
    shopper = np.repeat(np.arange(300), np.diff(drawn.indptr))
    place = (np.arange(len(drawn.items)) - drawn.indptr[shopper]) / np.diff(drawn.indptr)[shopper]
    assert np.corrcoef(place, drawn.items)[0, 1] > 0.1


def test_no_real_shopper_is_copied(real, fitted) -> None:
    theirs = {frozenset(row.tolist()) for row in np.split(real.sets.indices, real.sets.indptr[1:-1]) if len(row) >= 5}
    assert not theirs & {frozenset(row.tolist()) for row in rows(fitted.draw(500, Wish(), seed=12))}


@pytest.mark.parametrize(
    ("n", "wish"),
    [
        (0, Wish()),
        (10, Wish(segment=GROUPS)),
        (10, Wish(segment=-1)),
        (10, Wish(temperature=0.0)),
        (10, Wish(activity=(5, 3))),
        (10, Wish(items=np.zeros(ITEMS, np.bool_))),
        (10, Wish(items=np.arange(ITEMS) < 3, activity=(5, 6))),
    ],
    ids=["nobody", "segment", "no segment", "cold", "range", "nothing", "too little"],
)
def test_a_wish_that_cannot_be_met_is_refused(fitted, n, wish) -> None:
    with pytest.raises(InputError):
        fitted.draw(n, wish, seed=1)


def test_curves_and_progress_are_told(fitted, heard) -> None:
    assert [values["epoch"] for values in heard.epochs] == list(range(1, len(heard.epochs) + 1))
    assert all(np.isfinite(list(values.values())).all() for values in heard.epochs)
    assert heard.fractions == sorted(heard.fractions)
    assert 0 < heard.fractions[-1] <= 1


def test_a_listener_can_stop_it(id, real) -> None:
    heard = Heard(stop_after=1)
    with pytest.raises(InterruptedError):
        fit_generator(id, real, QUICK[id], seed=3, listener=heard)
    assert len(heard.epochs) == 1


def test_a_log_without_segments_and_with_idle_shoppers_is_learned_from(id, real) -> None:
    idle = sparse.vstack([real.sets[:80], sparse.csr_matrix((3, ITEMS), dtype=np.float32)]).tocsr()
    log = RealShoppers(idle, real.first[: real.sets.indptr[80]], np.full(83, -1, np.int32))
    quick = {**QUICK[id], **{key: 1 for key in ("epochs", "rounds") if key in QUICK[id]}}
    drawn = fit_generator(id, log, quick, seed=0).draw(30, Wish(), seed=0)
    assert len(drawn) == 30
    assert set(drawn.segment) == {-1}


def test_a_handful_of_shoppers_is_refused(id, real) -> None:
    few = RealShoppers(real.sets[:10], real.first[: real.sets.indptr[10]], real.segment[:10], real.segments)
    with pytest.raises(TooSmallError):
        fit_generator(id, few, QUICK[id], seed=0)


def test_a_setting_is_checked(id, real) -> None:
    with pytest.raises(InputError, match="no setting"):
        fit_generator(id, real, {"nonsense": 1}, seed=0)
    with pytest.raises(InputError, match="epochs"):
        fit_generator(id, real, {"epochs": -1}, seed=0)


def test_words_say_what_it_is(id) -> None:
    spec = generator_spec(id)
    for text in (spec.words, spec.good, spec.weak, *(setting.help for setting in spec.settings)):
        assert text.endswith(".")
    assert len({setting.key for setting in spec.settings}) == len(spec.settings)
    assert any(not setting.expert for setting in spec.settings)
