"""What a tune job is asked for: made and checked where the wish is uttered, by pages and commands; neither torch nor Optuna."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.jobs.train_spec import train_spec
from recsys_core.models.registry import model_spec

MOST_TRIALS = 500  # a search by the clock ends here too
MOST_MINUTES = 7 * 24 * 60


def tune_spec(
    dataset: str,
    models: Sequence[str],
    *,
    minutes: float | None = None,
    trials: int | None = None,
    settings: Mapping[str, Any] | None = None,
    protocol: str | None = None,
    seed: int = 0,
    refit: bool = False,
) -> dict[str, Any]:
    """The spec of a tune job, with a run id a model. The budget, minutes or trials, is each model's own, so that they compare fairly.

    settings: held fixed, for all models. Raises NotFoundError for a model that does not exist, InputError for a setting, protocol or
    budget that does not, UnsupportedError for a model with nothing to search.
    """
    if (minutes is None) == (trials is None):
        said = "A search needs a budget." if minutes is None else "A search has one budget, and two were given."
        raise InputError(said, "Give either --minutes or --trials.")
    if trials is not None and not 1 <= trials <= MOST_TRIALS:
        raise InputError(f"The number of trials is {trials}.", f"Use a whole number from 1 to {MOST_TRIALS}.")
    if minutes is not None and not 0 < minutes <= MOST_MINUTES:
        raise InputError(f"The number of minutes is {minutes:g}.", f"Use a number above 0, up to {MOST_MINUTES}.")
    if not models:
        raise InputError("No model to tune was given.", "Give one with --model, or several.")
    asked = {model: train_spec(dataset, model, settings=settings, protocol=protocol, seed=seed, refit=refit) for model in models}
    given = asked[models[0]]["settings"]
    for model in asked:
        check_searchable(model, given)
    return {
        "dataset": dataset,
        "models": list(asked),
        "settings": given,
        "protocol": protocol,
        "seed": seed,
        "refit": refit,
        "minutes": minutes,
        "trials": trials,
        "runs": {model: spec["run"] for model, spec in asked.items()},
    }


def check_searchable(model: str, given: Mapping[str, Any]) -> None:
    """Raise UnsupportedError where the model has no setting left to search."""
    searched = [s.key for s in model_spec(model).settings if s.search is not None]
    if not searched:
        raise UnsupportedError(f"The model {model} has no settings to search.", f"Train it as it is: `train ... --model {model}`.")
    if not set(searched) - set(given):
        raise UnsupportedError(f"Everything that {model} could search is given: {', '.join(searched)}.", "Leave out one --set, or train.")
