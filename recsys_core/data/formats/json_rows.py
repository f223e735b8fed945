"""JSON: one object for each event, one a line or all in one array; objects within become columns such as `item.id`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from recsys_core.data.engine import prepare, quote
from recsys_core.data.formats.column_names import check_width, column_names
from recsys_core.data.formats.damage import damaged, refused
from recsys_core.data.formats.parquet import scanned
from recsys_core.data.formats.source import Column, Opening, Source
from recsys_core.errors import InputError

LEVELS = 2  # of objects in an event's object that become columns; what lies deeper stays JSON
_START = re.compile(r'\s*(\{\s*("|\})|\[\s*([\{\]\[]|$))')


def looks_like_json(head: str) -> bool:
    """Whether a text begins as an object or an array of objects."""
    return bool(_START.match(head))


def open_json(path: Path, opening: Opening, head: str) -> Source:
    """The table in the UTF-8 file `path`. Raises InputError where it is no JSON, or not of objects."""
    kind = _kind(head)
    objects = f"read_json_objects({scanned(path)}, format = '{kind}')"
    some = f"(SELECT json FROM {objects} LIMIT {int(opening.rows)})" if opening.rows is not None else objects
    try:
        with duckdb.connect() as connection:
            prepare(connection)
            structure = connection.execute(f"SELECT json_group_structure(json) FROM {some}").fetchall()[0][0]
    except duckdb.Error as error:
        raise refused(error) or damaged(opening.name, "json", str(error)) from error
    found = json.loads(structure) if structure else {}
    if not isinstance(found, dict) or not found:
        raise InputError(f"{opening.name} holds no JSON objects of events.", "Give one object for each event, one a line.")
    paths = list(_paths(found, (), LEVELS))
    check_width(len(paths), opening.name)
    names = column_names([".".join(keys) for keys in paths], header=True)
    columns = tuple(Column(name, "VARCHAR", f"c{place}") for place, name in enumerate(names))
    pointers = ", ".join(quote(_pointer(keys)) for keys in paths)
    cells = ", ".join(f"cells[{place}] AS {column.sql}" for place, column in enumerate(columns, start=1))
    scan = f"(SELECT {cells} FROM (SELECT json_extract_string(json, [{pointers}]) AS cells FROM {objects}))"
    words = {"newline_delimited": "JSON lines", "array": "JSON array", "unstructured": "JSON objects"}[kind]
    return Source(path, "json", columns, scan, words, files={str(path.resolve()): (opening.name, "json")})


def _kind(head: str) -> str:
    """What DuckDB calls this form of JSON; `unstructured`: objects over several lines, one after the other."""
    if head.lstrip().startswith("["):
        return "array"
    first = head.lstrip().partition("\n")[0]
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return "unstructured" if ("\n" in head.strip() and first.strip() in ("{",)) or first.rstrip().endswith(",") else "newline_delimited"
    return "newline_delimited"


def _paths(structure: dict[str, Any], above: tuple[str, ...], levels: int) -> Iterator[tuple[str, ...]]:
    for key, inner in structure.items():
        if isinstance(inner, dict) and inner and levels:
            yield from _paths(inner, (*above, key), levels - 1)
        else:
            yield (*above, key)


def _pointer(keys: tuple[str, ...]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
