"""Runs that come with the demo: trained when the release was made, labelled so everywhere; very large weights do not ship."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from recsys_core.models.runs import Run
from recsys_core.storage.artifacts import MANIFEST
from recsys_core.storage.atomic import new_folder, write_json
from recsys_core.storage.records import RunRecord
from recsys_core.storage.workspace import Workspace

CHOSEN_BY = "ndcg@100"  # as the Models page chooses
WEIGHTS, LISTS = "scorer", "candidates.npy"  # of a run: the folder that its scorer is built from, and what it lists


def install(workspace: Workspace, dataset_id: str, runs_folder: Path) -> str | None:
    """Copy the runs in `runs_folder` that were made from exactly this dataset into the workspace and register them.

    Returns the id of the run that is best on validation, the one to show first; None where none fits.
    """
    installed: list[Run] = []
    for folder in sorted(p for p in runs_folder.iterdir() if (p / MANIFEST).exists()) if runs_folder.is_dir() else []:
        if _manifest(folder).get("dataset") != dataset_id:
            continue
        target = workspace.run_dir(folder.name)
        if not target.exists():
            with new_folder(target) as fresh:
                shutil.copytree(folder, fresh, dirs_exist_ok=True)
        run = Run.open(target)
        if _give_weights(folder, run):
            run = Run.open(target)
        workspace.registry.add_run(run_record(run))
        installed.append(run)
    return max(installed, key=_validated).id if installed else None


def _validated(run: Run) -> float:
    found = run.metrics["validation"].get(CHOSEN_BY, {}).get("value")
    return -1.0 if found is None else found


def _give_weights(shipped: Path, run: Run) -> bool:
    """To a run that an older version put in place without its weights, if these give its very lists. What was made from it since stays."""
    told, own = _manifest(shipped), dict(run.manifest)
    weights = {name: about for name, about in told["files"].items() if name.startswith(f"{WEIGHTS}/")}
    if own.get("scorer") or not weights or told["files"].get(LISTS) != own["files"].get(LISTS):
        return False
    folder = run.artifact.folder
    with new_folder(folder / WEIGHTS) as fresh:
        shutil.copytree(shipped / WEIGHTS, fresh, dirs_exist_ok=True)
    write_json(
        folder / MANIFEST, {**own, "scorer": told["scorer"], "files": {**own["files"], **weights}}
    )  # last: until then it is as it was
    return True


def _manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return found


def run_record(run: Run, *, job_id: str | None = None) -> RunRecord:
    """The registry's row of a run, from its manifest."""
    manifest = run.manifest
    return RunRecord(
        id=run.id,
        dataset_id=run.dataset_id,
        model=str(manifest["model"]),
        protocol=str(manifest["protocol"]),
        seed=int(manifest["seed"]),
        created_at=datetime.fromisoformat(str(manifest.get("trained_at", manifest["created_at"]))),
        origin=run.origin,
        job_id=job_id,
        settings=dict(manifest["settings"]),
        metrics=run.metrics,
        seconds=manifest.get("fit_seconds"),
    )
