"""What a dataset tells the models beside who had what."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.jobs.work.side import DatasetSide
from recsys_core.storage.workspace import Workspace

pytestmark = pytest.mark.unit


@pytest.fixture
def make_side(aisle_home, tmp_path):
    """A side of a log of twelve products, with or without a catalogue of cups and lamps, cut to some of them."""
    workspace = Workspace.open(aisle_home)
    rows = [(f"u{user}", f"p{item:02d}", f"2026-01-{1 + item:02d}") for user in range(8) for item in range(12) if (user + item) % 4]
    pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).to_csv(tmp_path / "log.csv", index=False)
    titles = ["Tea cup" if item % 2 else "Desk lamp" for item in range(12)]
    pd.DataFrame({"item_id": [f"p{item:02d}" for item in range(12)], "title": titles}).to_csv(tmp_path / "items.csv", index=False)

    def make(catalogue, items):
        request = IngestRequest(log=str(tmp_path / "log.csv"), items=str(tmp_path / "items.csv") if catalogue else None)
        made = ingest(request, workspace.datasets_dir, lambda fraction, message: None)
        return DatasetSide(Dataset.open(workspace.dataset_dir(made.dataset)), np.array(items, dtype=np.int32), workspace)

    return make


def test_features_are_those_of_the_runs_own_items(make_side):
    side = make_side(True, [1, 2, 5])
    found = side.item_features()
    assert_allclose((found @ found.T).toarray(), [[1, 0, 1], [0, 1, 0], [1, 0, 1]], atol=1e-6)
    assert found.dtype == np.float32
    assert side.item_features() is found


def test_a_dataset_without_a_catalogue_has_none(make_side):
    assert make_side(False, [0, 1]).item_features() is None


def test_ages_are_days_before_the_newest_event_in_the_order_of_the_pairs(make_side):
    side = make_side(False, [3, 11])
    pairs = side._dataset.positives[:, [3, 11]].tocsr()
    assert_allclose(side.ages(pairs), np.array([8, 0])[pairs.indices])
