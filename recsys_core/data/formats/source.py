"""A readable table: its columns, and the SQL that scans it in file order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from recsys_core.data.formats.expansion import Expansion


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
    came from the file. tables: name -> columns, where the file holds several tables; table: which of them this is. bytes: on disk.
    files: scanned file -> (its name for messages, its format).
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
    files: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The columns' names, in file order."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError where there is none."""
        return {column.name: column for column in self.columns}[name]


@dataclass(frozen=True)
class Opening:
    """How one file is to be opened. scratch: a folder for what must be rewritten; None: such files are refused.

    rows: that many first rows are enough. table, header: see `open_source`. name: of the file, in messages.
    unpacked: what came out of the archive so far that this file lies in; None for a file that lies in none.
    """

    name: str
    scratch: Path | None = None
    rows: int | None = None
    table: str | None = None
    header: bool | None = None
    unpacked: Expansion | None = None
