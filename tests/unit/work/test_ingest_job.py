"""The ingest and demo jobs: a dataset with its groups and its row in the registry, or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.request import IngestRequest
from recsys_core.errors import UserError
from recsys_core.jobs import Cancelled, context, run_here
from recsys_core.jobs.journal import request_cancel
from recsys_core.jobs.work import demo
from recsys_core.jobs.work import ingest as ingest_work
from recsys_core.profiles.groups import load_groups
from recsys_core.storage.system_errors import RefusedError
from recsys_core.storage.workspace import Workspace
from tests.unit.profiles.shop import titled_log


@pytest.fixture
def workspace(aisle_home: Path) -> Workspace:
    return Workspace.open(aisle_home)


@pytest.fixture
def request_(tmp_path: Path) -> IngestRequest:
    titled_log(tmp_path)
    return IngestRequest(str(tmp_path / "log.csv"), items=str(tmp_path / "items.csv"), name="Titled")


def test_a_request_survives_its_way_through_a_job(tmp_path: Path) -> None:
    request = IngestRequest("log.csv", roles={"user_id": "who"}, positive=("view", "cart"), min_rating=3.5, min_user_items=2)
    assert IngestRequest.from_json(json.loads(json.dumps(request.to_json()))) == request


def test_the_job_makes_a_dataset_with_groups_and_registers_it(workspace: Workspace, request_: IngestRequest) -> None:
    said: list[str] = []
    job = run_here(workspace, "ingest", request_.to_json(), title="t", on_progress=lambda fraction, message: said.append(message))
    result = dict(job.result or {})
    dataset = Dataset.open(workspace.dataset_dir(result["dataset"]), verify=True)
    assert load_groups(dataset).source == "clusters"
    assert workspace.registry.dataset(dataset.id).name == "Titled"
    assert result["rows_kept"] == dataset.events().num_rows
    assert {"Reading", "Cleaning", "Grouping products"} <= set(said)


def test_a_cancelled_job_leaves_nothing(workspace: Workspace, request_: IngestRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "LOOK_EVERY", 0.0)

    def cancel(fraction: float, message: str) -> None:
        request_cancel(next(workspace.jobs_dir.iterdir()))

    with pytest.raises(Cancelled):
        run_here(workspace, "ingest", request_.to_json(), title="t", on_progress=cancel)
    assert not list(workspace.datasets_dir.iterdir())
    assert workspace.registry.datasets() == []


def test_the_demo_is_made_once_and_found_again(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "assets"
    (folder / "runs" / "old").mkdir(parents=True)
    titled_log(folder)
    for name, file in (("log", "interactions"), ("items", "items")):
        pd.read_csv(folder / f"{name}.csv", dtype=str).to_parquet(folder / f"{file}.parquet")
    monkeypatch.setattr(demo, "DEMO_DIR", folder)
    monkeypatch.setattr(demo, "demo_request", lambda: IngestRequest(str(folder / "interactions.parquet"), origin="demo", currency="£"))
    first = dict(run_here(workspace, "demo", {}, title="t").result or {})
    assert first["run"] is None
    assert workspace.registry.dataset(first["dataset"]).origin == "demo"
    (folder / "runs" / "old" / "manifest.json").write_text(json.dumps({"dataset": first["dataset"]}))
    monkeypatch.setattr(demo, "take_in", None)  # whoever called it again would fail
    monkeypatch.setattr(demo, "install", lambda workspace, dataset, runs: "a-run")
    assert dict(run_here(workspace, "demo", {}, title="t").result or {}) == {"dataset": first["dataset"], "run": "a-run"}


@pytest.mark.parametrize("good", [True, False])
def test_an_upload_is_gone_once_it_is_a_dataset_or_known_to_be_none_and_own_files_stay(
    workspace: Workspace, tmp_path: Path, good: bool
) -> None:
    titled_log(tmp_path)
    own = tmp_path / "log.csv"
    upload = workspace.uploads_dir / "a1b2c3d4" / "log.csv"
    upload.parent.mkdir()
    upload.write_bytes(own.read_bytes() if good else b"\x89PNG\r\n\x1a\n" + bytes(40))
    if good:
        run_here(workspace, "ingest", IngestRequest(str(upload)).to_json(), title="t")
        run_here(workspace, "ingest", IngestRequest(str(own)).to_json(), title="t")
    else:
        with pytest.raises(UserError, match=r"log\.csv is a PNG"):
            run_here(workspace, "ingest", IngestRequest(str(upload)).to_json(), title="t")
    assert list(workspace.uploads_dir.iterdir()) == []
    assert own.exists()


def test_an_upload_stays_where_the_disk_was_full(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = workspace.uploads_dir / "a1b2c3d4" / "log.csv"
    upload.parent.mkdir()
    upload.touch()

    def full(*_: object) -> None:
        raise RefusedError("The disk is full: here.", "Make room there, then do it again.")

    monkeypatch.setattr(ingest_work, "ingest", full)
    with pytest.raises(RefusedError):
        run_here(workspace, "ingest", IngestRequest(str(upload)).to_json(), title="t")
    assert upload.exists()
