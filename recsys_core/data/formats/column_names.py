"""Names of columns: whether the first record holds them, and what they are then."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recsys_core.data.roles import guess_roles
from recsys_core.errors import InputError

MOST_COLUMNS = 1_000
MISSING = {"", "nan", "null", "none", "<na>", "nat", "n/a", "#n/a", "\\n"}
_NUMBER = re.compile(r"[-+(]?[£$€¥]? ?\d[\d,. ]*([eE][-+]?\d+)?[%)]?")
_TIME = re.compile(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?([ T]\d{1,2}:\d{2}.*)?")
_MOSTLY = 0.9


def first_names_columns(records: Sequence[Sequence[str | None]]) -> bool:
    """Whether the first record looks like names rather than like the records below it.

    Numbers and times below a word speak for names, below a number or time against them. Where all is words, a usual name speaks for
    names; a word that comes again below, or has the digits of those below ("u17" over "u20"), against them.
    """
    first, below = records[0], records[1:]
    if not below:
        return not all(_typed(cell) for cell in first if not _missing(cell))
    votes = [_vote(cell, [row[place] for row in below if place < len(row)]) for place, cell in enumerate(first)]
    for_names, against = votes.count(True), votes.count(False)
    if for_names or against:
        return for_names >= against
    words = [(cell or "").strip() for cell in first]
    if guess_roles(words):
        return True
    below = [row for row in below if list(row) != list(first)]
    return not any(_alike(cell, [row[place] for row in below if place < len(row)]) for place, cell in enumerate(first))


def column_names(first: Sequence[str | None], header: bool) -> list[str]:
    """Names that differ; an empty or unknown one becomes 'column 3'."""
    names: list[str] = []
    taken: set[str] = set()
    for place, raw in enumerate(first, start=1):
        base = (header and (raw or "").strip(" \t\r\n\xa0\ufeff")) or f"column {place}"
        name, copy = base, 2
        while name in taken:
            name, copy = f"{base} ({copy})", copy + 1
        names.append(name)
        taken.add(name)
    return names


def check_width(columns: int, name: str, at_least: bool = False) -> None:
    """Raises InputError for more columns than can be read. at_least: there may be yet more of them."""
    if columns > MOST_COLUMNS:
        many = f"over {MOST_COLUMNS:,}" if at_least else f"{columns:,}"
        raise InputError(f"{name} has {many} columns; at most {MOST_COLUMNS:,} can be read.", "Keep only the columns of the log.")


def _missing(cell: str | None) -> bool:
    return (cell or "").strip().lower() in MISSING


def _typed(cell: str | None) -> bool:
    text = (cell or "").strip()
    return bool(_NUMBER.fullmatch(text) or _TIME.fullmatch(text))


def _vote(cell: str | None, below: list[str | None]) -> bool | None:
    """True: the cell names a column of numbers or times; False: it is one of them; None: no telling."""
    filled = [value for value in below if not _missing(value)]
    if _missing(cell) or not filled or sum(map(_typed, filled)) < _MOSTLY * len(filled):
        return None
    return not _typed(cell)


def _alike(cell: str | None, below: list[str | None]) -> bool:
    if _missing(cell) or not cell:
        return False
    if cell in below:
        return True
    shape = _shape(cell)
    return "9" in shape and sum(_shape(value or "") == shape for value in below) >= _MOSTLY * len(below) > 0


def _shape(text: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text.strip()))
