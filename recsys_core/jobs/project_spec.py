"""What a project job is asked for: made and checked where the wish is uttered, by pages and commands; no umap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from recsys_core.errors import InputError
from recsys_core.jobs.train_spec import check_seed
from recsys_core.latent.map_settings import SETTINGS as SETTINGS
from recsys_core.latent.map_settings import map_settings
from recsys_core.latent.projections import METHODS, SUBJECTS
from recsys_core.models.runs import Run
from recsys_core.storage.workspace import Workspace

KIND = "project"
BOTH = "both"


def project_spec(
    workspace: Workspace, run: str, what: str = "items", *, method: str = "pca", seed: int = 0, settings: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The spec of a project job. what: "items", "users", or "both", which is those of them that the model has vectors for.

    settings: of `SETTINGS`, the usual ones elsewhere. Raises NotFoundError, InputError, UnsupportedError for what cannot be drawn.
    """
    opened = Run.open(workspace.run_dir(workspace.registry.run(run).id))
    for word, allowed, name in ((what, (*SUBJECTS, BOTH), "what"), (method, METHODS, "method")):
        if word not in allowed:
            raise InputError(f"The option {name} is '{word}'.", f"Use one of: {', '.join(allowed)}.")
    check_seed(seed)
    subjects(opened, what)
    return {"run": opened.id, "what": what, "method": method, "seed": seed, **asdict(map_settings(method, settings or {}))}


def subjects(run: Run, what: str) -> tuple[str, ...]:
    """The maps that a wish stands for, of "items" and "users". Raises UnsupportedError where the model has no vectors for what is named."""
    if what == BOTH:
        there = tuple(each for each in SUBJECTS if (run.item_vectors if each == "items" else run.user_vectors) is not None)
        if there:
            return there
        what = SUBJECTS[0]
    run.vectors(what)
    return (what,)
