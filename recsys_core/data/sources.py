"""A log as a table, whatever it comes in: which form it has, its columns, and the SQL that scans it in order."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from recsys_core.data.formats import packed, several, text_encoding
from recsys_core.data.formats.damage import READABLE, reading
from recsys_core.data.formats.delimited import open_delimited
from recsys_core.data.formats.json_rows import looks_like_json, open_json
from recsys_core.data.formats.parquet import open_parquet
from recsys_core.data.formats.source import Column, Opening, Source
from recsys_core.data.formats.workbook import open_workbook
from recsys_core.errors import InputError
from recsys_core.storage.system_errors import explain

if TYPE_CHECKING:
    from recsys_core.data.request import IngestRequest

__all__ = ["Column", "Source", "open_log", "open_source", "reading"]

Progress = Callable[[float, str], None]

_HEAD_BYTES = 4096
_MOST_FILES = 2_000
_MOST_PACKING = 2  # a gzip in a zip is read, a zip in a zip in a zip is not
_OTHER_FORMATS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls) or another Office document"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"\x93NUMPY", "an array of numpy"),
    (b"ARROW1", "a Feather file"),
    (b"ORC", "an ORC file"),
    (b"\xff\xfe\x00\x00", "a UTF-32 text file"),
)


def open_log(request: IngestRequest, scratch: Path, rows: int | None = None, progress: Progress = lambda fraction, message: None) -> Source:
    """The log that `request` names: one file, several, a folder of files, or a table of a database.

    scratch: a folder for what must be rewritten to be scanned; it must stay until the scan is done. rows: that many first rows are enough.
    Raises InputError where it is no table.
    """
    if may_be_database(request.log):
        from recsys_core.data.database import is_database, open_database

        if is_database(request.log):
            return open_database(request, scratch, rows, progress)
    return open_source(
        Path(request.log), scratch, rows=rows, table=request.table, header=request.header, more=[Path(more) for more in request.more]
    )


def may_be_database(log: str) -> bool:
    """Whether `log` is written like an address, told without importing what reads databases."""
    return "://" in log or log.startswith("connection:")


def open_source(
    path: Path,
    scratch: Path | None = None,
    *,
    rows: int | None = None,
    table: str | None = None,
    header: bool | None = None,
    more: Sequence[Path] = (),
) -> Source:
    """Look at `path`, a file or a folder of files, and say how to read it. Raises InputError for whatever is no table.

    scratch: where to write what DuckDB cannot scan as it is; without it such files are refused. rows: that many first rows are enough.
    table: which one, of a workbook, an archive or a folder. header: whether the first line names the columns; None: looked at.
    more: files of the same columns, read after this one.
    """
    opening = Opening(path.name, scratch, rows, table, header)
    if not more:
        return _open(path, opening)
    parts = [(file.name, _open(file, replace(opening, name=file.name))) for file in (path, *more)]
    return several.join(parts, path)


def _open(path: Path, opening: Opening, packing: int = 0) -> Source:
    head = _head(path)
    if path.is_dir():
        source = _folder(path, opening)
    elif not head.strip():
        raise InputError(f"{opening.name} is empty.", "Give a file with a header line and one row for each event.")
    elif head.startswith(b"PAR1"):
        source = open_parquet(path, opening)
    elif head.startswith(packed.GZIP) or packed.is_zip(head):
        source = _packed(path, opening, head, packing)
    else:
        source = _text(path, opening, head)
    return replace(source, path=path, bytes=source.bytes if packing == 0 and path.is_dir() else path.stat().st_size)


def _head(path: Path) -> bytes:
    if not path.exists():
        raise InputError(f"There is no file '{path}'.", "Check the path.")
    if path.is_dir():
        return b""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError as error:
        known = explain(error, path)
        raise known or InputError(f"'{path}' cannot be opened: {error.strerror}.", "Check that you may read it.") from error


def _packed(path: Path, opening: Opening, head: bytes, packing: int) -> Source:
    """What a gzip file, a workbook or a zip archive holds."""
    if packing >= _MOST_PACKING:
        raise InputError(f"{opening.name} is packed again and again.", "Unpack it, and give the file inside.")
    opening = replace(opening, unpacked=packed.expansion(path, opening))
    if head.startswith(packed.GZIP):
        source = _open(packed.gunzip(path, opening), opening, packing + 1)
        return replace(source, words=f"{source.words}, gzip")
    if packed.is_workbook(path):
        sheets = [(source.table or "", source) for source in open_workbook(path, opening)]
        if not sheets:
            raise InputError(f"{opening.name} has no sheet with a table.", "Give a workbook with a header line and one row for each event.")
        return several.choose_table(sheets, path, opening.table)
    source = _among(packed.members(path, opening), path, opening, packing + 1)
    return replace(source, words=f"{source.words}, zip")


def _folder(path: Path, opening: Opening) -> Source:
    try:
        files = [file for file in path.iterdir() if file.is_file() and packed.may_be_table(file.name)]
    except OSError as error:
        raise explain(error, path) or InputError(f"'{path}' cannot be opened: {error.strerror}.", "Check that you may read it.") from error
    if not files:
        raise InputError(f"'{path}' is a folder without a table.", "Name one with CSV, JSON lines, Parquet or Excel files.")
    if len(files) > _MOST_FILES:
        raise InputError(f"'{path}' holds {len(files):,} files; at most {_MOST_FILES:,} can be read as one log.", "Put fewer in.")
    return _among([(file.name, file) for file in files], path, opening, 0)


def _among(files: Sequence[tuple[str, Path]], path: Path, opening: Opening, packing: int) -> Source:
    """The log among several files. What is no table is left out, unless it is called one: half a log must not pass for all of it."""
    tables, refused = [], []
    for name, file in files:
        try:
            inner = _open(file, replace(opening, name=Path(name).name or name, table=None), packing)
        except InputError as error:
            if name.lower().endswith(packed.TABLES):
                raise
            refused.append(error)
        else:
            tables.append((name, inner))
    if not tables:
        raise refused[0]
    return several.choose_table(tables, path, opening.table)


def _text(path: Path, opening: Opening, head: bytes) -> Source:
    for magic, words in _OTHER_FORMATS:
        if head.startswith(magic):
            raise InputError(f"{opening.name} is {words}, not a table.", READABLE)
    if head[257:262] == b"ustar":
        raise InputError(f"{opening.name} is a tar archive, not a table.", "Unpack it, and give the files inside.")
    found = text_encoding.survey(path, opening.name)
    utf16 = found.encoding.startswith("utf-16")
    if b"\0" in head and not utf16:
        raise InputError(f"{opening.name} is not a text file, so not a table.", READABLE)
    start = head.decode(found.encoding, "ignore")
    is_json = looks_like_json(start)
    if not found.plain or (is_json and found.encoding == "utf-8-sig"):
        if opening.scratch is None:
            raise InputError(f"{opening.name} is {found.words} text that must be rewritten, which cannot be done here.", READABLE)
        target = opening.scratch / f"text-{secrets.token_hex(6)}"
        text_encoding.transcode(path, found, target, opening.name)
        path = target
    if is_json:
        source = open_json(path, opening, start)
        return source if found.words == "UTF-8" else replace(source, words=f"{source.words}, {found.words}")
    return open_delimited(path, opening, found.words)
