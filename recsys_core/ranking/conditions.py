"""Conditions on attributes of products: "category is Candles and price at least 5". Rules and reserved places are made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.data.several_values import ItemValues, plain
from recsys_core.errors import InputError

IS, IS_NOT, CONTAINS, AT_LEAST, AT_MOST, BEFORE, AFTER, KNOWN, UNKNOWN = (
    "is",
    "is not",
    "contains",
    "at least",
    "at most",
    "before",
    "after",
    "is known",
    "is unknown",
)
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "text": (IS, IS_NOT, CONTAINS, KNOWN, UNKNOWN),
    "number": (AT_LEAST, AT_MOST, IS, KNOWN, UNKNOWN),
    "date": (BEFORE, AFTER, KNOWN, UNKNOWN),
}
MOST_TESTS = 20


class Attributes(Protocol):
    """A table with one row a product or shopper, and which values of a text attribute each row has."""

    @property
    def table(self) -> pd.DataFrame:
        """The attributes, as columns."""

    def values(self, name: str) -> ItemValues:
        """The values of a text attribute."""


@dataclass(frozen=True)
class Clause:
    """One test of one attribute. value: text or a list of texts for "is" and "is not", a number, or a date as text; None for "is known"."""

    attribute: str
    operator: str
    value: Any = None

    def __post_init__(self) -> None:
        if not isinstance(self.attribute, str) or not self.attribute:
            raise InputError(
                "A condition does not name an attribute.",
                'Write for example {"attribute": "category", "operator": "is", "value": "Candles"}.',
            )
        if not isinstance(self.operator, str) or self.operator not in {name for names in OPERATORS.values() for name in names}:
            raise InputError(
                f"There is no comparison '{self.operator}'.", f"Use one of {', '.join(sorted({o for n in OPERATORS.values() for o in n}))}."
            )
        if self.operator in (KNOWN, UNKNOWN):
            object.__setattr__(self, "value", None)
        elif isinstance(self.value, list | tuple):
            object.__setattr__(self, "value", tuple(self.value))
            if not self.value or self.operator not in (IS, IS_NOT):
                raise InputError(f"The condition on {self.attribute} has a list of values for '{self.operator}'.", "Give one value.")
        elif self.value is None or self.value == "":
            raise InputError(f"The condition on {self.attribute} has no value.", "Give one, or use 'is known'.")

    def to_json(self) -> dict[str, Any]:
        """As a scenario keeps it."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"attribute": self.attribute, "operator": self.operator} | ({} if value is None else {"value": value})


@dataclass(frozen=True)
class Condition:
    """Tests that must all hold (any: at least one). Without tests it holds for everything."""

    tests: tuple[Clause, ...] = ()
    any: bool = False

    def __post_init__(self) -> None:
        if len(self.tests) > MOST_TESTS:
            raise InputError(f"A condition has {len(self.tests)} tests.", f"Use at most {MOST_TESTS}.")

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes it looks at, each once."""
        return tuple(dict.fromkeys(test.attribute for test in self.tests))

    def to_json(self) -> dict[str, Any]:
        """As a scenario keeps it."""
        return {"tests": [test.to_json() for test in self.tests]} | ({"any": True} if self.any else {})

    @classmethod
    def from_json(cls, told: Any) -> Condition:
        """Back from JSON. Raises InputError for anything else."""
        if not isinstance(told, Mapping) or set(told) - {"tests", "any"} or not isinstance(told.get("tests", []), Sequence):
            raise InputError("A condition is not written as one.", 'Write {"tests": [{"attribute": ..., "operator": ..., "value": ...}]}.')
        tests = []
        for test in told.get("tests", []):
            if (
                not isinstance(test, Mapping)
                or set(test) - {"attribute", "operator", "value"}
                or not {"attribute", "operator"} <= set(test)
            ):
                raise InputError(f"'{test}' is not a test of an attribute.", 'Write {"attribute": ..., "operator": ..., "value": ...}.')
            tests.append(Clause(test["attribute"], test["operator"], test.get("value")))
        return cls(tuple(tests), bool(told.get("any", False)))


def matches(condition: Condition, attributes: Attributes) -> NDArray[np.bool_]:
    """Which rows the condition holds for: bool [rows]. Raises InputError for an attribute that is not there or a value of another kind."""
    table = attributes.table
    found = [_test(test, attributes) for test in condition.tests]
    if not found:
        return np.ones(len(table), dtype=np.bool_)
    combine = np.logical_or if condition.any else np.logical_and
    return np.asarray(combine.reduce(found), dtype=np.bool_)


def kind_of(table: pd.DataFrame, name: str) -> str:
    """ "text", "number" or "date": which operators an attribute has. Raises InputError where there is no such attribute."""
    if name not in table:
        raise InputError(f"There is no attribute '{name}' here.", f"There are {', '.join(map(str, table.columns))}.")
    kind = table[name].dtype.kind
    return "number" if kind in "iufb" else "date" if kind == "M" else "text"


def _test(test: Clause, attributes: Attributes) -> NDArray[np.bool_]:
    kind = kind_of(attributes.table, test.attribute)
    if test.operator not in OPERATORS[kind]:
        raise InputError(
            f"'{test.operator}' cannot be asked of {test.attribute}, which holds {kind}s.", f"Use one of {', '.join(OPERATORS[kind])}."
        )
    column = attributes.table[test.attribute]
    if test.operator in (KNOWN, UNKNOWN):
        filled = np.asarray(column.notna() & (column.astype(str) != "" if kind == "text" else True), dtype=np.bool_)
        return filled if test.operator == KNOWN else ~filled
    return _BY_KIND[kind](test, attributes)


def _of_text(test: Clause, attributes: Attributes) -> NDArray[np.bool_]:
    asked = [plain(value) for value in (test.value if isinstance(test.value, tuple) else (test.value,))]
    values = attributes.values(test.attribute)
    if test.operator == CONTAINS:
        hit = [column for value, columns in values.columns.items() if asked[0] in value for column in columns]
    else:
        hit = [column for value in asked for column in values.columns.get(value, ())]
    wanted = np.zeros(len(values.values), dtype=np.float32)
    wanted[hit] = 1
    has = np.asarray(values.matrix @ wanted > 0, dtype=np.bool_)
    return ~has if test.operator == IS_NOT else has


def _of_number(test: Clause, attributes: Attributes) -> NDArray[np.bool_]:
    column = attributes.table[test.attribute].to_numpy(dtype=np.float64, na_value=np.nan)
    asked = [_number(test, value) for value in (test.value if isinstance(test.value, tuple) else (test.value,))]
    with np.errstate(invalid="ignore"):
        found = {AT_LEAST: column >= asked[0], AT_MOST: column <= asked[0], IS: np.isin(column, asked)}[test.operator]
    return np.asarray(found, dtype=np.bool_)


def _of_date(test: Clause, attributes: Attributes) -> NDArray[np.bool_]:
    day = pd.to_datetime(str(test.value), errors="coerce", format="ISO8601")
    if pd.isna(day):
        raise InputError(f"'{test.value}' is not a date ({test.attribute}).", "Write it as 2026-11-30.")
    column = attributes.table[test.attribute]
    day = day.tz_localize(None) if day.tzinfo else day
    return np.asarray(column < day if test.operator == BEFORE else column >= day, dtype=np.bool_)


_BY_KIND: Mapping[str, Callable[[Clause, Attributes], NDArray[np.bool_]]] = {"text": _of_text, "number": _of_number, "date": _of_date}


def _number(test: Clause, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number):
        raise InputError(f"'{value}' is not a number ({test.attribute} {test.operator}).", "Write a number, with a point for decimals.")
    return number
