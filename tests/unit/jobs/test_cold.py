"""The job that teaches a run about new products: once, again where asked, and never where the catalogue says nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recsys_core.errors import NotFoundError, UnsupportedError
from recsys_core.jobs import run_here
from recsys_core.jobs.cold_spec import KIND, cold_spec
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.cold.store import open_cold
from tests.unit.synthesis.cold_shop import trained_shop


def test_a_run_is_taught_once_and_keeps_what_it_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained_shop(tmp_path)
    monkeypatch.setenv("AISLE_HOME", str(tmp_path / "home"))
    workspace = Workspace.open()
    told: list[str] = []
    done = run_here(workspace, KIND, cold_spec(workspace, run), title="New products", on_progress=lambda at, what: told.append(what))
    result: dict[str, Any] = dict(done.result or {})
    assert {"folder", "evaluation", "seconds", "peak_rss_mb"} <= set(result)
    assert set(result["evaluation"]["methods"]) == {"ours", "content-knn", "category", "random"}
    assert any("left out" in what for what in told)
    manifest = Path(result["folder"], "manifest.json")
    before = manifest.stat().st_mtime_ns
    run_here(workspace, KIND, cold_spec(workspace, run), title="New products")
    assert manifest.stat().st_mtime_ns == before
    run_here(workspace, KIND, cold_spec(workspace, run, seed=1, again=True), title="New products")
    assert manifest.stat().st_mtime_ns != before
    assert open_cold(workspace.run_dir(run)).artifact.manifest["seed"] == 1


def test_an_unknown_run_is_refused_where_the_wish_is_uttered() -> None:
    with pytest.raises(NotFoundError):
        cold_spec(Workspace.open(), "nobody")


def test_a_catalogue_that_says_nothing_is_refused(tmp_path: Path, call: Callable[..., Any]) -> None:
    rows = [(f"u{u}", f"p{(u * 3 + i) % 12}") for u in range(30) for i in range(7)]
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_csv(tmp_path / "log.csv", index=False)
    dataset = call("ingest", tmp_path / "log.csv")["dataset"]
    run = call("train", dataset, "--model", "popularity")["run"]
    with pytest.raises(UnsupportedError, match="--items"):
        cold_spec(Workspace.open(), run)
