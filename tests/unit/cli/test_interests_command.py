"""`interests`: tags measured on what is held out, and kept for the studio."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.data.dataset import Dataset
from recsys_core.jobs.interests import FILE, measured
from recsys_core.models.runs import Run
from recsys_core.profiles.groups import ItemGroups, load_groups
from recsys_core.storage.workspace import Workspace


@pytest.fixture
def run(aisle_home: Path, tmp_path: Path) -> Run:
    """Of sixty shoppers who buy of two of four categories, one the more often."""
    rng = np.random.default_rng(4)
    rows = [(f"u{u:02}", f"p{(u + (rng.random() < 0.25)) % 4}{i:02}") for u in range(60) for i in rng.choice(15, 9, replace=False)]
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_csv(tmp_path / "log.csv", index=False)
    items = [(f"p{kind}{i:02}", f"Kind {kind}") for kind in range(4) for i in range(15)]
    pd.DataFrame(items, columns=["item_id", "category"]).to_csv(tmp_path / "items.csv", index=False)
    assert main(["ingest", str(tmp_path / "log.csv"), "--items", str(tmp_path / "items.csv"), "--min-item-users", "1", "--json"]) == 0
    workspace = Workspace.open()
    assert main(["train", workspace.registry.datasets()[0].id, "--model", "popularity", "--json"]) == 0
    return Run.open(workspace.run_dir(workspace.registry.runs()[0].id))


def groups_of(run: Run) -> ItemGroups:
    return load_groups(Dataset.open(Workspace.open().dataset_dir(run.dataset_id)))


def test_tags_are_measured_and_kept(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    groups = groups_of(run)
    assert measured(run, groups) is None
    capsys.readouterr()
    assert main(["interests", run.id, "--user", "u05", "--k", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["users"] > 0
    assert told["gain"]["value"] == pytest.approx(told["tags"]["value"] - told["popular"]["value"])
    assert told["tags_of"][0]["label"] in ("Kind 1", "Kind 2")
    kept = measured(run, groups)
    assert kept is not None
    assert kept[1].gain.value == told["gain"]["value"]


def test_what_was_measured_of_other_groups_does_not_count(run: Run) -> None:
    groups = groups_of(run)
    assert main(["interests", run.id, "--json"]) == 0
    assert measured(run, groups) is not None
    assert measured(run, replace(groups, labels=[*groups.labels[:-1], "Another"])) is None
    (run.artifact.folder / FILE).write_text("{")
    assert measured(run, groups) is None
