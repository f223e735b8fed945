"""What all runs on a split are measured by: from the training part alone, the same for every run, absent where there is nothing."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.data.splits import make_split
from recsys_core.errors import InputError, UnsupportedError
from recsys_core.jobs.work.shopper_groups import shopper_groups
from recsys_core.jobs.work.yardsticks import yardsticks

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """60 shoppers of two tastes over 24 products, one product that nobody else had, no catalogue."""
    folder, rng = tmp_path_factory.mktemp("yardsticks"), np.random.default_rng(2)
    rows = [(f"u{u:02d}", f"p{(u % 2) * 12 + i:02d}") for u in range(60) for i in rng.choice(12, 7, replace=False)]
    pd.DataFrame([*rows, ("u00", "rare")], columns=["user_id", "item_id"]).to_csv(folder / "log.csv", index=False)
    made = ingest(IngestRequest(log=str(folder / "log.csv")), folder / "datasets", lambda fraction, message: None)
    return Dataset.open(folder / "datasets" / made.dataset)


def test_they_know_nothing_of_what_is_tested(dataset):
    split = make_split(dataset, "random", 0)
    found = yardsticks(dataset, split)
    assert split.test_targets.nnz > 0
    assert_array_equal(found.holders, split.refit.getnnz(axis=0))
    assert found.users == 60
    assert (found.histories != split.test_fold_in).nnz == 0


def test_products_of_one_taste_are_near_and_those_that_do_not_train_nowhere(dataset):
    vectors = yardsticks(dataset, make_split(dataset, "random", 0)).vectors
    lengths = np.linalg.norm(vectors, axis=1)
    rare = dataset.item_index("rare")
    assert lengths[rare] == 0
    assert_allclose(np.delete(lengths, rare), 1.0, atol=1e-6)
    near = np.delete(np.delete(vectors @ vectors.T, rare, 0), rare, 1)
    assert near[:12, :12].mean() > near[:12, 12:].mean() + 0.05


def test_they_are_the_same_bits_each_time(dataset):
    split = make_split(dataset, "random", 3)
    assert_array_equal(yardsticks(dataset, split).vectors, yardsticks(dataset, split).vectors)


def test_without_groups_of_products_there_is_none_to_calibrate_by(dataset):
    assert yardsticks(dataset, make_split(dataset, "random", 0)).groups is None


def test_shoppers_are_grouped_by_what_is_known_of_them_or_by_segments_that_were_made(dataset):
    split = make_split(dataset, "random", 0)
    groups = shopper_groups(dataset, split, "activity")
    assert_array_equal(groups.codes, np.zeros(60))
    with pytest.raises(UnsupportedError, match="No segments were made") as caught:
        shopper_groups(dataset, split, "segment")
    assert f"segments {dataset.id}" in caught.value.hint
    with pytest.raises(InputError, match="--by was given 'mood'"):
        shopper_groups(dataset, split, "mood")
