"""What DuckDB says about a file that cannot be read, as the one sentence a user reads."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from recsys_core.data.formats.source import Source
from recsys_core.errors import InputError
from recsys_core.storage.system_errors import RefusedError, explain

READABLE = "Aisle reads CSV, TSV, JSON lines, Parquet and Excel (.xlsx), also packed with gzip or zip."
# The last is how DuckDB refuses to spill more than the disk has room for.
_FULL = re.compile(r"No space left on device|Disk quota exceeded|max_temp_directory_size", re.IGNORECASE)
# A mistake in our SQL, or a read that was told to stop: no fault of a file.
_OURS = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.ConnectionException,
    duckdb.InterruptException,
    duckdb.TransactionException,
)


@contextmanager
def reading(source: Source) -> Iterator[None]:
    """Turns what DuckDB says about a damaged file into an InputError with the line; a full disk into a RefusedError."""
    try:
        yield
    except _OURS:
        raise
    except duckdb.OutOfMemoryException as error:
        raise refused(error) or InputError(
            f"{source.path.name} needs more memory to be read than Aisle takes for it.", "Its rows may be extremely long: check them."
        ) from error
    except (duckdb.Error, pa.ArrowException) as error:
        raise _told(source, error) from error
    except OSError as error:  # Arrow hands on what DuckDB says while it streams; the system's own have a number
        if error.errno is not None:
            raise
        raise _told(source, error) from error


def _told(source: Source, error: Exception) -> InputError:
    said = str(error)
    name, kind = next((about for file, about in source.files.items() if file in said), (source.path.name, source.format))
    return refused(error) or damaged(name, kind, said)


def refused(error: Exception) -> RefusedError | None:
    """What to tell where the disk was full; None where that was not the cause."""
    full = _FULL.search(str(error))
    return explain(OSError(errno.ENOSPC, "no space left"), Path("the workspace's folder")) if full else None


def damaged(name: str, kind: str, said: str) -> InputError:
    """The sentence for a file of the format `kind` of which DuckDB said `said`."""
    if kind in ("parquet", "xlsx", "database"):
        what = {"parquet": "is a Parquet file that is", "xlsx": "is an Excel workbook that is", "database": "is a table that came"}[kind]
        return InputError(f"{name} {what} damaged or cut off.", "Export or copy it again.")
    return _damaged_json(name, said) if kind == "json" else _damaged_csv(name, said)


def _damaged_json(name: str, said: str) -> InputError:
    where = re.search(r"Malformed JSON in file .*?, at byte [\d,]+ in (?:line|record/value) ([\d,]+): (.*)", said)
    if where:
        line = int(where.group(1).replace(",", "")) - 1  # DuckDB counts one too many
        return InputError(f"{name}, line {max(line, 1):,}: not JSON ({where.group(2)[:80].rstrip('. ')}).", "Mend that line and try again.")
    if "maximum_object_size" in said:
        return InputError(f"{name}: one object takes more than 16 MB.", "Give a file with one small object for each event.")
    if "recursion depth" in said:
        return InputError(f"{name}: its objects are nested deeper than 128 levels.", "Give a file with one flat object for each event.")
    return InputError(f"{name}: cannot be read as JSON.", "Give one object for each event, one a line.")


def _damaged_csv(name: str, said: str) -> InputError:
    where = re.search(r"CSV Error on Line: (\d+)", said)
    line = f", line {where.group(1)}" if where else ""
    width = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", said)
    if width:
        return InputError(f"{name}{line}: {width.group(2)} columns where the header has {width.group(1)}.", "Mend that line and try again.")
    if "unterminated quote" in said:
        return InputError(f"{name}{line}: a quotation mark is opened and never closed.", "Mend that line and try again.")
    if "Maximum line size" in said:
        return InputError(f"{name}{line}: a line of more than 2 MB.", "An unclosed quotation mark may be the cause.")
    if "unicode" in said.lower():
        return InputError(f"{name}{line}: not UTF-8 text.", "Save the file as CSV in UTF-8.")
    return InputError(f"{name}{line}: cannot be read as a table.", READABLE)
