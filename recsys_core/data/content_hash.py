"""A name for data by its content: SHA-256 over columns of Arrow batches, whatever the batches' sizes."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ID_DIGITS = 16


class ColumnHasher:
    """Hashes one column as three streams: validity, then for numbers their little-endian values, for text its lengths and its UTF-8 bytes.

    Streams of fixed-width values (and bytes) do not show where one batch ended, so the same column in other batches gives the same hash.
    """

    def __init__(self) -> None:
        self._validity = hashlib.sha256()
        self._values = hashlib.sha256()
        self._bytes = hashlib.sha256()

    def update(self, column: pa.Array) -> None:
        """Take in the next values: text, integers, doubles, or timestamps in microseconds."""
        self._validity.update(np.ascontiguousarray(column.is_valid().to_numpy(zero_copy_only=False)).view(np.uint8).tobytes())
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            filled = pc.fill_null(column, "").cast(pa.large_string())
            offsets = np.frombuffer(filled.buffers()[1], dtype=np.int64)[filled.offset : filled.offset + len(filled) + 1]
            self._values.update(np.diff(offsets).astype("<i8").tobytes())
            data = filled.buffers()[2]
            if data is not None and len(filled):
                self._bytes.update(memoryview(data)[offsets[0] : offsets[-1]])
        else:
            if pa.types.is_timestamp(column.type):
                column = column.cast(pa.timestamp("us")).cast(pa.int64())
            kind = "<f8" if pa.types.is_floating(column.type) else "<i8"
            values = pc.fill_null(column, 0).to_numpy(zero_copy_only=False)
            self._values.update(np.ascontiguousarray(values.astype(kind, copy=False)).tobytes())

    def digest(self) -> bytes:
        """32 bytes that stand for everything taken in."""
        return hashlib.sha256(self._validity.digest() + self._values.digest() + self._bytes.digest()).digest()


class TableHasher:
    """Hashes a table column by column; a column is known by its name, so their order does not matter."""

    def __init__(self) -> None:
        self._columns: dict[str, ColumnHasher] = {}

    def update(self, batch: pa.RecordBatch | pa.Table) -> None:
        """Take in the next rows."""
        for name in batch.schema.names:
            column = batch.column(name)
            hasher = self._columns.setdefault(name, ColumnHasher())
            for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
                hasher.update(chunk)

    def hexdigest(self) -> str:
        """64 hex digits that stand for the columns' names and values."""
        whole = hashlib.sha256()
        for name in sorted(self._columns):
            whole.update(hashlib.sha256(name.encode()).digest() + self._columns[name].digest())
        return whole.hexdigest()


def dataset_id(tables: dict[str, str], choices: dict[str, Any]) -> str:
    """The id of a dataset: tables' hex digests by name, and the choices (roles, rules, thresholds) that decide what it means."""
    text = json.dumps({"tables": tables, "choices": choices}, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]
