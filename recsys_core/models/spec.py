"""What a model is and what may be set, as data: read by pages and the command line without importing the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from recsys_core.errors import InputError

Value = int | float | str


@dataclass(frozen=True)
class Setting:
    """One thing that can be set. `low` and `high` are the allowed range, ends included; `choices` the allowed words.

    search: where `tune` looks for a better value: (from, to) for numbers, evenly by size where `log`, the words to try for a choice.
    brings: another setting with the value beside which alone this one counts; it is taken where that other is not given.
    """

    key: str
    title: str
    help: str
    kind: Literal["int", "float", "choice", "text"]
    default: Value
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    expert: bool = True
    search: tuple[float, float] | tuple[str, ...] | None = None
    log: bool = False
    brings: tuple[str, Value] | None = None

    def parse(self, raw: Value) -> Value:
        """`raw` as this setting's type. Raises InputError with the allowed range where it is none of these."""
        if self.kind == "text":
            return str(raw).strip()
        if self.kind == "choice":
            if str(raw) not in self.choices:
                raise InputError(f"The setting {self.key} is '{raw}'.", f"Use one of: {', '.join(self.choices)}.")
            return str(raw)
        try:
            value: Value = float(raw)
            if self.kind == "int":
                if float(value) != int(float(raw)):
                    raise ValueError
                value = int(float(raw))
        except (ValueError, OverflowError):
            raise InputError(f"The setting {self.key} is '{raw}'.", f"Use a {self._range()}.") from None
        if (self.low is not None and float(value) < self.low) or (self.high is not None and float(value) > self.high) or value != value:
            raise InputError(f"The setting {self.key} is {raw}.", f"Use a {self._range()}.")
        return value

    def _range(self) -> str:
        word = "whole number" if self.kind == "int" else "number"
        return f"{word} from {self.low:g} to {self.high:g}" if self.low is not None and self.high is not None else word


METRIC = Setting(
    "metric",
    "Chosen by",
    "The validation figure that settings and epochs are chosen by.",
    "choice",
    "ndcg@100",
    choices=tuple(f"{m}@{k}" for m in ("ndcg", "recall", "precision", "hit_rate", "mrr", "map") for k in (5, 10, 20, 50, 100)),
)


@dataclass(frozen=True)
class ModelSpec:
    """One recommender, in words and settings. `factory` is "module:class" below recsys_core.models, imported only to train.

    family: a "closed form" model's settings are chosen by the job over `grid`, the points that the caller sets nothing of (at most 12);
    a "neural" one chooses its epochs, and an "ensemble" its weights, inside the fit. group: what it stands with on a page.
    folds_in: scores a history it was not trained on; no_fold_in: settings with which it does not. has_item_vectors, has_user_vectors,
    generates: what it can do beside lists.
    """

    id: str
    title: str
    words: str
    good_for: str
    family: Literal["closed form", "neural", "ensemble"]
    factory: str
    group: Literal["baseline", "linear", "autoencoder", "gan", "ensemble"]
    settings: tuple[Setting, ...] = ()
    grid: tuple[Mapping[str, Value], ...] = ()
    folds_in: bool = True
    no_fold_in: Mapping[str, Value] = field(default_factory=dict)
    has_item_vectors: bool = False
    has_user_vectors: bool = False
    generates: bool = False
    default: bool = False

    def folds_in_with(self, settings: Mapping[str, Value]) -> bool:
        """Whether it scores histories that it was not trained on, with these settings."""
        return self.folds_in and not (self.no_fold_in and all(settings.get(key) == value for key, value in self.no_fold_in.items()))

    def with_brought(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """`given`, and what its settings bring with them (`Setting.brings`)."""
        brought = dict(setting.brings for setting in self.settings if setting.key in given and setting.brings)
        return {**brought, **given}

    def resolve(self, given: Mapping[str, Any]) -> dict[str, Value]:
        """All settings with their values: the given ones checked, the defaults elsewhere. Raises InputError on an unknown name."""
        known = {s.key: s for s in (*self.settings, METRIC)}
        for key in given:
            if key not in known:
                raise InputError(f"The model {self.id} has no setting '{key}'.", f"It has: {', '.join(known)}.")
        return {key: setting.parse(given.get(key, setting.default)) for key, setting in known.items()}
