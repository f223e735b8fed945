"""The registry remembers what it is told, helps with ids, and refuses to orphan anything."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from recsys_core.errors import InputError, NotFoundError, UserError
from recsys_core.jobs.queue import submit
from recsys_core.storage.artifacts import seal
from recsys_core.storage.atomic import write_text
from recsys_core.storage.records import DatasetRecord, RunRecord
from recsys_core.storage.registry import Registry
from recsys_core.storage.workspace import Workspace

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SHOP = DatasetRecord("3f9a0c21b7d4", "Shop", NOON, 100, 10, 20, "upload")


def run(id: str, minutes: int = 0) -> RunRecord:
    figure = {"value": 0.25, "low": 0.2, "high": 0.3}
    metrics = {
        "validation": {"recall@10": figure, "ndcg@10": figure},
        "test": {"ndcg@10": {"value": float("nan"), "low": None, "high": None}},
    }
    return RunRecord(id, SHOP.id, "ease", "random", 1, NOON + timedelta(minutes=minutes), "trained", None, {"l2": 5.0}, metrics, 1.5)


@pytest.fixture
def workspace() -> Workspace:
    """A workspace with one dataset."""
    workspace = Workspace.open()
    workspace.registry.add_dataset(SHOP)
    return workspace


def test_records_come_back_as_they_were_entered(workspace: Workspace) -> None:
    workspace.registry.add_run(run("run-a"))
    back = workspace.registry.run("run-a")
    assert workspace.registry.dataset(SHOP.id) == SHOP
    assert back.metrics["validation"] == run("run-a").metrics["validation"]
    assert list(back.metrics["validation"]) == ["recall@10", "ndcg@10"]
    assert back.metrics["test"]["ndcg@10"]["value"] is None
    assert (back.settings, back.seconds, back.created_at) == ({"l2": 5.0}, 1.5, NOON)


def test_times_are_utc_whatever_zone_they_came_in(workspace: Workspace) -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    workspace.registry.add_run(RunRecord("run-t", SHOP.id, "ease", "random", 1, tokyo, "trained"))
    assert workspace.registry.run("run-t").created_at == NOON
    assert workspace.registry.run("run-t").created_at.tzinfo is UTC


def test_the_newest_comes_first(workspace: Workspace) -> None:
    for id, minutes in (("run-a", 1), ("run-c", 3), ("run-b", 2)):
        workspace.registry.add_run(run(id, minutes))
    assert [record.id for record in workspace.registry.runs()] == ["run-c", "run-b", "run-a"]
    assert workspace.registry.runs("other") == []


def test_entering_twice_changes_nothing(workspace: Workspace) -> None:
    workspace.registry.add_dataset(DatasetRecord(SHOP.id, "Another name", NOON, 1, 1, 1, "demo"))
    assert workspace.registry.datasets() == [SHOP]


def test_a_run_needs_its_dataset(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="No dataset is called 'nope'"):
        workspace.registry.add_run(RunRecord("run-x", "nope", "ease", "random", 1, NOON, "trained"))


def test_the_start_of_an_id_is_enough_when_it_is_the_only_one(workspace: Workspace) -> None:
    assert workspace.registry.dataset("3f9a0c").id == SHOP.id
    workspace.registry.add_dataset(DatasetRecord("3f9a0cffffff", "Twin", NOON, 1, 1, 1, "upload"))
    with pytest.raises(NotFoundError, match="is the start of 2 datasets"):
        workspace.registry.dataset("3f9a0c")


def test_five_characters_are_too_few_for_a_prefix(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError):
        workspace.registry.dataset("3f9a0")


def test_wildcards_of_the_database_mean_nothing_in_an_id(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError):
        workspace.registry.dataset("______")


def test_an_unknown_id_names_the_nearest(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError) as caught:
        workspace.registry.dataset("3f9a0c21b7dd")
    assert caught.value.message == "No dataset is called '3f9a0c21b7dd'."
    assert caught.value.hint == "List what is there with `python -m recsys_core datasets`. Nearest: 3f9a0c21b7d4."


def test_a_dataset_with_runs_is_deleted_only_with_them(workspace: Workspace) -> None:
    for id in ("run-a", "run-b"):
        workspace.registry.add_run(run(id))
        write_text(workspace.run_dir(id) / "weights", "x")
    with pytest.raises(UserError, match=r"2 trained models were made from the dataset 'Shop' \(run-a, run-b\)"):
        workspace.delete_dataset(SHOP.id)
    workspace.delete_dataset(SHOP.id, cascade=True)
    assert (workspace.registry.datasets(), workspace.registry.runs()) == ([], [])
    assert list(workspace.runs_dir.iterdir()) == []


def test_what_a_waiting_job_needs_is_not_deleted(workspace: Workspace) -> None:
    job = submit(workspace, "train", {"dataset": SHOP.id}, title="Train", start=False)
    with pytest.raises(UserError, match=f"is being used by 1 job \\({job.id}\\)"):
        workspace.delete_dataset(SHOP.id, cascade=True)
    with pytest.raises(UserError, match="Cancel it first"):
        workspace.delete_job(job.id)
    assert workspace.registry.datasets() == [SHOP]


def test_the_files_of_an_artifact_are_counted_and_forgotten_with_it(workspace: Workspace) -> None:
    write_text(workspace.run_dir("run-a") / "weights", "12345")
    seal(workspace.run_dir("run-a"), {"kind": "run"})
    workspace.registry.add_run(run("run-a"))
    assert workspace.registry.artifact_bytes("run", "run-a") == 5
    workspace.delete_run("run-a")
    assert workspace.registry.artifact_bytes("run", "run-a") == 0
    assert not workspace.run_dir("run-a").exists()


@pytest.mark.parametrize("address", ["not an address", "nosuchdatabase://x/y", "postgresql+nosuchdriver://x/y"])
def test_an_address_that_is_none_is_the_users_mistake(tmp_path: Path, address: str) -> None:
    with pytest.raises(InputError, match="AISLE_DATABASE_URL"):
        Registry(address, tmp_path)


def test_the_registry_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_DATABASE_URL", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    home = Workspace.open().home
    assert (tmp_path / "elsewhere.db").exists()
    assert not (home / "registry.db").exists()
