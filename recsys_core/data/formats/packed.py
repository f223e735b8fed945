"""Files packed with gzip or zip, unpacked in a stream into a folder."""

from __future__ import annotations

import errno
import gzip
import lzma
import secrets
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from recsys_core.data.formats.expansion import Expansion
from recsys_core.data.formats.source import Opening
from recsys_core.errors import InputError

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_MOST_MEMBERS = 10_000
_ENOUGH_FOR_A_LOOK = 64 << 20  # bytes of each file, where only first rows are wanted
NO_TABLES = {
    *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".tif", ".tiff", ".ico"),
    *(".pdf", ".doc", ".docx", ".ppt", ".pptx", ".htm", ".html", ".md", ".rtf", ".py", ".r", ".ipynb", ".sql", ".xml", ".log"),
}


TABLES = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xlsm", ".gz", ".zip")


def is_zip(head: bytes) -> bool:
    """Whether a file begins like a zip archive, an empty one included."""
    return head.startswith((ZIP, _EMPTY_ZIP))


def is_workbook(path: Path) -> bool:
    """Whether a zip archive is an Excel workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
        return path.suffix.lower() in (".xlsx", ".xlsm")
    return any(name.startswith("xl/") for name in names)


def gunzip(path: Path, opening: Opening) -> Path:
    """The file inside `path`, in the scratch folder. Raises InputError where it is damaged or a bomb."""
    target = _target(opening)
    with _plain_errors(opening.name), gzip.open(path) as packed:
        _unpack(expansion(path, opening), packed, target, opening)
    return target


def members(path: Path, opening: Opening) -> list[tuple[str, Path]]:
    """(name, unpacked file) of what may be a table in a zip archive, in its order; pictures and the like are left out."""
    found: list[tuple[str, Path]] = []
    with _plain_errors(opening.name), zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir() and may_be_table(info.filename)]
        if len(infos) > _MOST_MEMBERS:
            raise InputError(f"{opening.name} holds {len(infos):,} files; at most {_MOST_MEMBERS:,} can be read.", "Put fewer in.")
        out = expansion(path, opening)
        for info in infos:
            if info.flag_bits & 0x1:
                raise InputError(f"{opening.name} is protected by a password.", "Pack it without one.")
            target = _target(opening)
            with archive.open(info) as packed:
                _unpack(out, packed, target, opening)
            found.append((info.filename, target))
    if not found:
        raise InputError(f"{opening.name} holds no table.", "Put a CSV, JSON lines, Parquet or Excel file in.")
    return found


def may_be_table(name: str) -> bool:
    """Whether a file of this name in an archive or a folder is worth opening: no picture, no document, nothing hidden."""
    path = PurePosixPath(name.replace("\\", "/"))
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    about = path.stem.lower() in ("readme", "license", "licence", "changelog")
    return not hidden and not about and path.suffix.lower() not in NO_TABLES and path.name.lower() not in ("thumbs.db", "desktop.ini")


def expansion(path: Path, opening: Opening) -> Expansion:
    """That of the archive which `path` lies in, if it lies in one: many small bombs in a zip are a large one."""
    return opening.unpacked or Expansion(opening.name, path.stat().st_size)


def _target(opening: Opening) -> Path:
    if opening.scratch is None:
        raise InputError(f"{opening.name} is packed, and cannot be read here.", "Unpack it first.")
    return opening.scratch / f"unpacked-{secrets.token_hex(6)}"


def _unpack(out: Expansion, packed: object, target: Path, opening: Opening) -> None:
    whole = out.copy(packed, target, None if opening.rows is None else _ENOUGH_FOR_A_LOOK)  # type: ignore[arg-type]
    if not whole:
        _cut_last_line(target)


def _cut_last_line(path: Path) -> None:
    """A file of which only the beginning is there ends with a whole line, as far as that can be seen."""
    with path.open("r+b") as file:
        size = file.seek(0, 2)
        start = max(0, size - (8 << 20))
        file.seek(start)
        tail = file.read()
        if b"\0" not in tail and b"\n" in tail:
            file.truncate(start + tail.rindex(b"\n") + 1)


@contextmanager
def _plain_errors(name: str) -> Iterator[None]:
    try:
        yield
    except (gzip.BadGzipFile, zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError, UnicodeError, ValueError, OverflowError) as error:
        raise InputError(f"{name} is an archive that is damaged or cut off.", "Copy or pack it again.") from error
    except (NotImplementedError, RuntimeError) as error:
        raise InputError(f"{name} is packed in a way that cannot be read.", "Pack it again as an ordinary zip.") from error
    except OSError as error:
        if error.errno in (None, errno.EINVAL):  # a directory that points before the archive's beginning
            raise InputError(f"{name} is an archive that is damaged or cut off.", "Copy or pack it again.") from error
        raise
