"""Issue 5: completing baskets of online_retail by what is bought together at least ties item-kNN; measured to be better."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.inference.placements import open_baskets
from recsys_core.jobs.work.baskets import make_baskets
from recsys_core.ranking.placements import Shelf, bought_together
from recsys_core.training.events import Listener

pytestmark = [pytest.mark.shared, pytest.mark.slow]
LOG = Path(__file__).parents[3] / "shared" / "data" / "online_retail"


def test_baskets_of_the_retail_log_are_completed_better_than_by_item_knn(tmp_path: Path) -> None:
    request = IngestRequest(str(LOG / "interactions.parquet"), items=str(LOG / "items.parquet"), currency="£")
    dataset = Dataset.open(tmp_path / ingest(request, tmp_path).dataset)
    report = make_baskets(dataset, 0, Listener())
    assert report is not None
    row = next(row for row in report.rows if row.model == report.chosen[0])
    for metric in ("hit@10", "ndcg@10", "mrr"):
        assert row.gain[metric][1] > 0, (metric, row)
    model = open_baskets(dataset)
    assert model is not None
    shelf = Shelf(np.ones(dataset.n_items, dtype=np.bool_), np.asarray(dataset.positives.sum(axis=0)).ravel())
    basket = sparse.csr_matrix(
        (np.ones(5, np.float32), (np.zeros(5, int), model.items[[3, 70, 700, 1500, 2500]])), shape=(1, dataset.n_items)
    )
    bought_together(basket, model.score, model.items, shelf)
    began = time.process_time()
    for _ in range(20):
        bought_together(basket, model.score, model.items, shelf).pool(20)
    assert (time.process_time() - began) / 20 < 0.05
