"""From a generator's id to a fitted one, and back from its arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from recsys_core.errors import InputError
from recsys_core.synthesis.contract import FittedGenerator, RealShoppers
from recsys_core.synthesis.generators.specs import generator_spec
from recsys_core.training.events import Listener

Settings = Mapping[str, Any]
Fit = Callable[[RealShoppers, Settings, int, Listener], FittedGenerator]
"""(real shoppers, settings by key, seed, who hears of epochs and progress 0..1 and may stop it by `check`) -> the fitted generator."""


def fit_generator(id: str, real: RealShoppers, settings: Settings, *, seed: int, listener: Listener | None = None) -> FittedGenerator:
    """Learn from the real shoppers. The same seed gives the same arrays, bit for bit.

    Raises NotFoundError for a generator that is not there, InputError for a setting that it does not have, TooSmallError.
    """
    spec = generator_spec(id)
    by_key = {setting.key: setting for setting in spec.settings}
    unknown = sorted(set(settings) - set(by_key))
    if unknown:
        known = f"It has: {', '.join(by_key)}." if by_key else "It has none."
        raise InputError(f"The generator {id} has no setting '{unknown[0]}'.", known)
    resolved = {key: setting.parse(settings.get(key, setting.default)) for key, setting in by_key.items()}
    fit: Fit = _named(spec.fit)
    with threadpool_limits(1):  # sums in one order, whatever the machine
        return fit(real, resolved, seed, listener or Listener())


def read_generator(id: str, arrays: Mapping[str, NDArray[Any]]) -> FittedGenerator:
    """The fitted generator again, of its `arrays()`."""
    found: FittedGenerator = _named(generator_spec(id).fitted).from_arrays(arrays)
    return found


def _named(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(f"recsys_core.synthesis.generators.{module}"), name)
