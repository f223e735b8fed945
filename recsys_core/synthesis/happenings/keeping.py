"""What was learned of a log's events, as plain arrays and back: an artifact holds no code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.synthesis.happenings.dress import Happenings

NOTHING = "nothing"


def to_arrays(happenings: Happenings) -> dict[str, NDArray[Any]]:
    """Every learned array by the path of its fields, "times.calendar.busy"; words, and values of mixed kinds, as JSON."""
    found: dict[str, NDArray[Any]] = {}
    _flatten("", happenings, found)
    return found


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Happenings:
    """The other way round: draws the same from the same seed. Raises KeyError where an array is missing."""
    return _build(Happenings, "", arrays)  # type: ignore[no-any-return]


def _flatten(path: str, value: Any, found: dict[str, NDArray[Any]]) -> None:
    if is_dataclass(value):
        for field in fields(value):
            _flatten(f"{path}.{field.name}".lstrip("."), getattr(value, field.name), found)
    elif isinstance(value, tuple) and (not value or is_dataclass(value[0]) or isinstance(value[0], np.ndarray)):
        found[f"{path}.count"] = np.array(len(value))
        for number, part in enumerate(value):
            _flatten(f"{path}.{number}", part, found)
    elif isinstance(value, np.ndarray) and value.dtype != object:
        found[path] = value
    elif value is None:
        found[f"{path}.{NOTHING}"] = np.array(True)
    elif isinstance(value, (float, int)):
        found[path] = np.array(value)
    else:
        found[path] = np.array(json.dumps(_words(value), default=str))


def _words(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return [None if word is None or word is pd.NA else word.item() if isinstance(word, np.generic) else word for word in value]


def _build(kind: Any, path: str, arrays: Mapping[str, NDArray[Any]]) -> Any:
    if get_origin(kind) is UnionType:
        return (
            None if f"{path}.{NOTHING}" in arrays else _build(next(part for part in get_args(kind) if part is not NoneType), path, arrays)
        )
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{field.name: _build(hints[field.name], f"{path}.{field.name}".lstrip("."), arrays) for field in fields(kind)})
    if get_origin(kind) is tuple and f"{path}.count" in arrays:
        return tuple(_build(get_args(kind)[0], f"{path}.{number}", arrays) for number in range(int(arrays[f"{path}.count"])))
    value = arrays[path]
    if kind in (int, float):
        return kind(value)
    if value.dtype.kind != "U":
        return value
    words = json.loads(str(value))
    if kind is str:
        return words
    if kind is pd.Index:
        return pd.Index(words)
    return np.array([*words, None], dtype=object)[:-1] if get_origin(kind) is np.ndarray else get_origin(kind)(words)
