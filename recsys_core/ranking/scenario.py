"""A scenario: everything the studio can set, as one frozen value: the same in the URL, in a file, in the store, on the command line.

It knows no run and no dataset (a scenario belongs to a shop); what its names mean in a dataset is found when a plan is made of it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from recsys_core.errors import InputError
from recsys_core.ranking.conditions import Condition
from recsys_core.ranking.plan import ENGINES, NEAREST

VERSION = 1
SIMILARITIES = ("model", "attributes", "blend")
BOOST, BURY, PIN, SOFT_PIN, EXCLUDE, INCLUDE_ONLY = "boost", "bury", "pin", "soft pin", "exclude", "include only"
RULE_KINDS = (BOOST, BURY, PIN, SOFT_PIN, EXCLUDE, INCLUDE_ONLY)
SLIDERS = ("variety", "balance", "discovery", "freshness", "margin")
LONGEST_LIST, LARGEST_POOL = 100, 500
NAME = 80  # characters of a scenario's name
LONGEST_TEXT = 200  # characters of any other text in it
MOST_PARTS = 100  # rules, caps, reserved places, guardrails: of each


@dataclass(frozen=True)
class Rule:
    """One merchandising rule: `kind` for the products that `condition` holds for.

    amount: 0 to 1 of a boost or bury, in shares of a shopper's relevance range (weak .1, moderate .25, strong .5). place: of a pin, from 1.
    segments: labels of the segments it is for, none for everybody. starts, ends: ISO days, both included. priority: rules of the same kind
    that meet are applied in this order, lower first, then in the order they stand.
    """

    kind: str
    condition: Condition = field(default_factory=Condition)
    name: str = ""
    amount: float = 0.25
    place: int = 1
    segments: tuple[str, ...] = ()
    starts: str | None = None
    ends: str | None = None
    priority: int = 100
    enabled: bool = True

    def __post_init__(self) -> None:
        _one_of("kind of rule", self.kind, RULE_KINDS)
        _text("The name of a rule", self.name)
        _own(self, "amount", _number(f"The amount of the rule '{self.label}'", self.amount, 0, 1))
        _whole(f"The place of the rule '{self.label}'", self.place, 1, LONGEST_LIST)
        _whole(f"The priority of the rule '{self.label}'", self.priority, 0, 1_000_000)
        if not isinstance(self.enabled, bool):
            raise InputError(f"It is not clear whether the rule '{self.label}' is switched on.", "Write true or false.")
        days = [_day(self.label, day) for day in (self.starts, self.ends)]
        if days[0] and days[1] and days[0] > days[1]:
            raise InputError(f"The rule '{self.label}' ends before it starts.", "Exchange its dates.")

    @property
    def label(self) -> str:
        """Its name, or its kind."""
        return self.name or self.kind

    def runs_on(self, day: date) -> bool:
        """Whether it is switched on and within its dates."""
        starts, ends = _day(self.label, self.starts), _day(self.label, self.ends)
        return self.enabled and (starts is None or starts <= day) and (ends is None or day <= ends)


@dataclass(frozen=True)
class Cap:
    """At most `most` products of one value of `attribute` (of `value` alone where given), in any `window` places; 0 is the whole list."""

    attribute: str
    most: int
    value: str | None = None
    window: int = 0

    def __post_init__(self) -> None:
        _text("The attribute of a cap", self.attribute, least=1)
        if self.value is not None:
            _text(f"The value of the cap on {self.attribute}", self.value, least=1)
        _whole(f"The cap on {self.attribute}", self.most, 1, LONGEST_LIST)
        _whole(f"The window of the cap on {self.attribute}", self.window, 0, LONGEST_LIST)


@dataclass(frozen=True)
class Reserve:
    """At least `count` places for the products that `condition` holds for."""

    condition: Condition
    count: int
    name: str = "Exploration"

    def __post_init__(self) -> None:
        _text("The name of reserved places", self.name)
        _whole(f"The number of places reserved for '{self.name}'", self.count, 1, LONGEST_LIST)


@dataclass(frozen=True)
class Guardrail:
    """A bound that the lists must keep: `metric` at least `least` and at most `most`; see `ranking.guardrails`."""

    metric: str
    least: float | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        _text("The figure of a guardrail", self.metric, least=1)
        for name in ("least", "most"):
            if getattr(self, name) is not None:
                _own(self, name, _number(f"The guardrail on {self.metric}", getattr(self, name), -math.inf, math.inf))
        if self.least is None and self.most is None:
            raise InputError(f"The guardrail on {self.metric} has no bound.", "Give it a least or a most.")


@dataclass(frozen=True)
class Filters:
    """What may be shown at all. price_from, price_to: products without a price pass neither. in_stock: stock above 0 where known."""

    price_from: float | None = None
    price_to: float | None = None
    in_stock: bool = False

    def __post_init__(self) -> None:
        for name in ("price_from", "price_to"):
            if getattr(self, name) is not None:
                _own(self, name, _number("A price of the filter", getattr(self, name), 0, math.inf))
        if not isinstance(self.in_stock, bool):
            raise InputError("It is not clear whether only what is in stock may be shown.", "Write true or false.")
        if self.price_from is not None and self.price_to is not None and self.price_from > self.price_to:
            raise InputError("The lowest price is above the highest.", "Exchange them.")


@dataclass(frozen=True)
class Scenario:
    """A setting of the studio (guides/studio.md §6.2).

    variety, balance, discovery, freshness, margin: 0 to 100, shares of what can be had. price: -100 (cheaper) to 100 (dearer), likewise.
    half_life_days: of freshness. raw: weights by slider that take the place of its position (expert fold). window: places within which
    variety counts, 0 for the whole list. blend_share: of attributes where `similarity` is "blend". rotation: 0 to 1, how strongly what was
    shown lately is held back; rotation_days: after which half of it is forgotten. exposure: share of all places by value of
    `exposure_attribute`; exposure_strength in shares of the relevance range. segment_variety: label -> variety of its shoppers.
    """

    name: str = "Untitled"
    k: int = 10
    variety: float = 0.0
    balance: float = 0.0
    discovery: float = 0.0
    freshness: float = 0.0
    margin: float = 0.0
    price: float = 0.0
    half_life_days: float = 90.0
    raw: Mapping[str, float] = field(default_factory=dict)
    engine: str = NEAREST
    window: int = 0
    pool: int = 100
    similarity: str = "model"
    blend_share: float = 0.5
    min_distinct: int = 0
    rotation: float = 0.0
    rotation_days: float = 7.0
    exposure_attribute: str | None = None
    exposure: Mapping[str, float] = field(default_factory=dict)
    exposure_strength: float = 0.5
    segment_variety: Mapping[str, float] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    rules: tuple[Rule, ...] = ()
    caps: tuple[Cap, ...] = ()
    reserved: tuple[Reserve, ...] = ()
    guardrails: tuple[Guardrail, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not 1 <= len(self.name.strip()) <= NAME:
            raise InputError("A scenario has no name, or a very long one.", f"Give it one of at most {NAME} characters.")
        _whole("The length of a list", self.k, 1, LONGEST_LIST)
        _whole("The pool", self.pool, 1, LARGEST_POOL)
        _whole("The window of variety", self.window, 0, LONGEST_LIST)
        _whole("The number of different groups", self.min_distinct, 0, LONGEST_LIST)
        for name, (low, high) in _RANGES.items():
            _own(self, name, _number(name.replace("_", " ").capitalize(), getattr(self, name), low, high))
        _one_of("engine", self.engine, ENGINES)
        _one_of("similarity", self.similarity, SIMILARITIES)
        if self.exposure_attribute is not None:
            _text("The attribute of exposure", self.exposure_attribute, least=1)
        for slider in self.raw:
            _one_of("slider", slider, (*SLIDERS, "price"))
        _own(self, "raw", {s: _number(f"The raw weight of {s}", w, *_RAW.get(s, (0, 1000))) for s, w in self.raw.items()})
        _own(self, "exposure", {v: _number(f"The exposure of '{v}'", x, 0, 1) for v, x in self.exposure.items()})
        variety = {label: _number(f"The variety of the segment '{label}'", x, 0, 100) for label, x in self.segment_variety.items()}
        _own(self, "segment_variety", variety)
        if sum(self.exposure.values()) > 1 + 1e-9:
            raise InputError(f"The exposures add up to {sum(self.exposure.values()):.0%}.", "Let them add up to at most 100 %.")
        if self.exposure and not self.exposure_attribute:
            raise InputError("It is not said whose exposure is meant.", "Name the attribute, such as category.")
        for what in ("rules", "caps", "reserved", "guardrails"):
            if len(getattr(self, what)) > MOST_PARTS:
                raise InputError(f"The scenario has {len(getattr(self, what))} {what}.", f"Use at most {MOST_PARTS}.")

    @property
    def hash(self) -> str:
        """Twelve hex digits of all but its name: what every figure on a screen is of."""
        told = self.to_json()
        del told["name"]
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=True).encode()).hexdigest()[:12]

    def to_json(self) -> dict[str, Any]:
        """What differs from the defaults, and the version; `from_json` gives the same scenario back."""
        told: dict[str, Any] = {"version": VERSION, "name": self.name}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name != "name" and value != getattr(_PLAIN, each.name):
                told[each.name] = _told(value)
        return told

    @classmethod
    def from_json(cls, told: Any) -> Scenario:
        """A scenario from JSON. Raises InputError that names what is wrong; what it does not know is refused, never dropped."""
        if not isinstance(told, Mapping):
            raise InputError("This is not a scenario.", "Give a JSON object as `scenario export` writes it.")
        version = told.get("version", VERSION)
        if version != VERSION:
            raise InputError(f"The scenario is of version {version}, this program reads {VERSION}.", "Export it again with this program.")
        parts = {key: value for key, value in told.items() if key != "version"}
        unknown = set(parts) - {each.name for each in fields(cls)}
        if unknown:
            raise InputError(f"A scenario has no setting '{min(unknown)}'.", f"Its settings are {', '.join(e.name for e in fields(cls))}.")
        for name, kind in _PARTS.items():
            if name in parts:
                parts[name] = tuple(_part(kind, each, name) for each in _list(parts[name], name))
        if "filters" in parts:
            parts["filters"] = _part(Filters, parts["filters"], "filters")
        for name in ("raw", "exposure", "segment_variety"):
            if name in parts and not isinstance(parts[name], Mapping):
                raise InputError(f"'{name}' of a scenario is not a table of numbers.", 'Write {"name": number}.')
        return cls(**parts)

    def with_(self, **changes: Any) -> Scenario:
        """The same with some settings changed, checked again."""
        return replace(self, **changes)


def _told(value: Any) -> Any:
    if isinstance(value, Condition):
        return value.to_json()
    if isinstance(value, tuple):
        return [_told(each) for each in value]
    if isinstance(value, Mapping):
        return dict(sorted(value.items()))
    if hasattr(value, "__dataclass_fields__"):
        return {each.name: _told(getattr(value, each.name)) for each in fields(value) if getattr(value, each.name) is not None}
    return value


def _part(kind: type, told: Any, where: str) -> Any:
    names = {each.name for each in fields(kind)}
    if not isinstance(told, Mapping) or set(told) - names:
        raise InputError(f"'{told}' cannot stand in {where} of a scenario.", f"It may say {', '.join(sorted(names))}.")
    values = dict(told)
    if "condition" in values:
        values["condition"] = Condition.from_json(values["condition"])
    if "segments" in values:
        values["segments"] = tuple(map(str, _list(values["segments"], "segments")))
    try:
        return kind(**values)
    except TypeError as error:
        raise InputError(
            f"Something is missing in {where} of a scenario ({', '.join(sorted(names - set(told)))}).", "Give all of it."
        ) from error


def _list(told: Any, name: str) -> list[Any]:
    if not isinstance(told, list | tuple):
        raise InputError(f"'{name}' of a scenario is not a list.", "Write it between square brackets.")
    return list(told)


def _number(what: str, value: Any, low: float, high: float) -> float:
    """A number as a float, so that 20 and 20.0 are one scenario."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high or abs(value) > _LARGEST:
        bounds = f"from {low:g} to {high:g}" if math.isfinite(high) else f"of at least {low:g}" if math.isfinite(low) else "that is finite"
        raise InputError(f"{what} is {str(value)[:40]}.", f"Use a number {bounds}.")
    return float(value)


def _whole(what: str, value: Any, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InputError(f"{what} is {str(value)[:40]}.", f"Use a whole number from {low} to {high}.")


def _text(what: str, value: Any, least: int = 0) -> None:
    if not isinstance(value, str) or not least <= len(value) <= LONGEST_TEXT:
        raise InputError(f"{what} is {str(value)[:40]!r}.", f"Use a text of at most {LONGEST_TEXT} characters.")


def _own(part: Any, name: str, value: Any) -> None:
    object.__setattr__(part, name, value)


def _one_of(what: str, value: Any, known: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in known:
        raise InputError(f"There is no {what} '{str(value)[:40]}'.", f"Use one of {', '.join(known)}.")


def _day(rule: str, day: str | None) -> date | None:
    try:
        return None if day is None else date.fromisoformat(day)
    except (TypeError, ValueError) as error:
        raise InputError(f"'{day}' of the rule '{rule}' is not a day.", "Write it as 2026-11-30.") from error


_RANGES = dict.fromkeys(SLIDERS, (0, 100)) | {
    "price": (-100, 100),
    "blend_share": (0, 1),
    "rotation": (0, 1),
    "half_life_days": (0.01, 36_500),
    "rotation_days": (0.01, 36_500),
    "exposure_strength": (0, 10),
}
_RAW = {"variety": (0, 1), "price": (-1000, 1000)}
_LARGEST = 1e15
_PARTS: Mapping[str, type] = {"rules": Rule, "caps": Cap, "reserved": Reserve, "guardrails": Guardrail}
_PLAIN = Scenario()
