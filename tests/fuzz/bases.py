"""Whole files to damage: a small log in every form, the same bytes each time they are made."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd

from tests.contract.packing import json_lines, parquet, text, workbook

_TITLES = ["café £4", 'a "quoted" record', "two\nlines", "a, b; c| d", None, "=SUM(A1)", "007", "連衣裙", "naïve", "  x  "]


@cache
def small_log() -> pd.DataFrame:
    """90 events with all the usual columns."""
    rng = np.random.default_rng(3)
    n = 90
    item = rng.integers(0, len(_TITLES), n)
    return pd.DataFrame(
        {
            "user_id": rng.integers(100, 109, n),
            "item_id": [f"{place:05d}" for place in item],
            "timestamp": pd.Timestamp("2026-03-01 08:26:00") + pd.to_timedelta(rng.integers(0, 10**7, n), unit="s"),
            "event": rng.choice(["view", "cart", "purchase"], n),
            "quantity": rng.integers(-3, 12, n),
            "price": (rng.integers(1, 5000, n) / 100).round(2),
            "title": [_TITLES[place] for place in item],
        }
    )


def packed_gzip(content: bytes) -> bytes:
    """gzip without the time of day."""
    return gzip.compress(content, 6, mtime=0)


def packed_zip(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive without the time of day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = method
            archive.writestr(info, content)
    return out.getvalue()


def unpacked_zip(content: bytes) -> list[tuple[str, bytes]]:
    """Names and contents of an archive's members."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def steady_workbook(frame: pd.DataFrame) -> bytes:
    """A workbook without the time of day."""
    members = unpacked_zip(workbook(("log", frame)))
    still = [(name, re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", content)) for name, content in members]
    return packed_zip(*still)


def _nested(frame: pd.DataFrame) -> bytes:
    rows = json_lines(frame).splitlines()
    return b"\n".join(b'{"who":{"id":%d},"what":%s,"tags":["a",{"b":[1,2]}]}' % (place % 7, row) for place, row in enumerate(rows))


_latin = lambda frame: text(frame.replace("連衣裙", "robe"), "latin-1")
BASES: dict[str, Callable[[pd.DataFrame], bytes]] = {
    "log.csv": text,
    "semicolon.csv": lambda frame: text(frame, sep=";"),
    "log.tsv": lambda frame: text(frame, sep="\t"),
    "latin-1.csv": _latin,
    "gb18030.csv": lambda frame: text(frame, "gb18030"),
    "utf-16.csv": lambda frame: text(frame, "utf-16"),
    "windows.csv": lambda frame: text(frame, "utf-8-sig", lineterminator="\r\n"),
    "headerless.csv": lambda frame: text(frame, header=False),
    "log.jsonl": json_lines,
    "nested.jsonl": _nested,
    "log.json": lambda frame: json_lines(frame, lines=False),
    "log.parquet": parquet,
    "log.xlsx": steady_workbook,
    "log.csv.gz": lambda frame: packed_gzip(text(frame)),
    "log.jsonl.gz": lambda frame: packed_gzip(json_lines(frame)),
    "log.zip": lambda frame: packed_zip(("log.csv", text(frame))),
    "several.zip": lambda frame: packed_zip(
        ("a/items.csv", text(frame[["item_id", "title"]])), ("a/log1.csv", text(frame[:50])), ("a/log2.csv", text(frame[50:]))
    ),
    "mixed.zip": lambda frame: packed_zip(("log.parquet", parquet(frame)), ("log.xlsx", steady_workbook(frame))),
}


@cache
def base(name: str) -> bytes:
    """The whole file called `name`."""
    return BASES[name](small_log())
