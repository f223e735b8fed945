"""What an augment job is asked for: made and checked where the wish is uttered, by pages and commands; no torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.models.registry import model_spec
from recsys_core.synthesis.augmenting.result import FULL, REGIMES, SCARCE
from recsys_core.synthesis.generators.specs import generator_spec

KIND = "augment"
MODELS = ("edlae", "item-knn")
MOST_SEEDS, MOST_RATIO = 40, 20.0
RATIOS = {SCARCE: 10.0, FULL: 2.0}  # many at a small weight: their own chance is averaged away
FITS = {SCARCE: 4, FULL: 1}  # of the generator, a seed: on a tenth of ml-100k ten brought 1 % more than one, four half of that
SAFER = 0.9  # temperature of an experiment on a run: on a tenth of ml-100k a little better than 1


def augment_spec(
    run: str | None = None,
    set: str | None = None,
    *,
    regime: str = SCARCE,
    share: float = 0.1,
    seeds: int = 5,
    models: Sequence[str] = MODELS,
    ratio: float | None = None,
    weight: float | None = None,
    generator: str | None = None,
    temperature: float | None = None,
    at: int = 10,
    fits: int | None = None,
) -> dict[str, Any]:
    """The spec of an augment job, of a run (its dataset and split) or of a synthetic set (its run, generator and temperature).

    share: of the shoppers, where data is made scarce. ratio: synthetic shoppers per real one, None: RATIOS. weight: of a synthetic
    shopper, None: chosen on validation. at: the length of list that is tested, by its NDCG. fits: of the generator in each seed, None:
    FITS. Raises InputError, NotFoundError for a model there is not, UnsupportedError for one that cannot be tested so.
    """
    if (run is None) == (set is None):
        raise InputError("An experiment is made of a run or of a synthetic set.", "Name one of them.")
    if regime not in REGIMES:
        raise InputError(f"There is no regime '{regime}'.", f"Use {' or '.join(REGIMES)}.")
    ratio = RATIOS[regime] if ratio is None else ratio
    within = (
        ("share", share, 0.01, 0.9),
        ("ratio", ratio, 0.05, MOST_RATIO),
        ("number of seeds", seeds, 1, MOST_SEEDS),
        ("length of list", at, 1, 100),
        ("number of fits", 1 if fits is None else fits, 1, 20),
    )
    for name, value, low, high in within:
        if not low <= value <= high:
            raise InputError(f"The {name} is {value:g}.", f"Use a number from {low:g} to {high:g}.")
    if weight is not None and not 0 <= weight <= 10:
        raise InputError(f"The weight is {weight:g}.", "Use a number from 0 to 10, or leave it out to have it chosen.")
    if temperature is not None and not 0.05 <= temperature <= 5:
        raise InputError(f"The temperature is {temperature:g}.", "Use a number from 0.05 to 5.")
    if not models:
        raise InputError("No model is named.", f"Name some, for example {', '.join(MODELS)}.")
    if generator is not None:
        generator_spec(generator)
    for id in models:
        spec = model_spec(id)
        if not spec.folds_in or spec.family == "ensemble":
            raise UnsupportedError(f"The model {id} cannot rank for shoppers it was not trained on.", f"Use {', '.join(MODELS)}, mult-vae.")
    return {
        "run": run,
        "set": set,
        "regime": regime,
        "share": share if regime == SCARCE else None,
        "seeds": seeds,
        "models": list(dict.fromkeys(models)),
        "ratio": float(ratio),
        "weight": weight,
        "generator": generator,
        "temperature": temperature,
        "at": at,
        "fits": FITS[regime] if fits is None else fits,
    }
