"""The basket model: found and tested on later orders, kept beside the dataset, read without what trained it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.data.orders import read_orders
from recsys_core.errors import TooSmallError
from recsys_core.inference.placements import FOLDER, BasketModel, install_baskets, open_baskets
from recsys_core.jobs.states import Cancelled
from recsys_core.jobs.work.baskets import make_baskets, measure_baskets
from recsys_core.jobs.work.demo import DEMO_DIR
from recsys_core.storage.artifacts import open_artifact
from recsys_core.training.events import Listener


def taken_in(folder: Path, rows: list[tuple[str, str, str, str]]) -> Dataset:
    folder.mkdir(exist_ok=True)
    pd.DataFrame(rows, columns=["user_id", "item_id", "order_id", "timestamp"]).to_csv(folder / "log.csv", index=False)
    made = ingest(IngestRequest(str(folder / "log.csv"), min_user_items=1, min_item_users=1), folder / "datasets")
    return Dataset.open(folder / "datasets" / made.dataset)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """400 orders of 60 shoppers over 20 products in pairs: who buys one of a pair mostly buys the other in the same order."""
    rng = np.random.default_rng(4)
    rows = []
    for order in range(400):
        pairs = rng.choice(10, 2, replace=False)
        inside = [2 * pair + side for pair in pairs for side in (0, 1) if rng.random() < 0.9]
        when = f"{pd.Timestamp('2025-01-01') + pd.Timedelta(hours=7 * order)}"
        rows += [(f"u{order % 60:02d}", f"p{item:02d}", f"o{order}", when) for item in inside]
    return taken_in(tmp_path, rows)


def test_what_goes_together_is_found_again_in_later_orders(dataset: Dataset) -> None:
    report = measure_baskets(read_orders(dataset), 0, Listener())
    rows = {row.model: row for row in report.rows}
    assert set(rows) == {"item-knn", "item-knn of shoppers", "edlae", "edlae of shoppers", "popularity"}
    assert rows["edlae"].intervals["mrr"][0] > rows["popularity"].intervals["mrr"][1] + 0.2
    assert rows["item-knn"].gain["ndcg@10"] == (0.0, 0.0, 0.0)
    assert rows["popularity"].gain["mrr"][2] < -0.1
    assert report.orders[0] > 300


def test_the_model_is_kept_beside_the_dataset_and_made_again(dataset: Dataset) -> None:
    assert open_baskets(dataset) is None
    report = make_baskets(dataset, 0, Listener())
    model = open_baskets(dataset)
    assert report is not None
    assert model is not None
    assert model.manifest["dataset"] == dataset.id
    assert model.manifest["report"]["rows"][0]["model"] == report.rows[0].model
    basket = sparse.csr_matrix(np.eye(20, dtype=np.float32))
    other = model.score(basket)
    np.fill_diagonal(other, -np.inf)
    assert_array_equal(other.argmax(axis=1), np.arange(20) ^ 1)
    make_baskets(dataset, 0, Listener())
    again = open_baskets(dataset)
    assert again is not None
    assert_array_equal(again.score(basket), model.score(basket))


def test_what_came_with_the_demo_is_taken_only_for_its_own_dataset_and_never_over_another(dataset: Dataset, tmp_path: Path) -> None:
    make_baskets(dataset, 0, Listener())
    shipped = tmp_path / "shipped"
    (dataset.folder / FOLDER).rename(shipped)
    other = taken_in(tmp_path / "other", [(f"u{n % 4}", f"i{n % 3}", f"o{n // 2}", f"2025-01-{1 + n:02d}") for n in range(20)])
    assert not install_baskets(other, shipped)
    assert not install_baskets(other, tmp_path / "nowhere")
    assert open_baskets(other) is None
    assert install_baskets(dataset, shipped)
    assert not install_baskets(dataset, shipped)
    model = open_baskets(dataset)
    assert model is not None
    assert not model.shipped
    assert model.by_shoppers == str(model.manifest["model"]).endswith("of shoppers")


def test_a_cancel_leaves_nothing_behind(dataset: Dataset) -> None:
    class Stopping(Listener):
        def progress(self, fraction: float, message: str) -> None:
            if fraction >= 0.8:
                raise Cancelled

    with pytest.raises(Cancelled):
        make_baskets(dataset, 0, Stopping())
    assert open_baskets(dataset) is None


def test_orders_too_few_to_test_on_are_learned_from_all_the_same(tmp_path: Path) -> None:
    rows = [(f"u{n}", item, f"o{n}", "2025-01-01") for n in range(6) for item in ("a", "b", "cd"[n % 2])]
    dataset = taken_in(tmp_path, rows)
    assert make_baskets(dataset, 0, Listener()) is None
    model = open_baskets(dataset)
    assert model is not None
    assert model.manifest["report"] is None
    scores = model.score(sparse.csr_matrix(np.array([[1, 0, 0, 0]], dtype=np.float32)))
    assert scores[0, 1] > scores[0, 2] > 0


def test_products_that_are_new_in_later_orders_cannot_be_tested_on(tmp_path: Path) -> None:
    early = [(f"u{n}", item, f"o{n}", f"2025-01-{1 + n:02d}") for n in range(16) for item in (f"once{n}", f"never{n}")]
    late = [(f"u{n}", item, f"l{n}", f"2025-02-{1 + n:02d}") for n in range(4) for item in ("a", "b")]
    dataset = taken_in(tmp_path, early + late)
    assert make_baskets(dataset, 0, Listener()) is None
    model = open_baskets(dataset)
    assert model is not None
    assert dataset.item_ids[model.items].tolist() == ["a", "b"]


def test_single_products_make_no_basket(tmp_path: Path) -> None:
    dataset = taken_in(tmp_path, [(f"u{n}", f"i{n % 3}", f"o{n}", f"2025-01-{1 + n:02d}") for n in range(20)])
    with pytest.raises(TooSmallError):
        make_baskets(dataset, 0, Listener())
    assert open_baskets(dataset) is None


def test_the_demos_basket_model_is_of_the_dataset_of_its_runs() -> None:
    made_from = {path.parent.name: json.loads(path.read_text())["dataset"] for path in DEMO_DIR.glob("*/manifest.json")}
    made_from |= {path.parent.name: json.loads(path.read_text())["dataset"] for path in DEMO_DIR.glob("runs/*/manifest.json")}
    assert "baskets" in made_from
    assert len(set(made_from.values())) == 1
    shipped = BasketModel(open_artifact(DEMO_DIR / "baskets", kind="baskets", verify=True))
    assert shipped.shipped
    chosen = next(row for row in shipped.manifest["report"]["rows"] if row["model"] == shipped.manifest["model"])
    assert chosen["gain"]["hit@10"][1] >= 0  # at least ties item-kNN on later orders
