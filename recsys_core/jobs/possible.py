"""Whether a job can be done at all, by what the dataset is: asked before there is a job, by pages and commands; no torch, no sklearn.

The worker looks again, and at more: how many purchases each part of a split is left with, and whether the memory is free.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recsys_core.data.dataset import Dataset
from recsys_core.data.folds import check_enough_shoppers
from recsys_core.data.protocols import check_columns
from recsys_core.data.splits import check_trains
from recsys_core.errors import UserError
from recsys_core.models import refusals
from recsys_core.models.registry import model_spec
from recsys_core.profiles.material import describes_products
from recsys_core.storage.workspace import Workspace

STRANGERS = "users"  # the split that tests shoppers who do not train


def check_possible(workspace: Workspace, spec: Mapping[str, Any]) -> None:
    """Raise the UserError that a train, tune, cross-validate or autopilot job of this spec would fail with, where the dataset tells it.

    A search over several models is refused only where none of them can be trained: it leaves out those that cannot.
    """
    dataset = Dataset.open(workspace.dataset_dir(spec["dataset"]))
    protocol = spec["protocol"] or ("given" if dataset.has_split else "random")
    check_trains(dataset)
    if "folds" in spec:
        check_enough_shoppers(dataset, protocol, int(spec["folds"]))
    else:
        check_columns(dataset, protocol)
    refused: list[UserError] = []
    models = spec.get("models") or ([spec["model"]] if "model" in spec else [])
    for model in models:
        try:
            _check_model(workspace, dataset, model, spec.get("settings", {}), protocol, int(spec["seed"]))
        except UserError as error:
            refused.append(error)
    if refused and len(refused) == len(models):
        raise refused[0]


def _check_model(workspace: Workspace, dataset: Dataset, model: str, settings: Mapping[str, Any], protocol: str, seed: int) -> None:
    spec = model_spec(model)
    resolved = spec.resolve(settings)
    if model == "content" and not describes_products(dataset):
        raise refusals.no_catalogue()
    if float(resolved.get("half_life_days", 0)) > 0 and not dataset.has_times:
        raise refusals.no_times()
    if protocol == STRANGERS and not spec.folds_in_with(resolved):
        raise refusals.only_own_shoppers(model, protocol)
    for id in filter(None, (id.strip() for id in str(resolved.get("runs", "")).split(","))):
        run = workspace.registry.run(id)
        if (run.dataset_id, run.protocol, run.seed) != (dataset.id, protocol, seed):
            raise refusals.other_split(id, run.dataset_id, run.protocol, run.seed)
