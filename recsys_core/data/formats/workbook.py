"""Excel workbooks (.xlsx): each sheet is a table, its cells the same text that a CSV of it holds."""

from __future__ import annotations

import datetime as dt
import errno
import re
import secrets
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from recsys_core.data.formats.column_names import check_width, column_names, first_names_columns
from recsys_core.data.formats.damage import damaged
from recsys_core.data.formats.expansion import Expansion
from recsys_core.data.formats.parquet import text_parquet
from recsys_core.data.formats.source import Opening, Source
from recsys_core.errors import InputError
from recsys_core.storage.system_errors import explained

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_MOST_BYTES = 2 << 30  # of XML: a sheet of a million rows and twenty columns is 1 GB
_MOST_CELLS = 24_000_000  # the reader holds a whole sheet: 90 bytes a cell
_MOST_EMPTY_CELLS = 8_000_000  # 32 bytes each
_SPARSE = 50  # cells of the sheet's rectangle for each that holds something
_BATCH = 20_000
_LOOKED_AT = 200
_CHUNK = 1 << 20
_LAST_ROW = re.compile(rb'<row [^>]{0,200}?\br="(\d+)"')
_CELL = re.compile(rb'<c [^>]{0,200}?\br="([A-Z]{1,3})\d+"')


def open_workbook(path: Path, opening: Opening) -> list[Source]:
    """A source for each sheet that holds a table, in the workbook's order. Raises InputError where it is damaged or far too large."""
    if opening.scratch is None:
        raise InputError(f"{opening.name} is an Excel workbook, which cannot be read here.", "Save the sheet as CSV.")
    from python_calamine import CalamineWorkbook

    with _plain_errors(opening.name):
        _check_size(path, opening)
        book = CalamineWorkbook.from_path(path)
        try:
            return [source for name in _sheet_names(book) if (source := _sheet(book, name, path, opening)) is not None]
        finally:
            book.close()


def _sheet_names(book: CalamineWorkbook) -> list[str]:
    from python_calamine import SheetTypeEnum

    return [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]


def _sheet(book: CalamineWorkbook, name: str, path: Path, opening: Opening) -> Source | None:
    sheet = book.get_sheet_by_name(name)
    if not sheet.height or not sheet.width:
        return None
    check_width(sheet.width, f"The sheet '{name}' of {opening.name}")
    records = (list(map(_text, row)) for row in sheet.iter_rows())
    records = (row for row in records if any(cell is not None for cell in row))
    first: list[list[str | None]] = []
    for row in records:
        first.append(row)
        if len(first) > _LOOKED_AT:
            break
    if not first:
        return None
    header = first_names_columns(first) if opening.header is None else opening.header
    names = column_names(first[0], header)
    target = _written(first[1:] if header else first, records, len(names), opening)
    words = f"Excel, sheet '{name}'" + ("" if header else ", no header line")
    source = text_parquet(target, names, "xlsx", words, opening, header)
    return replace(source, path=path, table=name, bytes=sheet.height * sheet.width)


def _written(first: list[list[str | None]], rest: Iterator[list[str | None]], width: int, opening: Opening) -> Path:
    """The rows as a Parquet file of text."""
    assert opening.scratch is not None
    target = opening.scratch / f"sheet-{secrets.token_hex(6)}.parquet"
    schema = pa.schema([(f"c{place}", pa.string()) for place in range(width)])
    with explained(opening.scratch), pq.ParquetWriter(target, schema, compression="zstd") as writer:
        batch, written = list(first), 0
        while batch:
            columns = [pa.array(column, pa.string()) for column in zip(*batch, strict=True)]
            writer.write_table(pa.table(columns, schema=schema))
            written += len(batch)
            batch = [] if opening.rows is not None and written >= opening.rows else _next(rest)
    return target


def _next(rows: Iterator[list[str | None]]) -> list[list[str | None]]:
    return list(islice(rows, _BATCH))


def _text(cell: Any) -> str | None:
    """A cell as a CSV has it. Excel keeps a time as a number of days, so that its last digits are noise: to the millisecond."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        rounded = cell + dt.timedelta(microseconds=500)
        rounded = rounded.replace(microsecond=rounded.microsecond // 1000 * 1000)
        return rounded.isoformat(sep=" ", timespec="milliseconds" if rounded.microsecond else "seconds")
    return None if cell is None else str(cell)


@contextmanager
def _plain_errors(name: str) -> Iterator[None]:
    """The reader's own exceptions, and what zipfile says, as one sentence. A panic of the reader's is no Exception."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError as error:
        raise InputError(f"{name} is protected by a password.", "Save it without one.") from error
    except (CalamineError, zipfile.BadZipFile, zlib.error, EOFError, OverflowError, ValueError, RuntimeError) as error:
        raise damaged(name, "xlsx", str(error)) from error
    except InputError:
        raise
    except OSError as error:
        if error.errno != errno.EINVAL:  # a directory that points before the file's beginning
            raise
        raise damaged(name, "xlsx", str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(name, "xlsx", str(error)) from error


def _check_size(path: Path, opening: Opening) -> None:
    """Unpack what the reader would read, keep nothing of it, and refuse what it could not hold."""
    name = opening.name
    limits = [Expansion(name, path.stat().st_size, _MOST_BYTES), *([opening.unpacked] if opening.unpacked else [])]
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            sheet = "worksheets/" in member.filename
            if not (sheet or member.filename.endswith(".xml")):
                continue
            rows, widest, kept, cells = 0, b"", b"", 0
            with archive.open(member) as file:
                while chunk := file.read(_CHUNK):
                    for limit in limits:
                        limit.count(len(chunk))
                    if sheet:
                        text = kept + chunk
                        rows = max([rows, *map(int, _LAST_ROW.findall(text))])
                        widest = max([widest, *_CELL.findall(text)], key=lambda letters: (len(letters), letters))
                        cells += chunk.count(b"<c ") + chunk.count(b"<c>")
                        kept = text[-400:]
            width = 0
            for letter in widest:
                width = width * 26 + letter - 64
            check_width(width, name)
            if max(rows * width, cells) > (_MOST_CELLS if rows * width < _SPARSE * cells else _MOST_EMPTY_CELLS):
                raise InputError(
                    f"{name} has a sheet of {rows:,} rows and {width:,} columns, more than can be read from Excel.", "Save it as CSV."
                )
