"""A readable table: its columns, and the SQL that scans it in file order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Column:
    """`name` as the file has it, made unique; `type` as DuckDB calls it; `sql` the identifier that the scan gives it."""

    name: str
    type: str
    sql: str


@dataclass(frozen=True)
class Source:
    """A readable table. `scan` is an SQL table expression whose columns are `columns`, in file order.

    path: what the user named, for messages; what is scanned may lie elsewhere. format: "csv", "parquet", "json", "xlsx" or "database",
    that of the table, whatever it was packed in. words: how it was read, for people ("CSV, semicolon, Latin-1"). header: whether names
    came from the file. tables: name -> columns, where the file holds several tables; table: which of them this is. bytes: read from disk.
    """

    path: Path
    format: str
    columns: tuple[Column, ...]
    scan: str
    words: str = ""
    header: bool = True
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    table: str | None = None
    bytes: int = 0

    @property
    def names(self) -> list[str]:
        """The columns' names, in file order."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError where there is none."""
        return {column.name: column for column in self.columns}[name]
