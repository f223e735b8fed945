"""What ships with the demo can be explained and played with, and an older workspace is given what it lacks."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from recsys_core.models.runs import Run
from recsys_core.models.shipped import install
from recsys_core.settings import ASSETS_DIR
from recsys_core.storage.artifacts import MANIFEST
from recsys_core.storage.atomic import write_json
from recsys_core.storage.workspace import Workspace

RUNS = ASSETS_DIR / "demo" / "runs"
WITH_WEIGHTS = ("popularity", "item-knn", "edlae", "mult-vae")


def shipped(model: str) -> Path:
    (folder,) = RUNS.glob(f"{model}-*")
    return folder


@pytest.mark.parametrize("model", WITH_WEIGHTS)
def test_a_shipped_run_scores_new_histories(model: str) -> None:
    run = Run.open(shipped(model), verify=True)
    assert run.scorer() is not None


def test_all_that_ships_is_small() -> None:
    assert sum(file.stat().st_size for file in RUNS.rglob("scorer/*.npy")) < 25_000_000


def without_weights(folder: Path) -> None:
    """As an older version put it in place."""
    shutil.rmtree(folder / "scorer")
    told = json.loads((folder / MANIFEST).read_text())
    files = {name: about for name, about in told["files"].items() if not name.startswith("scorer/")}
    write_json(folder / MANIFEST, {**told, "scorer": None, "files": files})


@pytest.fixture
def older(aisle_home: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace in which the demo's item-knn lies without weights. Its dataset is not registered, and is not asked for."""
    workspace = Workspace.open()
    monkeypatch.setattr(type(workspace.registry), "add_run", lambda registry, record: None)
    target = workspace.run_dir(shipped("item-knn").name)
    shutil.copytree(shipped("item-knn"), target)
    without_weights(target)
    return workspace


def test_a_run_of_an_older_demo_is_given_its_weights(older: Workspace) -> None:
    target = older.run_dir(shipped("item-knn").name)
    (target / "made since").mkdir()
    install(older, Run.open(target).dataset_id, RUNS)
    run = Run.open(target, verify=True)
    known = Run.open(shipped("item-knn"))
    assert np.array_equal(run.scorer().weights.data, known.scorer().weights.data)
    assert (target / "made since").is_dir()


def test_the_best_on_validation_is_shown_first(older: Workspace) -> None:
    first = install(older, Run.open(shipped("edlae")).dataset_id, RUNS)
    assert first == shipped("edlae").name


def test_weights_that_give_other_lists_are_not_given(older: Workspace) -> None:
    target = older.run_dir(shipped("item-knn").name)
    told = json.loads((target / MANIFEST).read_text())
    told["files"]["candidates.npy"]["sha256"] = "0" * 64
    write_json(target / MANIFEST, told)
    install(older, told["dataset"], RUNS)
    assert Run.open(target).manifest["scorer"] is None
