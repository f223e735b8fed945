"""Tables of text: cells with a delimiter between them, in quotation marks where they hold one."""

from __future__ import annotations

from pathlib import Path

from recsys_core.data.engine import quote
from recsys_core.data.formats.column_names import check_width, column_names, first_names_columns
from recsys_core.data.formats.damage import READABLE
from recsys_core.data.formats.parquet import scanned
from recsys_core.data.formats.source import Column, Opening, Source
from recsys_core.data.formats.text_layout import DELIMITERS, LOOKED_AT_CHARACTERS, TextLayout, lay_out
from recsys_core.errors import InputError

_HEAD_BYTES = 1 << 20
_CHUNK = 8 << 20


def open_delimited(path: Path, opening: Opening, encoding: str) -> Source:
    """The table in the UTF-8 file `path`; encoding: what the user's own file is in. Raises InputError where it is no table."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if b"\0" in head:
        raise InputError(f"{opening.name} is not a text file, so not a table.", READABLE)
    text = head.decode("utf-8-sig", "ignore")  # its end may cut a character
    if not text.strip():
        raise InputError(f"{opening.name} is empty.", "Give a file with a header line and one row for each event.")
    layout = lay_out(text, opening.name)
    check_width(layout.width, opening.name, at_least=len(text) > LOOKED_AT_CHARACTERS)
    header = first_names_columns(layout.records) if opening.header is None else opening.header
    first = _first(layout)
    commented = header and first[0].startswith("#") and first[0].strip("# ")
    names = column_names([first[0].lstrip("# "), *first[1:]] if commented else first, header)
    columns = tuple(Column(name, "VARCHAR", f"c{place}") for place, name in enumerate(names))
    types = ", ".join(f"'{column.sql}': 'VARCHAR'" for column in columns)
    quotation = "''" if layout.delimiter == "::" else "'\"'"
    scan = (
        f"read_csv({scanned(path)}, auto_detect = false, skip = {layout.skipped}, header = {str(header).lower()}, "
        f"delim = {quote(layout.delimiter)}, quote = {quotation}, escape = {quotation}, columns = {{{types}}})"
    )
    words = ["TSV" if layout.delimiter == "\t" else "CSV", DELIMITERS[layout.delimiter], encoding]
    if not header:
        words.append("no header line")
    if header and len(names) > 1 and _comes_again(path, head, layout):
        same = " AND ".join(
            f"{column.sql} = {quote(cell)}" for column, cell in zip(columns, first, strict=True) if cell and "\0" not in cell
        )
        scan = f"(SELECT * FROM {scan} WHERE NOT coalesce({same or 'false'}, false))"
        words.append("header lines in the middle left out")
    return Source(path, "csv", columns, scan, ", ".join(words), header, files={str(path.resolve()): (opening.name, "csv")})


def _first(layout: TextLayout) -> list[str]:
    """The first record as wide as the others: R writes no name over its row names, other programs a delimiter too many in each row."""
    first = layout.records[0]
    missing = [""] * (layout.width - len(first))
    filled = any(len(row) == layout.width and row[-1].strip() for row in layout.records[1:])
    return [*missing, *first] if len(missing) == 1 and filled else [*first, *missing]


def _comes_again(path: Path, head: bytes, layout: TextLayout) -> bool:
    """Whether the header line stands in the file more than once, as it does where parts were put together."""
    lines = head.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    line = lines[layout.skipped].rstrip(b"\r\n") if layout.skipped < len(lines) else b""
    if not line:
        return False
    wanted, kept, seen = b"\n" + line, b"\n", 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            text = kept + chunk
            seen += text.count(wanted + b"\n") + text.count(wanted + b"\r")
            if seen > 1:
                return True
            kept = text[-len(wanted) :]
    return False
