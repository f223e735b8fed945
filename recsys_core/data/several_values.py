"""Cells that hold several values, such as 'A|B|C' or a JSON list: told from plain text only where it is sure, and kept as 'A|B|C'."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

BETWEEN = "|"  # what stands between the values of a cell in items.parquet and users.parquet
_LONGEST_LIST = 100_000  # characters of a cell that is parsed as a list
_MARKED = 0.05  # of the cells have the mark; in fewer it is punctuation
_LONGEST_VALUE = 60  # on average; longer parts are sentences
_MOST_CATEGORIES = 100  # a category is something a person can choose from
_FEWEST_PRODUCTS = 10  # of a category, on average
_FILLED_LEVEL = 0.8

# (separator, whether what it separates are the steps of a path, from the widest down); the surest first
_SEPARATORS: tuple[tuple[str, bool], ...] = (
    ("|", False),
    (" > ", True),
    (">", True),
    (";", False),
    (" / ", True),
    ("/", True),
    (",", False),
)


@dataclass(frozen=True)
class Separation:
    """How the cells of a column are taken apart. mark: between the values, "" for JSON lists. path: they are one path's steps."""

    mark: str
    path: bool = False

    def values(self, cell: str) -> tuple[str, ...]:
        """The different values of a cell in their order, trimmed, without BETWEEN in them."""
        listed = _listed(cell)
        parts = listed if listed is not None else cell.split(self.mark) if self.mark else [cell]
        return tuple(dict.fromkeys(part for part in (" ".join(raw.replace(BETWEEN, "/").split()) for raw in parts) if part))


def find_separation(cells: Mapping[str, int], several: bool = False) -> Separation | None:
    """How the cells are taken apart; None where each is one value, or it is not sure.

    cells: cell -> how often it is there. several: the column's name says that it holds several values, such as tags.
    """
    marked = sum(count for cell, count in cells.items() if _listed(cell) is not None)
    if marked and marked >= 0.9 * sum(cells.values()):
        return Separation("")
    for mark, path in _SEPARATORS:
        separation = Separation(mark, path)
        if _sure(separation, cells, several):
            return separation
    return None


def _sure(separation: Separation, cells: Mapping[str, int], several: bool) -> bool:
    """Whether values that the mark separates are there again in other cells: what a sentence says between two commas is not."""
    mark = separation.mark
    split = {cell: separation.values(cell) for cell in cells if mark in cell}
    if not split or sum(len(values) > 1 for values in split.values()) == 0:
        return False
    rows = sum(cells.values())
    deep = sum(cells[cell] for cell in split)
    if deep < _MARKED * rows:
        return False
    parts = [value for values in split.values() for value in values]
    if sum(map(len, parts)) > _LONGEST_VALUE * len(parts):
        return False
    different = len(set(parts))
    if several and mark in ("|", ";", ","):
        return True
    alone = sum(cell.strip() in set(parts) for cell in cells if mark not in cell)
    if mark in ("|", ";", " > "):
        return different < len(parts) or alone > 0
    if separation.path:  # 'Health/Beauty' is one thing, unless nearly every cell has a slash and few have the same beginning
        roots = {values[0] for values in split.values() if values}
        return deep >= 0.9 * rows and 2 * len(roots) <= len(split)
    return different < len(split) or (different < len(parts) and alone > 0)  # more combinations than values


def _listed(cell: str) -> list[str] | None:
    """The texts of a JSON list, or of one as Python prints it; None for any other cell."""
    cell = cell.strip()
    if not (cell.startswith("[") and cell.endswith("]")) or len(cell) > _LONGEST_LIST:
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(cell)
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            continue
        if isinstance(found, list):
            flat = [inner for value in found for inner in (value if isinstance(value, list) else [value])]
            return [_named(value) for value in flat if value is not None]
    return None


def _named(value: object) -> str:
    """A list's member as text; of an object, what it calls itself: {"id": 18, "name": "Drama"}."""
    if isinstance(value, dict):
        return str(next((value[key] for key in ("name", "label", "title", "value") if key in value), ""))
    return str(value)


def choose_level(paths: Mapping[tuple[str, ...], int]) -> int:
    """How many steps of a category path make the category: as many as still leave groups that a person can choose from.

    paths: path -> products. At most 100 categories of 10 products on average, known of 4 in 5 products; else the first step.
    """
    total = sum(paths.values())
    level = 1
    for steps in range(2, max(map(len, paths), default=1) + 1):
        deep = {path: count for path, count in paths.items() if len(path) >= steps}
        names = {path[:steps] for path in deep}
        filled = sum(deep.values())
        if filled < _FILLED_LEVEL * total or len(names) > _MOST_CATEGORIES or filled < _FEWEST_PRODUCTS * len(names):
            break
        level = steps
    return level


@dataclass(frozen=True)
class ItemValues:
    """Which item has which value: `matrix` float32 (n_items, n_values) of ones, `values` by column, the commonest first."""

    matrix: csr_matrix
    values: Sequence[str]

    @cached_property
    def columns(self) -> Mapping[str, list[int]]:
        """The columns of each value, which differ in case and outer spaces only, by `plain(value)`."""
        found: dict[str, list[int]] = {}
        for column, value in enumerate(self.values):
            found.setdefault(plain(value), []).append(column)
        return found


def plain(value: object) -> str:
    """A value as it is compared: text without case and outer spaces."""
    return str(value).strip().casefold()


def item_values(column: pd.Series[str], several: bool) -> ItemValues:
    """The values of an attribute as a sparse matrix. several: its cells hold several values between BETWEEN; else each cell is one."""
    filled = column.notna().to_numpy()
    cells = [str(cell).split(BETWEEN) if several else [str(cell)] for cell in column[filled]]
    rows = np.repeat(np.flatnonzero(filled), [len(values) for values in cells])
    names, codes, counts = np.unique(
        np.array([value for values in cells for value in values], dtype=object), return_inverse=True, return_counts=True
    )
    order = np.argsort(-counts, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    ones = np.ones(len(rows), dtype=np.float32)
    matrix = csr_matrix((ones, (rows, place[codes])), shape=(len(column), len(names)))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return ItemValues(matrix, [str(names[i]) for i in order])
