"""What a dataset cannot do is refused before there is a job, in the words that the job itself would fail with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.data.ingest import IngestRequest
from recsys_core.errors import UserError
from recsys_core.jobs.autopilot_spec import autopilot_spec
from recsys_core.jobs.cross_validate_spec import cross_validate_spec
from recsys_core.jobs.possible import check_possible
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.tune_spec import tune_spec
from recsys_core.jobs.worker import run_here
from recsys_core.storage.workspace import Workspace
from tests.unit.work.small_shop import small_shop

ROOT = Path(__file__).resolve().parents[3]
Shop = tuple[Workspace, str]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Numbers alone: no times, no split column, no catalogue."""
    workspace, dataset = small_shop(tmp_path_factory.mktemp("bare"), users=12, min_user_items=1, min_item_users=1)
    run_here(workspace, "train", train_spec(dataset.id, "popularity", seed=4), title="another seed")
    return workspace, dataset.id


REFUSED: list[tuple[list[str], str]] = [
    (["train", "--model", "ease", "--protocol", "given"], "no split column"),
    (["train", "--model", "ease", "--protocol", "last"], "nothing is last"),
    (["train", "--model", "ease", "--protocol", "time"], "cannot be split by time"),
    (["train", "--model", "content"], "says nothing about these products"),
    (["train", "--model", "popularity", "--set", "half_life_days=30"], "cannot fade"),
    (["train", "--model", "cfgan", "--protocol", "users"], "scores only the shoppers"),
    (["train", "--model", "fusion", "--set", "runs=nobody,nothing"], "nobody"),
    (["train", "--model", "fusion", "--set", "runs={run},{run}2"], "of another split"),
    (["tune", "--model", "content", "--trials", "2"], "says nothing about these products"),
    (["tune", "--model", "ease,mult-vae", "--trials", "2", "--protocol", "given"], "no split column"),
    (["cross-validate", "--model", "content"], "says nothing about these products"),
    (["cross-validate", "--model", "cfgan", "--protocol", "users"], "scores only the shoppers"),
    (["cross-validate", "--model", "ease", "--protocol", "users", "--folds", "8"], "12 shoppers who train"),
    (["autopilot", "--protocol", "time"], "cannot be split by time"),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSED)
def test_a_command_refuses_in_one_line_and_leaves_no_job(
    shop: Shop, arguments: list[str], words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, dataset = shop
    monkeypatch.setenv("AISLE_HOME", str(workspace.home))
    jobs, run = len(workspace.registry.jobs()), workspace.registry.runs()[0].id
    assert main([arguments[0], dataset, *(text.format(run=run) for text in arguments[1:])]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert words in err
    assert len(err.split(". ")) > 1  # what to do
    assert len(workspace.registry.jobs()) == jobs


SPECS: list[Any] = [
    lambda id: train_spec(id, "ease", protocol="given"),
    lambda id: train_spec(id, "content"),
    lambda id: train_spec(id, "popularity", settings={"half_life_days": 30}),
    lambda id: train_spec(id, "cfgan", protocol="users"),
]


@pytest.mark.parametrize("make", SPECS)
def test_the_job_itself_would_have_failed_with_the_same_words(shop: Shop, make: Any) -> None:
    workspace, dataset = shop
    with pytest.raises(UserError) as before:
        check_possible(workspace, make(dataset))
    with pytest.raises(UserError) as inside:
        run_here(workspace, "train", make(dataset), title="try")
    assert (before.value.message, before.value.hint) == (inside.value.message, inside.value.hint)


def test_what_can_be_done_is_let_through(shop: Shop) -> None:
    workspace, dataset = shop
    for spec in (
        train_spec(dataset, "popularity"),
        train_spec(dataset, "cfgan"),
        train_spec(dataset, "ease", protocol="users"),
        cross_validate_spec(dataset, "ease", protocol="users", folds=6),
        autopilot_spec(dataset),
    ):
        check_possible(workspace, spec)


def test_a_search_goes_on_without_the_models_that_cannot_be_trained(shop: Shop) -> None:
    workspace, dataset = shop
    check_possible(workspace, tune_spec(dataset, ["content", "ease"], trials=1))


def test_a_log_with_its_own_split_and_a_catalogue_can_be_used(tmp_path: Path) -> None:
    rows = [(f"u{u}", f"i{i}", "train" if i < 6 else "test") for u in range(8) for i in range(8)]
    pd.DataFrame(rows, columns=["user_id", "item_id", "split"]).to_csv(tmp_path / "log.csv", index=False)
    pd.DataFrame({"item_id": [f"i{i}" for i in range(8)], "title": [f"cup {i}" for i in range(8)]}).to_csv(
        tmp_path / "items.csv", index=False
    )
    workspace = Workspace.open(tmp_path / "home")
    request = IngestRequest(str(tmp_path / "log.csv"), items=str(tmp_path / "items.csv"))
    dataset = run_here(workspace, "ingest", {"log": request.log, "items": request.items}, title="read").result["dataset"]
    check_possible(workspace, train_spec(dataset, "content", protocol="given"))
    check_possible(workspace, train_spec(dataset, "ease"))
    with pytest.raises(UserError, match="nothing is last"):
        check_possible(workspace, train_spec(dataset, "ease", protocol="last"))


def test_a_log_of_which_nothing_trains_is_refused(tmp_path: Path) -> None:
    workspace, dataset = small_shop(tmp_path, users=6)
    for spec in (train_spec(dataset.id, "ease"), cross_validate_spec(dataset.id, "ease"), autopilot_spec(dataset.id)):
        with pytest.raises(UserError, match="Nothing in 'small shop' trains"):
            check_possible(workspace, spec)


def test_asking_takes_neither_torch_nor_sklearn() -> None:
    code = "import sys; import recsys_core.jobs.possible; sys.exit(bool({'torch', 'sklearn', 'umap'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
