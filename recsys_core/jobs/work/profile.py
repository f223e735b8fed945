"""The profile job: vectors, clusters and segments of a dataset, at the numbers and weights asked for, kept beside it and chosen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from recsys_core.data.dataset import Dataset
from recsys_core.jobs.context import JobContext
from recsys_core.profiles.groups import load_clusters
from recsys_core.profiles.segments import load_segments
from recsys_core.profiles.store import ProfileRequest


def work(context: JobContext) -> dict[str, Any]:
    """Make what the spec names: {"dataset", "n_clusters", "n_segments", "weights", "seed"}; without more than "dataset", the default."""
    spec, workspace = context.spec, context.workspace
    dataset = Dataset.open(workspace.dataset_dir(workspace.registry.dataset(spec["dataset"]).id))
    began = time.monotonic()
    folder = profile(dataset, ProfileRequest.from_json(spec), context)
    return {
        "dataset": dataset.id,
        "profile": folder,
        "clusters": len(load_clusters(dataset).labels),
        "segments": len(load_segments(dataset).labels),
        "seconds": round(time.monotonic() - began, 1),
    }


def profile(
    dataset: Dataset, request: ProfileRequest, context: JobContext, within: tuple[float, float] = (0.0, 1.0), *, stops: bool = True
) -> str:
    """Make a profile as part of a job, whose bar it moves `within` these bounds. Returns the name of its folder.

    stops: whether a cancel ends it; not where the job has made something else by now that must be registered.
    """
    from recsys_core.profiles.profile_sklearn import make_profile

    return make_profile(dataset, request, _reporter(context, within, stops)).name


def _reporter(context: JobContext, within: tuple[float, float], stops: bool) -> Callable[[float, str], None]:
    low, high = within

    def report(fraction: float, message: str) -> None:
        if stops and fraction < 1:
            context.check_cancelled()
        context.progress(low + (high - low) * fraction, message)

    return report
