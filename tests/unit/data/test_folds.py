"""Cross-validation's folds: each part is tested once, nobody is asked for what was given, and a seed makes them again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys_core.data.dataset import Dataset
from recsys_core.data.folds import make_folds
from recsys_core.errors import InputError, TooSmallError, UnsupportedError
from tests.unit.work.small_shop import small_shop


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return small_shop(tmp_path_factory.mktemp("folds"))[1]


@pytest.mark.parametrize("folds", [2, 5])
def test_every_pair_is_tested_exactly_once(dataset: Dataset, folds: int) -> None:
    tested = sum(split.test_targets for split in make_folds(dataset, "random", folds))
    assert_array_equal(tested.toarray(), dataset.positives.toarray() > 0)


def test_folds_of_pairs_are_of_one_size(dataset: Dataset) -> None:
    sizes = [split.test_targets.nnz for split in make_folds(dataset, "random", 5)]
    assert max(sizes) - min(sizes) < 0.2 * dataset.positives.nnz / 5


@pytest.mark.parametrize("protocol", ["random", "users"])
def test_what_trains_chooses_and_tests_is_disjoint(dataset: Dataset, protocol: str) -> None:
    for split in make_folds(dataset, protocol, 4):
        parts = [split.train, split.validation_targets, split.test_targets]
        assert (sum(parts) > 1).nnz == 0
        assert split.test_fold_in.multiply(split.test_targets).nnz == 0
        assert split.known.multiply(split.test_targets).nnz == 0
        assert split.refit.multiply(split.test_targets).nnz == 0
        assert split.train.nnz > split.validation_targets.nnz > 0


def test_every_shopper_is_tested_in_one_fold_and_is_a_stranger_there(dataset: Dataset) -> None:
    tested = np.zeros(dataset.n_users, dtype=int)
    for split in make_folds(dataset, "users", 4):
        here = np.diff(split.test_targets.indptr) > 0
        tested += here
        assert split.train[here].nnz == split.refit[here].nnz == 0
        given, asked = split.test_fold_in[here].nnz, split.test_targets[here].nnz
        assert asked == pytest.approx(0.2 * (given + asked), rel=0.2)
    assert_array_equal(tested, np.ones(dataset.n_users))


@pytest.mark.parametrize("protocol", ["random", "users"])
def test_the_seed_makes_the_same_folds_again_and_another_seed_does_not(dataset: Dataset, protocol: str) -> None:
    first, again, other = (next(make_folds(dataset, protocol, 3, seed)) for seed in (1, 1, 2))
    for part in ("train", "validation_targets", "test_targets"):
        assert (getattr(first, part) != getattr(again, part)).nnz == 0
    assert (first.test_targets != other.test_targets).nnz > 0


def test_folds_there_cannot_be_are_refused(dataset: Dataset) -> None:
    with pytest.raises(UnsupportedError, match="'last'"):
        next(make_folds(dataset, "last"))
    with pytest.raises(InputError, match="is 1"):
        next(make_folds(dataset, "random", 1))


def too_few(folder: Path, protocol: str, folds: int, shop: tuple[int, int, int], **least: int) -> TooSmallError:
    dataset = small_shop(folder, *shop, **least)[1]
    with pytest.raises(TooSmallError) as refused:
        list(make_folds(dataset, protocol, folds))
    return refused.value


def test_too_few_shoppers_for_the_folds_are_counted_and_told_what_would_do(tmp_path: Path) -> None:
    error = too_few(tmp_path / "eight", "users", 5, (8, 12, 4), min_user_items=1, min_item_users=1)
    assert error.message == "'small shop' has 8 shoppers who train, and 5 folds by 'users' need 10."
    assert error.hint == "Use 4 folds, or deal by 'random'."
    assert "longer log" in too_few(tmp_path / "three", "users", 2, (3, 9, 3), min_user_items=1, min_item_users=1).hint


def test_too_few_purchases_for_the_folds_are_counted(tmp_path: Path) -> None:
    error = too_few(tmp_path, "random", 5, (3, 9, 2), min_user_items=1, min_item_users=1)
    assert error.message == "'small shop' has 6 purchases that train, too few for 5 folds that each train, choose and test."
    assert error.hint == "Use fewer folds, or give a longer log."


@pytest.mark.parametrize("protocol", ["random", "users"])
def test_a_log_of_which_nothing_trains_is_not_sent_for_fewer_folds(tmp_path: Path, protocol: str) -> None:
    error = too_few(tmp_path, protocol, 2, (8, 12, 4))
    assert "Nothing in 'small shop' trains" in error.message
    assert "--min-user-items" in error.hint
