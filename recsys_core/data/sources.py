"""A file as a table: which format it is, its columns, and the SQL that scans it in file order."""

from __future__ import annotations

import csv
import glob
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from recsys_core.data.engine import prepare, quote
from recsys_core.data.formats.source import Column, Source
from recsys_core.errors import InputError

if TYPE_CHECKING:
    from recsys_core.data.request import IngestRequest

__all__ = ["Column", "Source", "open_log", "open_source", "reading"]

_HEAD_BYTES = 1 << 20
_MOST_COLUMNS = 1_000
_PANDAS_INDEX = re.compile(r"__index_level_\d+__")
_DELIMITERS = (",", ";", "\t")
_OTHER_FORMATS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xff\xfe", "a UTF-16 text file"),
    (b"\xfe\xff", "a UTF-16 text file"),
)
_READABLE = "Aisle reads CSV (comma, semicolon or tab, UTF-8) and Parquet."


Progress = Callable[[float, str], None]


def open_log(request: IngestRequest, scratch: Path, rows: int | None = None, progress: Progress = lambda fraction, message: None) -> Source:
    """The log that `request` names: one file, several, a folder of files, or a table of a database.

    scratch: a folder for what must be rewritten to be scanned; it must stay until the scan is done. rows: that many first rows are enough.
    Raises InputError where it is no table.
    """
    return open_source(
        Path(request.log), scratch, rows=rows, table=request.table, header=request.header, more=[Path(more) for more in request.more]
    )


def open_source(
    path: Path,
    scratch: Path | None = None,
    *,
    rows: int | None = None,
    table: str | None = None,
    header: bool | None = None,
    more: Sequence[Path] = (),
) -> Source:
    """Look at the first bytes of `path` and say how to read it. Raises InputError for whatever is no table.

    scratch: where to write what DuckDB cannot scan as it is; without it such files are refused. rows: that many first rows are enough.
    table: which one, of a workbook or an archive. header: whether the first line names the columns; None: looked at.
    more: files of the same columns, read after this one.
    """
    if not path.exists():
        raise InputError(f"There is no file '{path}'.", "Check the path.")
    if path.is_dir():
        raise InputError(f"'{path}' is a folder.", "Name one file.")
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise InputError(f"'{path}' cannot be opened: {error.strerror}.", "Check that you may read it.") from error
    if not head.strip():
        raise InputError(f"{path.name} is empty.", "Give a file with a header line and one row for each event.")
    source = _parquet(path) if head.startswith(b"PAR1") else _delimited(path, head)
    return replace(source, bytes=path.stat().st_size)


@contextmanager
def reading(source: Source) -> Iterator[None]:
    """Turns what DuckDB says about a damaged file into an InputError with the line."""
    try:
        yield
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.IOException, duckdb.OutOfRangeException) as error:
        raise _damaged(source.path, source.format, str(error)) from error


def _parquet(path: Path) -> Source:
    scan = f"read_parquet({_path(path)})"
    try:
        with duckdb.connect() as connection:
            prepare(connection)
            described = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
            about = connection.execute(f"SELECT value FROM parquet_kv_metadata({_path(path)}) WHERE key = 'pandas'::BLOB").fetchall()
    except duckdb.Error as error:
        raise _damaged(path, "parquet", str(error)) from error
    index = _unnamed_index(about[0][0]) if about else set()
    return Source(path, "parquet", tuple(Column(row[0], row[1], row[0]) for row in described if row[0] not in index), scan)


def _unnamed_index(pandas: bytes) -> set[str]:
    """Columns in which pandas kept row numbers: they say in which order the rows were once, nothing of the events."""
    try:
        columns = json.loads(pandas)["index_columns"]
        return {column for column in columns if isinstance(column, str) and _PANDAS_INDEX.fullmatch(column)}
    except (ValueError, KeyError, TypeError):
        return set()


def _delimited(path: Path, head: bytes) -> Source:
    for magic, words in _OTHER_FORMATS:
        if head.startswith(magic):
            raise InputError(f"{path.name} is {words}, not a table.", _READABLE)
    if b"\0" in head:
        raise InputError(f"{path.name} is not a text file, so not a table.", _READABLE)
    text = _decoded(path, head)
    blank = len(text) - len(text.lstrip("\r\n"))
    record = _first_record(text[blank:])
    skipped = len(re.findall(r"\r\n|\n|\r", text[:blank]))
    delimiter = max(_DELIMITERS, key=record.count)
    try:
        header = next(csv.reader(io.StringIO(record), delimiter=delimiter))
    except (csv.Error, StopIteration) as error:
        raise InputError(f"{path.name} has no readable header line.", _READABLE) from error
    if len(header) > _MOST_COLUMNS:
        raise InputError(
            f"{path.name} has {len(header):,} columns; at most {_MOST_COLUMNS:,} can be read.", "Keep only the columns of the log."
        )
    names = _unique(header)
    columns = tuple(Column(name, "VARCHAR", f"c{place}") for place, name in enumerate(names))
    types = ", ".join(f"'{column.sql}': 'VARCHAR'" for column in columns)
    scan = (
        f"read_csv({_path(path)}, auto_detect = false, skip = {skipped}, header = true, delim = {quote(delimiter)}, "
        f"quote = '\"', escape = '\"', columns = {{{types}}})"
    )
    return Source(path, "csv", columns, scan)


def _decoded(path: Path, head: bytes) -> str:
    """The beginning of the file as text, without a byte-order mark."""
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(head) < _HEAD_BYTES or error.start < len(head) - 4:  # a character cut by the end of the head is no fault
            line = head[: error.start].count(b"\n") + 1
            raise InputError(f"{path.name}, line {line}: not UTF-8 text.", "Save the file as CSV in UTF-8.") from error
        return head[: error.start].decode("utf-8-sig")


def _first_record(text: str) -> str:
    """The header, with line breaks that stand in quotation marks."""
    quotes = 0
    for match in re.finditer(r'"|\r\n|\n|\r', text):
        if match.group() == '"':
            quotes += 1
        elif quotes % 2 == 0:
            return text[: match.start()]
    return text


def _unique(header: list[str]) -> list[str]:
    """Names that differ, also by case alone; an empty one becomes 'column 3'."""
    names: list[str] = []
    for place, raw in enumerate(header, start=1):
        base = raw.strip() or f"column {place}"
        name, copy = base, 2
        while name in names:
            name, copy = f"{base} ({copy})", copy + 1
        names.append(name)
    return names


def _damaged(path: Path, kind: str, said: str) -> InputError:
    if kind == "parquet":
        return InputError(f"{path.name} is a Parquet file that is damaged or cut off.", "Export or copy it again.")
    where = re.search(r"CSV Error on Line: (\d+)", said)
    line = f", line {where.group(1)}" if where else ""
    width = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", said)
    if width:
        return InputError(
            f"{path.name}{line}: {width.group(2)} columns where the header has {width.group(1)}.", "Mend that line and try again."
        )
    if "unterminated quote" in said:
        return InputError(f"{path.name}{line}: a quotation mark is opened and never closed.", "Mend that line and try again.")
    if "Maximum line size" in said:
        return InputError(f"{path.name}{line}: a line of more than 2 MB.", "An unclosed quotation mark may be the cause.")
    if "unicode" in said.lower():
        return InputError(f"{path.name}{line}: not UTF-8 text.", "Save the file as CSV in UTF-8.")
    return InputError(f"{path.name}{line}: cannot be read as a table.", _READABLE)


def _path(path: Path) -> str:
    return quote(glob.escape(str(path.resolve())))
