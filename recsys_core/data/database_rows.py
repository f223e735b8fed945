"""Rows of a database's cursor into a Parquet file, a batch at a time: typed as PostgreSQL says, as text from any other database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa

from recsys_core.errors import InputError

BATCH_BYTES = 16 << 20
FIRST_ROWS, MOST_ROWS = 1_000, 50_000
MOST_COLUMNS = 1_000
MOST_DIGITS = 38

_OF_TYPE: dict[int, pa.DataType] = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    26: pa.int64(),
    700: pa.float32(),
    701: pa.float64(),
    1082: pa.date32(),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", "UTC"),
}
_NUMERIC = 1700
_BYTES = (17, 1001)
# what Arrow can hold: not infinity, nor years before Christ or with five digits
_DAY, _MOMENT = r"^\d{4}-\d\d-\d\d$", r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?(\+00)?$"


def write_rows(result: sa.CursorResult[Any], path: Path, *, is_postgresql: bool, most: int | None, progress: Callable[[int], None]) -> int:
    """Write the rows of `result`, at most `most` rows, to `path`; returns how many. progress: hears the number so far.

    Memory: some 16 MB of cells at a time, whatever the table. Raises InputError for columns that no log has.
    """
    schema = _schema(result.cursor.description if result.cursor else (), is_postgresql)
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for batch in _batches(result, schema, most):
            writer.write_batch(batch)
            rows += len(batch)
            progress(rows)
    return rows


def _schema(description: Sequence[Any], is_postgresql: bool) -> pa.Schema:
    if not description:
        raise InputError("The query gives no columns.", "Ask for the columns of the log.")
    if len(description) > MOST_COLUMNS:
        raise InputError(
            f"There are {len(description):,} columns; at most {MOST_COLUMNS:,} can be read.", "Ask for those of the log with --query."
        )
    fields, taken = [], set[str]()
    for place, column in enumerate(description):
        name = _new_name(str(column[0]).strip() or f"column {place + 1}", taken)
        if is_postgresql and column[1] in _BYTES:
            raise InputError(f"The column '{name[:60]}' holds binary data.", "Leave it out of the query.")
        fields.append(pa.field(name, _arrow_type(column) if is_postgresql else pa.string()))
    return pa.schema(fields)


def _new_name(name: str, taken: set[str]) -> str:
    """`name`, or `name (2)` where a column has it; DuckDB knows no difference between Name and name."""
    found, count = name, 1
    while found.lower() in taken:
        count += 1
        found = f"{name} ({count})"
    taken.add(found.lower())
    return found


def _arrow_type(column: Any) -> pa.DataType:
    """numeric without limits, or with more digits than Arrow has, stays as it is written; so does all that is no number and no time."""
    if column[1] == _NUMERIC:
        digits, after = column.precision, column.scale
        return pa.decimal128(digits, after) if digits and 0 <= (after or 0) <= digits <= MOST_DIGITS else pa.string()
    return _OF_TYPE.get(column[1], pa.string())


def _batches(result: sa.CursorResult[Any], schema: pa.Schema, most: int | None) -> Iterator[pa.RecordBatch]:
    """As many rows at a time as make about BATCH_BYTES, going by the batch before."""
    size, left = FIRST_ROWS, most
    while left is None or left > 0:
        rows = result.fetchmany(size if left is None else min(size, left))
        if not rows:
            return
        cells = zip(*rows, strict=True)
        batch = pa.record_batch([_column(values, field) for values, field in zip(cells, schema, strict=True)], schema=schema)
        yield batch
        left = None if left is None else left - len(rows)
        size = max(1, min(MOST_ROWS, 4 * size, BATCH_BYTES * len(rows) // max(batch.nbytes, 1)))


def _column(values: tuple[Any, ...], field: pa.Field) -> pa.Array:
    type = field.type
    if pa.types.is_string(type):
        return _texts(values, field.name)
    if pa.types.is_decimal(type):
        return _where(pa.array(values, pa.string()), r"^-?\d+(\.\d+)?$").cast(type)
    if pa.types.is_date(type):
        return _where(pa.array(values, pa.string()), _DAY).cast(type)
    if pa.types.is_timestamp(type):
        return _where(pa.array(values, pa.string()), _MOMENT).cast(type)
    return pa.array(values, type)


def _where(texts: pa.Array, pattern: str) -> pa.Array:
    fits = pc.match_substring_regex(texts, pattern)
    return pc.if_else(fits, texts, pa.scalar(None, pa.string()))


def _texts(values: tuple[Any, ...], name: str) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # other databases than PostgreSQL hand out Python's own values
        return pa.array([_text(value, name) for value in values], pa.string())


def _text(value: Any, name: str) -> str | None:
    """A cell as a CSV of the same log has it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes | bytearray | memoryview):
        try:
            return bytes(value).decode("utf-8")
        except UnicodeDecodeError:
            raise InputError(f"The column '{name[:60]}' holds binary data.", "Leave it out with --query.") from None
    return str(value)
