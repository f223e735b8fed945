"""What a cross-validation is asked for: made and checked where the wish is uttered, by pages and commands; no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recsys_core.data.folds import check_folds
from recsys_core.errors import UnsupportedError
from recsys_core.jobs.train_spec import train_spec
from recsys_core.models.registry import model_spec


def cross_validate_spec(
    dataset: str,
    model: str,
    *,
    folds: int = 5,
    protocol: str = "random",
    settings: Mapping[str, Any] | None = None,
    seed: int = 0,
    refit: bool = False,
) -> dict[str, Any]:
    """The spec of a cross-validate job. refit: each fold is fitted once more with its validation part before it is tested.

    Raises NotFoundError for a model that does not exist, InputError for a setting or number of folds, UnsupportedError for a protocol
    without folds and for a model made of runs.
    """
    check_folds(protocol, folds)
    if any(setting.key == "runs" for setting in model_spec(model).settings):
        raise UnsupportedError(
            f"The model {model} joins runs that have seen what the folds test.",
            "Cross-validate the models it joins, or train it on their split.",
        )
    asked = train_spec(dataset, model, settings=settings, protocol=protocol, seed=seed, refit=refit)
    return {key: value for key, value in asked.items() if key != "run"} | {"folds": folds}
