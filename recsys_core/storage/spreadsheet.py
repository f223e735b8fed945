"""CSV that is safe to open in a spreadsheet: no cell or heading of text begins as a formula would.

A cell that a spreadsheet would run (OWASP, "CSV Injection": it begins with = + - @, a tab or a line break, or the full-width forms
of these signs, after blanks too) gets an apostrophe before it, which spreadsheets take as "this is text". Plain numbers such as -3.5
stay as they are. So that nothing is lost, a cell that already begins with apostrophes before such a sign gets one more, and whoever reads
the file back takes one away: `unguard` undoes `guard` for every text. Parquet and JSON are no spreadsheets and stay as they are.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterable
from typing import IO, Any, TypeAlias

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

APOSTROPHE = "'"
_BLANKS = " \t\n\v\f\r\u00a0\u3000\ufeff"  # spelt out: Python, RE2 and DuckDB differ in what they call a blank
_DANGEROUS = f"^(['{_BLANKS}]*[=+\\-@＝＋－＠]|'*[\t\r\n])"
_NUMBER = r"[+-]?[0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?%?"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it Excel takes UTF-8 for Latin-1
Tables: TypeAlias = pa.Table | pd.DataFrame | Iterable[pa.RecordBatch]


def guard(text: str) -> str:
    """`text` as it may stand in a CSV."""
    return APOSTROPHE + text if re.match(_DANGEROUS, text) and not re.fullmatch(_NUMBER, text) else text


def unguard(text: str) -> str:
    """What `guard` was given."""
    return text[1:] if text.startswith(APOSTROPHE) and re.match(_DANGEROUS, text) else text


def unguard_sql(text: str) -> str:
    """The same in DuckDB's SQL, for an expression that gives text."""
    pattern = _DANGEROUS.replace("'", "''")
    return f"CASE WHEN starts_with({text}, '''') AND regexp_matches({text}, '{pattern}') THEN substr({text}, 2) ELSE {text} END"


def write_csv(tables: Tables, file: IO[bytes]) -> None:
    """Write a table, a frame or batches of one schema as UTF-8 CSV with a heading line. Only text is guarded: numbers stay numbers."""
    batches = iter(_batches(tables))
    first = next(batches, None)
    if first is None:
        return
    guarded = _guarded(first)
    with pa.csv.CSVWriter(file, guarded.schema) as writer:
        for batch in itertools.chain((guarded,), map(_guarded, batches)):
            writer.write_batch(batch)


def csv_bytes(tables: Tables) -> bytes:
    """The same for a browser to download, marked as UTF-8 so that Excel shows every letter."""
    file = io.BytesIO()
    file.write(_BYTE_ORDER_MARK)
    write_csv(tables, file)
    return file.getvalue()


def _batches(tables: Tables) -> Iterable[pa.RecordBatch]:
    if isinstance(tables, pd.DataFrame):
        tables = pa.Table.from_pandas(tables, preserve_index=False)
    if isinstance(tables, pa.Table):
        return tables.to_batches() or [pa.RecordBatch.from_pylist([], schema=tables.schema)]
    return tables


def _guarded(batch: pa.RecordBatch) -> pa.RecordBatch:
    return pa.record_batch([_column(column) for column in batch.columns], names=[guard(name) for name in batch.schema.names])


def _column(column: pa.Array) -> pa.Array:
    type: Any = column.type
    if pa.types.is_dictionary(type):
        column = column.cast(type.value_type)
    elif pa.types.is_nested(type):  # CSV has no lists; as JSON would write them, nearly
        column = pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    elif pa.types.is_null(type):
        column = column.cast(pa.string())
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type)):
        return column
    text = column.cast(pa.large_string())
    unsafe = pc.and_(pc.match_substring_regex(text, _DANGEROUS), pc.invert(pc.match_substring_regex(text, f"^({_NUMBER})$")))
    if not pc.any(unsafe).as_py():
        return text
    apostrophe = pa.scalar(APOSTROPHE, pa.large_string())
    empty = pa.scalar("", pa.large_string())
    return pc.if_else(unsafe, pc.binary_join_element_wise(apostrophe, text, empty), text)
