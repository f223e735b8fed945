"""The commands that list, show and delete, as a user and as a program call them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from recsys_core.cli.app import main
from recsys_core.jobs.queue import cancel, submit
from recsys_core.storage.records import DatasetRecord, RunRecord
from recsys_core.storage.workspace import Workspace

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def workspace() -> Workspace:
    """A dataset, a run on it, a cancelled job."""
    workspace = Workspace.open()
    workspace.registry.add_dataset(DatasetRecord("3f9a0c21b7d4", "Corner shop", NOON, 1234, 10, 20, "upload"))
    metrics = {"test": {"ndcg@10": {"value": 0.2154, "low": 0.2, "high": float("nan")}}}
    workspace.registry.add_run(RunRecord("run-ease-1", "3f9a0c21b7d4", "ease", "random", 1, NOON, "trained", None, {}, metrics, 75.0))
    cancel(workspace, submit(workspace, "train", {}, title="Train EASE", start=False).id)
    return workspace


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(arguments)
    return (code, *capsys.readouterr())


def test_lists_are_json_lists(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    for command, key, value in (("datasets", "rows", 1234), ("runs", "model", "ease"), ("jobs", "state", "cancelled")):
        code, out, err = call(capsys, command, "--json")
        assert (code, err) == (0, "")
        assert [entry[key] for entry in json.loads(out)] == [value]


def test_lists_are_tables_for_people(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    for command, words in (
        ("datasets", ["Corner shop", "1,234"]),
        ("runs", ["0.2154", "1 min 15 s"]),
        ("jobs", ["Train EASE", "cancelled"]),
    ):
        code, out, _ = call(capsys, command)
        assert code == 0
        assert all(word in out for word in words), out


@pytest.mark.parametrize("command", ["datasets", "runs", "jobs"])
def test_an_empty_workspace_says_what_to_do(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, command, "--json") == (0, "[]\n", "")
    assert "There is no" in call(capsys, command)[1]


def test_json_holds_no_nan_and_no_workers_ticket(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    run = json.loads(call(capsys, "show", "run-ease-1", "--json")[1])
    assert run["metrics"]["test"]["ndcg@10"] == {"value": 0.2154, "low": 0.2, "high": None}
    job = json.loads(call(capsys, "show", workspace.registry.jobs()[0].id, "--json")[1])
    assert job["type"] == "job"
    assert "claim" not in job


def test_show_lays_out_the_figures_of_a_run(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [" ".join(line.split()) for line in call(capsys, "show", "run-ease-1")[1].splitlines()]
    assert "fitted in 1 min 15 s" in lines
    assert "test ndcg@10 0.2154 0.2000 to –" in lines


def test_show_takes_the_start_of_an_id(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(call(capsys, "show", "3f9a0c", "--json")[1])
    assert (shown["type"], shown["id"]) == ("dataset", "3f9a0c21b7d4")


def test_an_unknown_id_is_one_line_and_exit_2(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "show", "run-ease-2", "--json")
    assert (code, out) == (2, "")
    assert err.startswith("Nothing is called 'run-ease-2'. List what is there with")
    assert err.endswith("Nearest: run-ease-1.\n")


def test_delete_says_what_depends_and_needs_a_word_for_it(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "delete", "3f9a0c21b7d4")
    assert (code, out) == (2, "")
    assert err == (
        "1 trained model was made from the dataset 'Corner shop' (run-ease-1). Delete them first, or delete everything with --cascade.\n"
    )
    code, out, _ = call(capsys, "delete", "3f9a0c21b7d4", "--cascade", "--json")
    assert code == 0
    assert json.loads(out) == {"deleted": "3f9a0c21b7d4", "type": "dataset", "with_it": ["run-ease-1"]}
    assert workspace.registry.runs() == []


def test_a_job_is_deleted_with_its_folder(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    (job,) = workspace.registry.jobs()
    assert call(capsys, "delete", job.id, "--json")[0] == 0
    assert list(workspace.jobs_dir.iterdir()) == []


@pytest.mark.parametrize("command", ["show", "delete"])
def test_the_start_of_several_ids_names_them_all(command: str, workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    workspace.registry.add_dataset(DatasetRecord("run-ea000000", "Confusing", NOON, 1, 1, 1, "upload"))
    workspace.registry.add_run(RunRecord("run-ease-2", "3f9a0c21b7d4", "ease", "random", 1, NOON, "trained", None, {}, {}, 1.0))
    code, _, err = call(capsys, command, "run-ea")
    assert (code, err) == (
        2,
        "'run-ea' is the start of 1 dataset and 2 runs. Write more of the id: run-ea000000, run-ease-1, run-ease-2\n",
    )
    assert len(workspace.registry.runs()) == 2


def test_a_whole_id_wins_over_the_start_of_another(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    workspace.registry.add_dataset(DatasetRecord("run-ease-10", "Confusing", NOON, 1, 1, 1, "upload"))
    assert json.loads(call(capsys, "show", "run-ease-1", "--json")[1])["type"] == "run"


def test_a_start_that_is_too_short_says_so(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "show", "3f9")[::2] == (
        2,
        "'3f9' is the start of 1 dataset. Write at least 6 characters of the id: 3f9a0c21b7d4\n",
    )
