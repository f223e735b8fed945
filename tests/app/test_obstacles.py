"""What would stop a training is said before it starts, as the models' own checks would say it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from pages.ui.models import obstacles
from pages.ui.models.obstacles import BYTES_A_CELL, BYTES_A_NEIGHBOUR, needed_bytes, obstacle
from recsys_core.data.dataset import Dataset
from recsys_core.jobs.estimates import Facts
from recsys_core.jobs.worker import run_here
from recsys_core.models import item_item, neighbours
from recsys_core.models.registry import model_spec, model_specs
from recsys_core.profiles.material import describes_products
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import problems

LARGE = Facts(users=1_000_000, items=100_000, pairs=5_000_000)


@pytest.fixture
def bare(aisle_home):
    """A dataset of numbers alone: no times, no catalogue."""
    workspace = Workspace.open()
    log = aisle_home / "bare.csv"
    rows = [(f"u{user}", f"i{(user * 7 + step * 3) % 12}") for user in range(30) for step in range(6)]
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_csv(log, index=False)
    return run_here(workspace, "ingest", {"log": str(log), "name": "Bare"}, title="Read it").result["dataset"]


def record_of(dataset: str):
    return next(r for r in Workspace.open().registry.datasets() if r.id == dataset)


def test_a_log_without_a_catalogue_or_times_says_so_in_the_form(open_page, bare, idle_queue):
    assert not describes_products(Dataset.open(Workspace.open().dataset_dir(bare)))
    app = open_page("models", dataset=bare)
    app.selectbox(key="train_model").select("content").run()
    assert [w.value for w in app.warning] == [obstacle(record_of(bare), model_spec("content"), {}, "random")]
    assert "no titles" in app.warning[0].value
    assert "fade" in obstacle(record_of(bare), model_spec("popularity"), {"half_life_days": 30.0}, "random")
    app.selectbox(key="train_model").select("ease").run()
    assert problems(app) == []


def test_a_shop_with_catalogue_and_times_stops_no_model(loaded):
    record = record_of(loaded.dataset)
    for spec in model_specs():
        assert obstacle(record, spec, {}, "random") == "", spec.id
    assert obstacle(record, model_spec("popularity"), {"half_life_days": 30.0}, "random") == ""


def test_a_model_of_its_own_shoppers_is_not_tested_on_others(loaded):
    record, spec = record_of(loaded.dataset), model_spec("cfgan")
    assert "trained on" in obstacle(record, spec, {"based_on": "items"}, "users")
    assert obstacle(record, spec, {"based_on": "items"}, "random") == ""
    assert obstacle(record, spec, {"based_on": "users"}, "users") == ""


def test_what_does_not_fit_into_memory_is_said_with_the_way_out(loaded, monkeypatch):
    record = replace(record_of(loaded.dataset), items=LARGE.items, users=LARGE.users)
    free = 8 * 2**30
    monkeypatch.setattr(obstacles.psutil, "virtual_memory", lambda: type("Memory", (), {"available": free}))
    told = obstacle(record, model_spec("edlae"), {"form": "dense"}, "random")
    assert "186.3 GB" in told
    assert "sparse" in told
    assert obstacle(record, model_spec("edlae"), {}, "random") == ""
    for gan in ("vae-gan", "cfgan"):
        assert obstacle(record, model_spec(gan), {"hidden": 4096}, "random").endswith(obstacles.say.OBSTACLE_PLAYERS)
    assert obstacle(record, model_spec("ease"), {"form": "sparse"}, "random") == ""


def test_memory_is_counted_as_the_models_count_it():
    assert (BYTES_A_CELL, BYTES_A_NEIGHBOUR) == (item_item.BYTES_A_CELL, neighbours.BYTES_A_NEIGHBOUR)
    spec = model_spec("item-knn")
    most = max(50, *(int(point["k"]) for point in spec.grid))
    assert needed_bytes(spec, LARGE, spec.resolve({})) == LARGE.items * most * neighbours.BYTES_A_NEIGHBOUR
