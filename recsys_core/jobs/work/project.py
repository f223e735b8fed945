"""The project job: compute a map of a run's products or shoppers and keep it beside the run."""

from __future__ import annotations

from typing import Any

from recsys_core.jobs.context import JobContext
from recsys_core.latent.projections import load_projection, project, write_projection
from recsys_core.models.runs import Run


def work(context: JobContext) -> dict[str, Any]:
    """Make the map that the spec names ({"run", "what", "method", "seed"}), unless it is there already."""
    spec, workspace = context.spec, context.workspace
    run = Run.open(workspace.run_dir(workspace.registry.run(spec["run"]).id))
    seed = int(spec.get("seed", 0))
    if load_projection(run.artifact.folder, spec["what"], spec["method"], seed) is None:
        context.progress(0.1, f"computing the {spec['method'].upper()} map")
        found = project(run, spec["what"], spec["method"], seed=seed)
        context.check_cancelled()
        write_projection(run.artifact.folder, found)
    made = load_projection(run.artifact.folder, spec["what"], spec["method"], seed)
    assert made is not None
    return {
        "run": run.id,
        "what": spec["what"],
        "method": spec["method"],
        "seed": made.manifest["seed"],
        "points": len(made.rows),
        "neighbours_kept": made.manifest["neighbours_kept"],
    }
