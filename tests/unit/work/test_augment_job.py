"""The augment job and command: what is asked, kept once, and told in words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from recsys_core.cli.app import main
from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import make_split
from recsys_core.errors import InputError, NotFoundError, TooSmallError, UnsupportedError
from recsys_core.jobs import read_events, run_here
from recsys_core.jobs.augment_spec import augment_spec
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.work.augment import histories
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.augmenting.store import list_augments, open_augment
from tests.unit.work.small_shop import small_shop

Trained = tuple[Workspace, str]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A workspace with a run of ease."""
    workspace, dataset = small_shop(tmp_path_factory.mktemp("shop"), users=120)
    return workspace, run_here(workspace, "train", train_spec(dataset.id, "ease", settings={"l2": 20}), title="x").result["run"]  # type: ignore[index]


def test_the_result_is_kept_beside_the_sets_and_found_by_its_run(trained: Trained) -> None:
    workspace, run = trained
    spec = augment_spec(run=run, share=0.5, seeds=2, models=["ease"], ratio=1.0, weight=0.5)
    job = run_here(workspace, "augment", spec, title="x")
    assert job.result is not None
    result = open_augment(Path(job.result["augment"]))
    assert list_augments(workspace, run=run) == [Path(job.result["augment"])]
    assert (result.regime, result.generator, result.trained, result.weight) == ("scarce", "sequential", 60, 0.5)
    assert job.result["sentences"] == list(result.sentences)
    assert [point.seed for point in result.curve] == [0, 1]
    points = [event for event in read_events(workspace, job.id) if event["type"] == "curve"]
    assert [point["ease weight"] for point in points] == [0.5, 0.5]
    again = run_here(workspace, "augment", spec, title="x").result
    assert again is not None
    assert again["findings"] == job.result["findings"]


@pytest.mark.parametrize("protocol", ["random", "users"])
def test_nothing_of_who_is_tested_is_learned_where_data_is_scarce(trained: Trained, protocol: str) -> None:
    workspace, run = trained
    dataset = Dataset.open(workspace.dataset_dir(workspace.registry.run(run).dataset_id))
    split = make_split(dataset, protocol, 0)
    scarce, full = histories(dataset, split, scarce=True), histories(dataset, split, scarce=False)
    for found in (scarce, full):
        assert found.known.multiply(found.targets).nnz == 0
    assert scarce.targets.nnz == split.validation_targets.nnz + split.test_targets.nnz
    tested = np.flatnonzero(np.diff(scarce.targets.indptr))
    assert (np.diff(scarce.known.indptr)[tested] > 0).all()
    both = scarce.known + scarce.targets
    assert (both[tested] != dataset.positives[tested]).nnz == 0
    assert full.learnable.multiply(full.targets).nnz == 0


def test_the_command_says_it_in_words_and_figures(
    trained: Trained, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AISLE_HOME", str(trained[0].settings.home))
    asked = ["augment", trained[1], "--regime", "full", "--seeds", "1", "--models", "ease", "--ratio", "0.5", "--weight", "0.25"]
    assert main(asked) == 0
    out = capsys.readouterr().out
    assert out.startswith("ease: ")
    assert "all shoppers" in out
    assert "With fewer than three seeds" in out
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["regime"], told["metric"]) == ("full", "ndcg@10")
    assert told["findings"][0]["kind"] == "all"
    assert main(["augment", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err


def test_what_cannot_be_tried_is_refused_at_once(trained: Trained) -> None:
    with pytest.raises(InputError, match="run or of a synthetic set"):
        augment_spec()
    with pytest.raises(InputError, match="no regime 'half'"):
        augment_spec(run="a", regime="half")
    with pytest.raises(InputError, match="share is 2"):
        augment_spec(run="a", share=2)
    with pytest.raises(InputError, match="weight is -1"):
        augment_spec(run="a", weight=-1)
    with pytest.raises(InputError, match="temperature is 9"):
        augment_spec(run="a", temperature=9)
    with pytest.raises(InputError, match="No model"):
        augment_spec(run="a", models=[])
    with pytest.raises(NotFoundError, match="no model called 'eese'"):
        augment_spec(run="a", models=["eese"])
    with pytest.raises(NotFoundError, match="no generator 'oracle'"):
        augment_spec(run="a", generator="oracle")
    with pytest.raises(UnsupportedError, match="The model blend"):
        augment_spec(run="a", models=["blend"])


def test_too_small_a_share_and_a_split_without_test_are_refused(trained: Trained) -> None:
    workspace, run = trained
    with pytest.raises(TooSmallError, match="10% of 120 shoppers"):
        run_here(workspace, "augment", augment_spec(run=run, models=["ease"]), title="x")
    dataset = workspace.registry.run(run).dataset_id
    whole = run_here(workspace, "train", train_spec(dataset, "ease", settings={"l2": 20}, protocol="all"), title="x").result
    assert whole is not None
    with pytest.raises(UnsupportedError, match="tests nothing"):
        run_here(workspace, "augment", augment_spec(run=whole["run"], models=["ease"]), title="x")
