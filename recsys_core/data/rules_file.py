"""Which rules an analyst wants: "default", "none", or a list of names and objects, in a file or as it is."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from recsys_core.data.rules import RULES, Parameter, Rule
from recsys_core.errors import InputError

_BY_NAME = {rule.name: rule for rule in RULES}


def wanted_rules(rules: str | Sequence[Any]) -> tuple[Rule, ...]:
    """The rules that `rules` asks for, in the order of blame, with those that always apply.

    rules: "default", "none", the path of a JSON file, or what such a file holds: a list of names and of objects such as
    {"name": "non-product code", "pattern": "[0-9]{5}[A-Z]*"}. Raises InputError that names what is wrong.
    """
    if rules == "default":
        wanted = {rule.name: rule for rule in RULES if rule.default}
    elif rules == "none":
        wanted = {}
    elif isinstance(rules, str):
        path = Path(rules)
        wanted = _listed(_read(path), f"The rules file {path.name}")
    else:
        wanted = _listed(rules, "The list of rules")
    return tuple(wanted.get(rule.name, rule) for rule in RULES if rule.always or rule.name in wanted)


def choose_rules(rules: str | Sequence[Any], mapped: Collection[str]) -> tuple[Rule, ...]:
    """The wanted rules whose columns are there. mapped: the roles that have a column."""
    return tuple(rule for rule in wanted_rules(rules) if set(rule.needs) <= set(mapped))


def _read(path: Path) -> object:
    if not path.is_file():
        raise InputError(f"There is no rules file '{path}'.", "Use --rules default, --rules none, or the path of a JSON file.")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise InputError(f"The rules file {path.name} is no JSON.", _hint()) from error


def _listed(entries: object, where: str) -> dict[str, Rule]:
    """name -> rule with its values. where: the start of a sentence about what is wrong."""
    if not isinstance(entries, list | tuple):
        raise InputError(f"{where} is no list.", _hint())
    found: dict[str, Rule] = {}
    for entry in entries:
        values = dict(entry) if isinstance(entry, Mapping) else {"name": entry}
        name = values.pop("name", None)
        if not isinstance(name, str):
            raise InputError(f"{where} has an entry without a name: {str(entry)[:60]}.", _hint())
        if name not in _BY_NAME:
            raise InputError(f"{where} names '{name[:60]}', which is no rule.", _hint())
        if name in found:
            raise InputError(f"{where} names '{name}' twice.", "Name each rule once.")
        found[name] = replace(_BY_NAME[name], values=_values(_BY_NAME[name], values, where))
    return found


def _values(rule: Rule, given: Mapping[str, Any], where: str) -> dict[str, str | float]:
    known = {parameter.name: parameter for parameter in rule.parameters}
    for name in given:
        if name not in known:
            allowed = f"It takes {', '.join(known)}." if known else "It takes none."
            raise InputError(f"{where} gives '{rule.name}' a setting '{str(name)[:60]}' that it does not have.", allowed)
    return {name: _value(known[name], value, f"{where}, '{rule.name}': {name}") for name, value in given.items() if value is not None}


def _value(parameter: Parameter, value: object, where: str) -> str | float:
    if parameter.kind == "number":
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
            raise InputError(f"{where} is {str(value)[:60]!r}, which is no number above 0.", parameter.words)
        return float(value)
    if not isinstance(value, str):
        raise InputError(f"{where} is {str(value)[:60]!r}, which is no text.", parameter.words)
    if parameter.kind == "time":
        try:
            return datetime.fromisoformat(value).replace(tzinfo=None).isoformat(" ")
        except ValueError as error:
            raise InputError(f"{where} is '{value[:60]}', which is no time.", "Write it as 2026-12-31.") from error
    try:
        with duckdb.connect() as connection:
            connection.execute("SELECT regexp_full_match('', ?)", [value]).fetchall()
    except duckdb.Error as error:
        raise InputError(
            f"{where} is '{value[:60]}', which is no pattern.", r"Write a regular expression such as ^\d{5}[A-Z]*$."
        ) from error
    return value


def _hint() -> str:
    return f"Write a JSON list with any of: {', '.join(_BY_NAME)}."
