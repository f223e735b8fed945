"""The project job: compute maps of a run's products and shoppers and keep them beside the run."""

from __future__ import annotations

import importlib
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from recsys_core.jobs.context import JobContext
from recsys_core.jobs.project_spec import subjects
from recsys_core.jobs.work.costs import peak_rss_mb
from recsys_core.jobs.work.latent_clusters import keep_clusters
from recsys_core.latent.map_settings import SETTINGS, MapSettings, map_settings
from recsys_core.latent.numba_cache import compiled_code_in
from recsys_core.latent.projections import Projection, load_projection, project, projection_dir, write_projection
from recsys_core.models.runs import Run

NOUNS = {"items": "products", "users": "shoppers"}
MEASURED = ("trustworthiness", "continuity", "neighbours_kept", "by_chance", "k", "sampled", "landmarks", "fidelity")


def work(context: JobContext) -> dict[str, Any]:
    """Make the maps that the spec (of `project_spec`; older ones lack settings) names, those that are not there already.

    The result has `maps`, one dict a map; where one was named its fields stand beside that too. Taken up again, it goes on with the next.
    """
    begun = time.process_time()
    spec, workspace = context.spec, context.workspace
    run = Run.open(workspace.run_dir(workspace.registry.run(spec["run"]).id))
    method, seed = str(spec["method"]), int(spec.get("seed", 0))
    settings = map_settings(method, {each.key: spec[each.key] for each in SETTINGS if each.key in spec})
    wanted = subjects(run, spec["what"])
    maps = []
    for place, what in enumerate(wanted):
        context.check_cancelled()
        made = load_projection(run.artifact.folder, what, method, seed, settings)
        if made is None:
            context.progress((place + 0.1) / len(wanted), f"computing the {method.upper()} map of {NOUNS[what]}")
            if method == "umap":
                _compiled(workspace.home / "cache" / "numba")
            found = project(run, what, method, seed=seed, settings=settings)
            context.check_cancelled()
            write_projection(run.artifact.folder, found)
            made = load_projection(run.artifact.folder, what, method, seed, settings)
        assert made is not None
        maps.append(_told(made, what, projection_dir(run.artifact.folder, what, method, seed, settings), settings))
        context.event(type="map", what=what, points=len(made.rows))
        clusters = keep_clusters(workspace, run, what, context.check_cancelled)
        maps[-1] |= {"clusters": clusters.n_clusters, "clusters_plain": clusters.plain}
        context.progress((place + 1) / len(wanted), f"the {method.upper()} map of {NOUNS[what]} is there")
    whole = {"run": run.id, "method": method, "seed": maps[0]["seed"], "maps": maps}
    costs = {"cpu_seconds": time.process_time() - begun, "peak_rss_mb": peak_rss_mb()}
    return {**(maps[0] if len(wanted) == 1 else {"what": spec["what"]}), **whole, **costs}


def _compiled(folder: Path) -> None:
    """Import umap so that what numba compiles of it is found again by the next job, and by the next container on this workspace."""
    with compiled_code_in(folder):
        importlib.import_module("recsys_core.latent.umap_umap")


def _told(made: Projection, what: str, folder: Path, settings: MapSettings) -> dict[str, Any]:
    measured = {key: made.manifest[key] for key in MEASURED if key in made.manifest}
    return {"what": what, "folder": folder.name, "seed": made.manifest["seed"], "points": len(made.rows), **asdict(settings), **measured}
