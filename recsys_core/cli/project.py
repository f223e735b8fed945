"""`project`: coordinates of a run's products or shoppers on a map."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recsys_core.cli import output


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("project")(project)


def project(
    run: Annotated[str, typer.Argument(help="The run's id (see `runs`).")],
    what: Annotated[str, typer.Option("--what", help="items or users.")] = "items",
    method: Annotated[str, typer.Option("--method", help="pca or umap.")] = "pca",
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1)] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write: .parquet or .csv.")] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Compute a map, keep it beside the run, and write item_id or user_id, x, y."""
    import numpy as np

    from recsys_core.cli.tables import check_format, write_table
    from recsys_core.data.dataset import Dataset
    from recsys_core.jobs import run_here
    from recsys_core.latent.projections import check_request, load_projection
    from recsys_core.models.runs import Run
    from recsys_core.storage.workspace import Workspace

    check_request(what, method)
    if out is not None:
        check_format(out)
    workspace = Workspace.open()
    opened = Run.open(workspace.run_dir(workspace.registry.run(run).id), verify=True)
    opened.vectors(what)
    spec = {"run": opened.id, "what": what, "method": method, "seed": seed}
    with output.progress_bar(f"Drawing the {method.upper()} map") as report:
        job = run_here(workspace, "project", spec, title=f"{method.upper()} map of {what}", on_progress=report)
    result = dict(job.result or {}) | {"out": str(out) if out else None}
    if out is not None:
        made = load_projection(opened.artifact.folder, what, method, seed)
        assert made is not None
        dataset = Dataset.open(workspace.dataset_dir(opened.dataset_id))
        ids = dataset.item_ids if what == "items" else dataset.user_ids
        name = "item_id" if what == "items" else "user_id"
        write_table(out, {name: np.asarray(ids, dtype=object)[made.rows], "x": made.coordinates[:, 0], "y": made.coordinates[:, 1]})
    output.emit(result, as_json=as_json)
