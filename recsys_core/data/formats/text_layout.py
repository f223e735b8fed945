"""How a delimited text is laid out: its delimiter, and what comes before the table."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from recsys_core.errors import InputError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "::": "double colon"}
_MOST_LINES_BEFORE = 30
_LOOKED_AT = 200  # records
LOOKED_AT_CHARACTERS = 256 << 10


@dataclass(frozen=True)
class TextLayout:
    """delimiter: between cells. skipped: lines before the first record. records: the first ones; width: how many cells most have."""

    delimiter: str
    skipped: int
    records: list[list[str]]

    @property
    def width(self) -> int:
        return max(len(self.records[0]), Counter(map(len, self.records[1:] or self.records)).most_common(1)[0][0])


def lay_out(text: str, name: str) -> TextLayout:
    """The layout of a text by its beginning, from the first line on. Raises InputError where no record can be read.

    Left out before the table: blank lines, comments (#), a title line of one cell, Excel's `sep=;`.
    """
    lines = re.split(r"\r\n|\n|\r", text[:LOOKED_AT_CHARACTERS])
    skipped = _blank_or_comments(lines, 0)
    told = re.fullmatch(r'"?sep=(.)"?', lines[skipped].strip(" "), re.IGNORECASE) if skipped < len(lines) else None
    if told and told.group(1) in DELIMITERS:
        return _with(text, lines, told.group(1), _blank_or_comments(lines, skipped + 1), name)
    titled = _blank_or_comments(lines, skipped + 1)
    if _cells(lines, skipped) == 1 and _cells(lines, titled) > 1 and _cells(lines, titled) == _cells(lines, titled + 1):
        skipped = titled
    if skipped >= len(lines) or not lines[skipped].strip():
        skipped = 0  # all comments: then they are what there is
    delimiter = max(DELIMITERS, key=lambda each: _fit(text, lines, each, skipped))
    above = skipped - 1
    if above >= 0 and lines[above].lstrip().startswith("#") and lines[above].count(delimiter) == lines[skipped].count(delimiter) > 0:
        under_comment = _with(text, lines, delimiter, above, name)
        if _is_header(under_comment.records):
            return under_comment
    return _with(text, lines, delimiter, skipped, name)


def _is_header(records: list[list[str]]) -> bool:
    """Whether a comment names the columns: the line below it does not."""
    from recsys_core.data.formats.column_names import first_names_columns

    return first_names_columns(records) and not first_names_columns(records[1:])


def _blank_or_comments(lines: list[str], start: int) -> int:
    """The first line from `start` on that is neither blank nor a comment."""
    place = start
    while place < min(len(lines), start + _MOST_LINES_BEFORE) and (not lines[place].strip() or lines[place].startswith("#")):
        place += 1
    return place


def _cells(lines: list[str], place: int) -> int:
    return 1 + max(lines[place].count(delimiter) for delimiter in DELIMITERS) if place < len(lines) else 0


def _fit(text: str, lines: list[str], delimiter: str, skipped: int) -> tuple[float, int]:
    """How well records fall into equally many cells, and how many those are; one cell is no fit."""
    records = _records(text, lines, delimiter, skipped)
    widths = Counter(map(len, records))
    width, count = widths.most_common(1)[0] if widths else (1, 0)
    if width == 1:
        return 0.0, 0
    return round(count / len(records), 1), len(records[0])


def _with(text: str, lines: list[str], delimiter: str, skipped: int, name: str) -> TextLayout:
    records = _records(text, lines, delimiter, skipped)
    if not records:
        raise InputError(f"{name} has no readable header line.", "Give a file with a header line and one row for each event.")
    return TextLayout(delimiter, skipped, records)


def _records(text: str, lines: list[str], delimiter: str, skipped: int) -> list[list[str]]:
    """The first records. The last one may be cut by the end of what is looked at: it is left out unless it is the only one."""
    rest = _after(text[:LOOKED_AT_CHARACTERS], skipped)
    if delimiter == "::":  # of MovieLens; such files know no quotation marks
        found = [line.split("::") for line in lines[skipped : skipped + _LOOKED_AT] if line]
    else:
        found = []
        reader = csv.reader(io.StringIO(rest, newline=""), delimiter=delimiter)
        try:
            while len(found) < _LOOKED_AT and (record := next(reader, None)) is not None:
                if record:
                    found.append(record)
        except csv.Error:  # a cell without end, of which DuckDB will say the line
            return found
    whole = len(text) <= LOOKED_AT_CHARACTERS or len(found) == _LOOKED_AT
    return found if whole or len(found) < 2 else found[:-1]


def _after(text: str, lines: int) -> str:
    """The text without its first lines."""
    place = 0
    for match in re.finditer(r"\r\n|\n|\r", text):
        if not lines:
            break
        place, lines = match.end(), lines - 1
    return text[place:]
