"""Deleting says which synthetic sets depend on what goes, and takes them along only when asked to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from recsys_core.errors import UserError
from recsys_core.jobs.queue import submit
from recsys_core.storage.atomic import write_json
from recsys_core.storage.records import DatasetRecord, RunRecord
from recsys_core.storage.workspace import Workspace

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DATASET, RUN = "3f9a0c21b7d4", "ease-1"


@pytest.fixture
def workspace() -> Workspace:
    """A dataset, a run on it, a set of that run, and one filtered from it; and one of another run."""
    workspace = Workspace.open()
    workspace.registry.add_dataset(DatasetRecord(DATASET, "Shop", NOON, 100, 10, 20, "upload"))
    for run in (RUN, "ease-2"):
        workspace.registry.add_run(RunRecord(run, DATASET, "ease", "random", 1, NOON, "trained"))
    for id, run, parent in (("s-set-1", RUN, None), ("s-set-2", RUN, "s-set-1"), ("s-set-3", "ease-2", None)):
        told = {"kind": "synthetic", "run": run, "dataset": DATASET, "parent": parent, "files": {}}
        write_json(workspace.set_dir(id) / "manifest.json", told)
    write_json(workspace.synthetic_dir / "learned" / "key" / "manifest.json", {"dataset": DATASET, "files": {}})
    return workspace


def left(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in workspace.synthetic_dir.iterdir() if path.name != "learned")


def test_a_run_with_sets_goes_only_with_them(workspace: Workspace) -> None:
    with pytest.raises(UserError, match=r"2 synthetic sets were made from the trained model 'ease-1' \(s-set-1, s-set-2\)"):
        workspace.delete_run(RUN)
    assert len(workspace.registry.runs()) == 2
    assert workspace.delete_run(RUN, cascade=True) == ["s-set-1", "s-set-2"]
    assert left(workspace) == ["s-set-3"]
    assert [run.id for run in workspace.registry.runs()] == ["ease-2"]


def test_a_dataset_takes_its_sets_and_what_was_learned_along(workspace: Workspace) -> None:
    with pytest.raises(UserError, match="3 synthetic sets"):
        workspace.delete_dataset(DATASET)
    workspace.delete_dataset(DATASET, cascade=True)
    assert left(workspace) == []
    assert list((workspace.synthetic_dir / "learned").iterdir()) == []


def test_a_set_with_sets_made_of_it_goes_only_with_them(workspace: Workspace) -> None:
    with pytest.raises(UserError, match=r"1 synthetic set was made from the set 's-set-1' \(s-set-2\)"):
        workspace.delete_set("s-set-1")
    assert workspace.delete_set("s-set-1", cascade=True) == ["s-set-2"]
    assert left(workspace) == ["s-set-3"]


@pytest.mark.parametrize("spec", [{"set": "s-set-2"}, {"parent": "s-set-2"}])
def test_what_a_job_uses_stays(workspace: Workspace, spec: dict[str, str]) -> None:
    job = submit(workspace, "scorecard", spec, title="Filter", start=False)
    for delete in (
        lambda: workspace.delete_set("s-set-2"),
        lambda: workspace.delete_run(RUN, cascade=True),
        lambda: workspace.delete_dataset(DATASET, cascade=True),
    ):
        with pytest.raises(UserError, match=f"used by 1 job \\({job.id}\\)"):
            delete()
    assert len(left(workspace)) == 3
    assert len(workspace.registry.runs()) == 2
