"""A table written in every form that a log may come in."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pandas as pd

Writer = Callable[[pd.DataFrame], bytes]


def text(frame: pd.DataFrame, encoding: str = "utf-8", **options: str) -> bytes:
    """CSV; options as `DataFrame.to_csv` knows them."""
    return frame.to_csv(index=False, **options).encode(encoding)  # type: ignore[call-overload, no-any-return]


def json_lines(frame: pd.DataFrame, lines: bool = True) -> bytes:
    """One object a row, empty cells as null, times as text."""
    plain = frame.copy()
    for column in plain.columns[[kind.kind == "M" for kind in plain.dtypes]]:
        plain[column] = plain[column].astype(str)
    return plain.to_json(orient="records", lines=lines, force_ascii=False, double_precision=15).encode()


def parquet(frame: pd.DataFrame) -> bytes:
    """Parquet with pandas' own types."""
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def workbook(*sheets: tuple[str, pd.DataFrame]) -> bytes:
    """An Excel workbook; numbers are numbers in it, times are Excel's."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for name, frame in sheets:
        sheet = book.create_sheet(name)
        sheet.append([str(column) for column in frame.columns])
        for row in frame.itertuples(index=False):
            sheet.append([_excel_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _excel_cell(sheet: Any, value: Any) -> Any:
    """Text stays text, also where it begins like a formula."""
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value)
        cell.data_type = "s"
        return cell
    return None if pd.isna(value) else value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def zipped(*members: tuple[str, bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


# The file's ending says nothing to the readers; here it is the usual one.
FORMS: dict[str, Writer] = {
    "utf-8.csv": text,
    "marked.csv": lambda frame: text(frame, "utf-8-sig"),
    "latin-1.csv": lambda frame: text(frame, "latin-1"),
    "utf-16.csv": lambda frame: text(frame, "utf-16"),
    "semicolon.csv": lambda frame: text(frame, sep=";"),
    "bar.txt": lambda frame: text(frame, sep="|"),
    "tabs.tsv": lambda frame: text(frame, sep="\t"),
    "windows.csv": lambda frame: text(frame, lineterminator="\r\n"),
    "log.csv.gz": lambda frame: gzip.compress(text(frame)),
    "log.tsv.gz": lambda frame: gzip.compress(text(frame, "latin-1", sep="\t")),
    "log.jsonl": json_lines,
    "log.json": lambda frame: json_lines(frame, lines=False),
    "log.jsonl.gz": lambda frame: gzip.compress(json_lines(frame)),
    "log.parquet": parquet,
    "log.xlsx": lambda frame: workbook(("log", frame)),
    "sheets.xlsx": lambda frame: workbook(("about", frame.head(0)[["note"]]), ("log", frame)),
    "log.zip": lambda frame: zipped(("log.csv", text(frame))),
    "parts.zip": lambda frame: zipped(
        *((f"p/part{n}.csv", text(frame[20 * n : 20 * n + 20])) for n in range(12)),
        ("__MACOSX/p/._part1.csv", b"\0\5\x16\7"),
        ("p/picture.png", b"\x89PNG"),
    ),
    "workbook.zip": lambda frame: zipped(("readme.txt", b"About this log."), ("log.xlsx", workbook(("log", frame)))),
}
