"""Who is learned from, who is chosen by, who is tested: never the same."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recsys_core.errors import TooSmallError
from recsys_core.synthesis.augmenting.learners import found, mixed
from recsys_core.synthesis.augmenting.trial import Drawing, HeldOut, Histories, make_trial
from recsys_core.synthesis.contract import DrawnShoppers, RealShoppers, Wish
from tests.benchmarks.augmentation_verdict import Law, histories

pytestmark = pytest.mark.unit


class Watched:
    """Repeats what it learned from, and remembers it."""

    def __init__(self) -> None:
        self.seen: list[RealShoppers] = []

    def __call__(self, real: RealShoppers, items: np.ndarray, seed: int) -> Watched:
        self.seen.append(real)
        return self

    def draw(self, n: int, wish: Wish, *, seed: int) -> DrawnShoppers:
        sets = self.seen[-1].sets[np.arange(n) % self.seen[-1].sets.shape[0]].tocsr()
        return DrawnShoppers(sets.indptr.astype(np.int64), sets.indices.astype(np.int32), np.full(n, -1, np.int32))

    def arrays(self) -> dict[str, np.ndarray]:
        return {}


def small(seed: int = 0) -> Histories:
    every = histories(Law.of(seed), seed)
    return Histories(every.learnable[:500], every.known[:500], every.targets[:500], every.segment[:500])


def test_scarce_the_generator_sees_the_few_alone_and_others_are_tested() -> None:
    shop, fit = small(), Watched()
    trial = make_trial(shop, Drawing(fit, 2.0), share=0.1, seed=3, repeats=1)
    assert trial.real.sets.shape[0] == 50
    assert fit.seen[0] is trial.folds[0].real
    assert fit.seen[-1] is trial.real
    sums = {row.tobytes() for row in trial.real.sets.toarray()}
    tested = {row.tobytes() for row in trial.tests.histories.toarray()}
    assert not sums & tested
    assert trial.synthetic.shape == (100, len(trial.items))


def test_each_third_is_predicted_from_the_two_others() -> None:
    trial = make_trial(small(), Drawing(Watched(), 1.0), share=0.1, seed=3, repeats=1)
    assert sorted(np.concatenate([fold.tests.users for fold in trial.folds])) == list(range(50))
    for fold in trial.folds:
        rest = np.setdiff1d(np.arange(50), fold.tests.users)
        assert (fold.real.sets != trial.real.sets[rest]).nnz == 0
        whole = fold.tests.histories + fold.tests.targets
        assert (whole != trial.real.sets[fold.tests.users]).nnz == 0


def test_of_few_shoppers_thirds_are_dealt_several_times() -> None:
    trial = make_trial(small(), Drawing(Watched(), 1.0), share=0.1, seed=3)
    assert len(trial.folds) == 9
    assert (trial.folds[0].tests.users.tolist()) != trial.folds[3].tests.users.tolist()
    assert len(make_trial(small(), Drawing(Watched(), 1.0), share=0.8, seed=3).folds) == 3


def test_full_what_is_set_aside_is_not_learned_from() -> None:
    shop = small()
    trial = make_trial(shop, Drawing(Watched(), 0.5), share=None, seed=0)
    (fold,) = trial.folds
    assert fold.real.sets[fold.tests.users].multiply(fold.tests.targets).nnz == 0
    assert fold.real.sets.nnz + fold.tests.targets.nnz == trial.real.sets.nnz
    assert len(trial.tests.users) == 500
    assert trial.real.sets.multiply(shop.targets[:, trial.items]).nnz == 0


def test_a_wish_for_products_is_a_wish_for_those_of_the_trial() -> None:
    asked: list[Wish] = []

    class Asked(Watched):
        def draw(self, n: int, wish: Wish, *, seed: int) -> DrawnShoppers:
            asked.append(wish)
            return super().draw(n, wish, seed=seed)

    allowed = np.arange(90) % 2 == 0
    trial = make_trial(small(), Drawing(Asked(), 1.0, wish=Wish(items=allowed)), share=0.1, seed=0)
    assert asked[-1].items is not None
    assert (asked[-1].items == allowed[trial.items]).all()


def test_several_fits_share_the_drawing() -> None:
    shop, fit = small(), Watched()
    trial = make_trial(shop, Drawing(fit, 1.1, fits=4), share=0.1, seed=3, repeats=1)
    assert len(fit.seen) == 4 * 4
    assert trial.synthetic.shape[0] == 55
    assert (trial.synthetic[14:28] != trial.real.sets[:14]).nnz == 0  # each fit's first shoppers are those it repeats first


def test_too_few_shoppers_are_refused() -> None:
    with pytest.raises(TooSmallError, match="5% of 500 shoppers"):
        make_trial(small(), Drawing(Watched(), 1.0), share=0.05, seed=0)


def test_a_weight_counts_a_shopper_in_part() -> None:
    real, made = sparse.csr_matrix(np.eye(3, dtype=np.float32)), sparse.csr_matrix(np.ones((2, 3), np.float32))
    squared, linear = mixed("ease", real, made, 0.25, 0), mixed("mult-vae", real, made, 0.25, 0)
    assert (squared.T @ squared).toarray() == pytest.approx(np.eye(3) + 0.25 * 2)
    assert np.asarray(linear.sum(axis=1)).ravel()[3:] == pytest.approx([0.75, 0.75])
    assert mixed("ease", real, made, 0.0, 0) is real
    many = sparse.csr_matrix(np.ones((400, 3), np.float32))
    assert 60 <= mixed("rp3beta", real, many, 0.25, 0).shape[0] - 3 <= 140
    assert mixed("rp3beta", real, many, 1.0, 0).shape[0] == 403


def test_the_tail_alone_is_nothing_to_find_for_who_has_none() -> None:
    class ByNumber:
        def score(self, histories: sparse.csr_matrix, users: object = None) -> np.ndarray:
            return np.repeat(-np.arange(4.0, dtype=np.float32)[None], histories.shape[0], axis=0)

    nothing = sparse.csr_matrix((2, 4), dtype=np.float32)
    targets = sparse.csr_matrix(np.array([[1, 0, 0, 1], [1, 0, 0, 0]], np.float32))
    values = found(ByNumber(), HeldOut(np.arange(2), nothing, targets), 2, np.array([False, False, False, True]))  # type: ignore[arg-type]
    assert values[0, 0] == pytest.approx(1 / (1 + 1 / np.log2(3)))
    assert values[1, 0] == 1
    assert values[0, 1] == 0
    assert np.isnan(values[1, 1])
