"""`project`: coordinates of a run's products or shoppers on a map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.cli.map_options import ComponentsOption, DistanceOption, MethodOption, NeighboursOption, RunArgument, SeedOption, given
from recsys_core.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recsys_core.latent.projections import Projection
    from recsys_core.models.runs import Run


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("project")(project)


def project(
    run: RunArgument,
    what: Annotated[str, typer.Option("--what", help="items, users, or both: one job, two maps.")] = "items",
    method: MethodOption = "pca",
    seed: SeedOption = 0,
    neighbours: NeighboursOption = None,
    min_distance: DistanceOption = None,
    components: ComponentsOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write: .parquet or .csv.")] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Compute a map, keep it beside the run, and write item_id or user_id, x, y (z), and where clusters were made cluster and label.

    Tells how far to trust it: the share of true nearest neighbours that are nearest on the map, what chance would give, trustworthiness
    and continuity. Distances between far clusters mean nothing.
    """
    from recsys_core.cli.tables import check_format
    from recsys_core.jobs import run_here
    from recsys_core.jobs.project_spec import BOTH, project_spec
    from recsys_core.latent.map_settings import map_settings
    from recsys_core.models.runs import Run
    from recsys_core.storage.workspace import Workspace

    settings = given(neighbours, min_distance, components)
    if out is not None:
        check_format(out)
        if what == BOTH:
            raise InputError(
                "Two maps do not fit into one file.", "Leave out --out, then write each with --what items and --what users: they are kept."
            )
    workspace = Workspace.open()
    spec = project_spec(workspace, run, what, method=method, seed=seed, settings=settings)
    opened = Run.open(workspace.run_dir(spec["run"]), verify=True)
    with output.progress_bar(f"Drawing the {method.upper()} map") as report:
        job = run_here(workspace, "project", spec, title=f"{method.upper()} map of {what}", on_progress=report)
    if out is not None:
        from recsys_core.cli.tables import write_table
        from recsys_core.data.dataset import Dataset
        from recsys_core.latent.projections import need_projection

        made = need_projection(opened, what, method, seed, map_settings(method, settings))
        dataset = Dataset.open(workspace.dataset_dir(opened.dataset_id))
        write_table(out, columns(opened, made, what, dataset.item_ids if what == "items" else dataset.user_ids))
    output.emit(dict(job.result or {}) | {"out": str(out) if out else None}, as_json=as_json)


def columns(run: Run, made: Projection, what: str, ids: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """A map as a table; cluster and label are empty for those in none."""
    import numpy as np

    from recsys_core.latent.clusters import load_clusters

    found = {"item_id" if what == "items" else "user_id": np.asarray(ids, dtype=object)[made.rows]}
    found |= {axis: made.coordinates[:, place] for place, axis in enumerate("xyz"[: made.coordinates.shape[1]])}
    clusters = load_clusters(run.artifact.folder, what)
    if clusters is not None and clusters.n_clusters:
        codes = clusters.codes_of(made.rows)
        found["cluster"] = np.array([int(code) if code >= 0 else None for code in codes], dtype=object)
        found["label"] = np.array([clusters.labels[code] if code >= 0 else None for code in codes], dtype=object)
    return found
