"""Make what ships with the demo: its profile, what is bought together, and runs trained on the shipped log, with their maps.

`make demo-assets` calls it. It takes some minutes and is needed only when the demo's dataset id or the layout of a run changes;
`tests/app` fails when the shipped runs no longer fit the dataset that the shipped log gives.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from recsys_core.inference.placements import FOLDER  # noqa: E402
from recsys_core.jobs import run_here  # noqa: E402
from recsys_core.jobs.interests import FILE, measure  # noqa: E402
from recsys_core.jobs.studio import open_studio  # noqa: E402
from recsys_core.jobs.train_spec import train_spec  # noqa: E402
from recsys_core.jobs.work.demo import BASKETS, PROFILE  # noqa: E402
from recsys_core.models.registry import model_spec  # noqa: E402
from recsys_core.profiles.store import DEFAULT  # noqa: E402
from recsys_core.storage.artifacts import MANIFEST, seal  # noqa: E402
from recsys_core.storage.workspace import Workspace  # noqa: E402

SEED = 0
SHIPPED = ("popularity", "item-knn", "edlae", "mult-vae")  # the floor, a usual baseline, the best linear model, one with a map of shoppers
LEFT_BEHIND = ("validation_candidates.npy", "validation_scores.npy", FILE)  # lists that only a fusion reads; what is no part of the run
MOST_WEIGHTS = 20_000_000  # bytes: smaller weights ship, so that a run is explained, plays shoppers live and is steered


def main() -> None:
    """Train the shipped models on the demo log and replace what is there."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(Path(folder))
        target = HERE / "runs"
        for made in (HERE / PROFILE, HERE / BASKETS, target):
            shutil.rmtree(made, ignore_errors=True)  # else it would be taken for today's
        dataset = run_here(workspace, "demo", {}, title="demo").result["dataset"]
        shutil.copytree(workspace.dataset_dir(dataset) / DEFAULT, HERE / PROFILE)
        run_here(workspace, "baskets", {"dataset": dataset, "seed": SEED}, title="baskets")
        shutil.copytree(workspace.dataset_dir(dataset) / FOLDER, HERE / BASKETS)
        mark_shipped(HERE / BASKETS)
        for spec in map(model_spec, SHIPPED):
            request = train_spec(dataset, spec.id, protocol="random", seed=SEED) | {"run": f"{spec.id}-demo-{dataset[:6]}"}
            run = run_here(workspace, "train", request, title=spec.id).result["run"]
            subjects = [what for what, can in (("items", spec.has_item_vectors), ("users", spec.has_user_vectors)) if can]
            for what in subjects:
                for method in ("pca", "umap"):
                    run_here(workspace, "project", {"run": run, "what": what, "method": method, "seed": SEED}, title=method)
            measure(open_studio(workspace, run))
            ship(workspace.run_dir(run), target / run)


def ship(run: Path, target: Path) -> None:
    """Copy a run, without its weights where these are large, say in the manifest that it was shipped, and seal it again."""
    small = sum(file.stat().st_size for file in (run / "scorer").rglob("*.npy")) <= MOST_WEIGHTS
    shutil.copytree(run, target, ignore=shutil.ignore_patterns(*LEFT_BEHIND, *(() if small else ("scorer",))))
    mark_shipped(target, **({} if small else {"scorer": None}))
    shutil.copy(run / FILE, target / FILE)  # not sealed: whoever measures again replaces it


def mark_shipped(target: Path, **changes: Any) -> None:
    """Say in the manifest that it was shipped, and seal the folder again."""
    manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    made_with = {"versions_trained_with": manifest["versions"], "trained_at": manifest["created_at"]}
    for key in ("files", "versions", "created_at"):
        del manifest[key]
    (target / MANIFEST).unlink()
    seal(target, {**manifest, **made_with, "origin": "shipped", **changes})


if __name__ == "__main__":
    main()
