"""A shop's recipe: how its last file was read and cleaned, to be applied to the next one."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recsys_core.data.request import IngestRequest
from recsys_core.data.roles import ROLES
from recsys_core.errors import InputError

if TYPE_CHECKING:
    from recsys_core.data.choices import Choices
    from recsys_core.data.layout import Layout

FILE = "recipe.json"
_HINT = "A recipe is what `recipe DATASET --out FILE` writes."
_TEXTS, _TEXT_MAPS = ("dataset", "table", "dates", "currency"), ("roles", "personal", "kinds")
_COUNTS = ("min_user_items", "min_item_users")


@dataclass(frozen=True)
class Recipe:
    """The choices of one intake. dataset: the one it was taken from, None for a recipe of nobody.

    Everything else is as in IngestRequest, with what was guessed or learnt written out: roles (all that have a column), kinds (every
    value of the event column), weights, rules (names and objects).
    """

    dataset: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    header: bool | None = None
    table: str | None = None
    dates: str | None = None
    personal: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    rules: tuple[Any, ...] = ()
    positive: tuple[str, ...] | None = None
    min_rating: float | None = None
    min_user_items: int | None = None
    min_item_users: int | None = None
    currency: str | None = None

    @classmethod
    def from_json(cls, spec: object) -> Recipe:
        """The recipe that `to_json` wrote. Raises InputError where it is none."""
        known = {item.name for item in fields(cls)}
        if not isinstance(spec, Mapping) or not set(spec) <= known or "roles" not in spec:
            raise InputError("This is no recipe.", _HINT)
        for name, value in spec.items():
            if not _holds(name, value):
                raise InputError(f"The recipe's '{name}' is not what it should be: {str(value)[:60]}.", _HINT)
        lists = {name: tuple(spec[name]) for name in ("rules", "positive") if isinstance(spec.get(name), list | tuple)}
        return cls(**{**spec, **lists})

    def to_json(self) -> dict[str, Any]:
        """The recipe as JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def _holds(name: str, value: object) -> bool:
    """Whether a value is of the type that a field of a recipe has: the file may have been written by hand."""
    if name in _TEXT_MAPS:
        return isinstance(value, Mapping) and all(isinstance(text, str) for text in value.values())
    if name == "weights":
        return isinstance(value, Mapping) and all(_is_number(number) for number in value.values())
    if name == "rules":
        return isinstance(value, list | tuple)
    if value is None:
        return True
    if name == "positive":
        return isinstance(value, list | tuple) and all(isinstance(text, str) for text in value)
    if name in _TEXTS:
        return isinstance(value, str)
    return isinstance(value, bool) if name == "header" else _is_number(value) and (name not in _COUNTS or isinstance(value, int))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def recipe_of(request: IngestRequest, layout: Layout, choices: Choices, dataset: str | None) -> Recipe:
    """The recipe of an intake that is done."""
    from recsys_core.data.rules_file import wanted_rules  # brings DuckDB, which pages that read a recipe need not have

    applied = {rule.name: rule for rule in choices.rules}
    rules = wanted_rules(request.rules or ("none" if "split" in layout.roles else "default"))
    positive = choices.positives.kinds
    return Recipe(
        dataset=dataset,
        roles={role: column.name for role, column in layout.roles.items()},
        header=request.header,
        table=request.table,
        dates=layout.decided.dates if layout.decided.dates != "ambiguous" else "day-first",
        personal={**request.personal, **{column: personal.treated for column, personal in layout.decided.personal.items()}},
        kinds=dict(choices.values),
        weights=choices.weights,
        rules=tuple(applied.get(rule.name, rule).to_json() for rule in rules),
        positive=None if positive is None else tuple(positive),
        min_rating=request.min_rating,
        min_user_items=choices.min_user_items,
        min_item_users=choices.min_item_users,
        currency=request.currency,
    )


def apply(recipe: Recipe, request: IngestRequest) -> IngestRequest:
    """The request with the recipe's choices where it makes none. A role that the recipe has no column for is not guessed either."""
    roles = {role: recipe.roles.get(role, "") for role in ROLES}
    plain = ("header", "table", "dates", "rules", "positive", "min_rating", "min_user_items", "min_item_users", "currency")
    given = {name: getattr(recipe, name) if getattr(request, name) is None else getattr(request, name) for name in plain}
    return replace(
        request,
        **given,
        roles={**roles, **request.roles},
        personal={**recipe.personal, **request.personal},
        kinds={**recipe.kinds, **request.kinds},
        weights={**recipe.weights, **request.weights},
        recipe=recipe.dataset or request.recipe or "a file",
    )


def fitted(request: IngestRequest, columns: Sequence[str], file: str) -> IngestRequest:
    """A request made from a recipe, for a file of these columns: without the personal columns that are gone.

    Raises InputError where the file lacks a column of the recipe, with those whose names are nearest.
    """
    if request.recipe is None:
        return request
    for role, column in request.roles.items():
        if column and column not in columns:
            near = difflib.get_close_matches(column.lower(), [name.lower() for name in columns], n=3, cutoff=0.5)
            named = [next(name for name in columns if name.lower() == found) for found in near]
            listed = ", ".join(f"'{name[:60]}'" for name in (named or columns[:12]))
            raise InputError(
                f"{file} has no column '{column}', which the recipe takes for {ROLES[role]} ({role}).",
                f"{'The nearest names are' if named else 'Its columns are'} {listed}: choose one for {role} (--map {role}=COLUMN).",
            )
    if request.users:  # a column may be one of the shopper table
        return request
    return replace(request, personal={column: what for column, what in request.personal.items() if column in columns})


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file, or in a dataset's folder. Raises InputError where there is none."""
    path = path / FILE if path.is_dir() else path
    try:
        return Recipe.from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(f"There is no recipe '{path}'.", "Name a dataset, or a file that `recipe DATASET --out FILE` wrote.") from error
    except (ValueError, TypeError) as error:
        raise InputError(f"The file '{path}' is no recipe.", _HINT) from error
