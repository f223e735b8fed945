"""The same log gives the same dataset, whatever it comes in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.data.formats import workbook
from recsys_core.data.ingest import IngestRequest, ingest
from tests.contract.packing import FORMS, text, zipped

ODD = [
    "café £4 ½ pint",
    'a "quoted" 12" record',
    "two\nlines",
    "comma, semicolon; bar| and\ttab",
    None,
    "=SUM(A1)",
    "007",
    "  spaces  ",
    "naïve – dash".replace("–", "-"),
    "TRUE",
    "1e5",
    "10.0",
]


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    """240 purchases: ids with leading zeros, odd titles, cents, times to the millisecond, empty cells, whole and real numbers."""
    rng = np.random.default_rng(7)
    n = 240
    item = rng.integers(0, len(ODD), n)
    return pd.DataFrame(
        {
            "user_id": rng.integers(100, 112, n),
            "item_id": [f"{place:05d}" for place in item],
            "timestamp": pd.Timestamp("2026-03-01 08:26:00") + pd.to_timedelta(rng.integers(0, 10**10, n), unit="ms"),
            "quantity": rng.integers(-3, 12, n),
            "price": (rng.integers(1, 5000, n) / 100).round(2),
            "title": [ODD[place] for place in item],
            "note": [None if place % 3 else f"n{place % 5}" for place in range(n)],
            "member": [float(place % 4) if place % 7 else None for place in range(n)],
        }
    )


@pytest.fixture(scope="module")
def expected(log: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("plain")
    (folder / "log.csv").write_bytes(text(log))
    return ingest(IngestRequest(str(folder / "log.csv")), folder / "datasets").dataset


@pytest.mark.parametrize("form", FORMS)
def test_the_same_log_has_the_same_id(log: pd.DataFrame, expected: str, form: str, tmp_path: Path) -> None:
    (tmp_path / form).write_bytes(FORMS[form](log))
    result = ingest(IngestRequest(str(tmp_path / form)), tmp_path / "datasets")
    assert result.rows_read == len(log)
    assert result.dataset == expected


def test_no_row_of_a_workbook_is_lost_between_batches(
    log: pd.DataFrame, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "_BATCH", 7)
    (tmp_path / "log.xlsx").write_bytes(FORMS["log.xlsx"](log))
    assert ingest(IngestRequest(str(tmp_path / "log.xlsx")), tmp_path / "datasets").dataset == expected


def test_several_files_and_a_folder_of_them_are_one_log(log: pd.DataFrame, expected: str, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    names = ["part 1.csv", "part 2.jsonl", "part 10.parquet"]
    for place, (name, form) in enumerate(zip(names, ("latin-1.csv", "log.jsonl", "log.parquet"), strict=True)):
        (folder / name).write_bytes(FORMS[form](log[80 * place : 80 * place + 80]))
    first, *more = (str(folder / name) for name in names)
    assert ingest(IngestRequest(first, more=tuple(more)), tmp_path / "datasets").dataset == expected
    assert ingest(IngestRequest(str(folder)), tmp_path / "datasets").dataset == expected


def test_chinese_in_its_own_encoding_is_the_same_log(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "user_id": [f"u{place % 7}" for place in range(60)],
            "item_id": [f"{place % 9:03d}" for place in range(60)],
            "title": ["连衣裙 夏季新款", "牛仔裤，修身", "运动鞋", "“引号”", "儿童雨衣", "手机壳", "帆布包", "太阳镜", "保温杯"] * 6
            + ["连衣裙 夏季新款"] * 6,
        }
    )
    frame["title"] = frame.groupby("item_id")["title"].transform("first")
    ids = set()
    for encoding in ("utf-8", "gb18030", "gbk", "utf-16"):
        (tmp_path / f"{encoding}.csv").write_bytes(text(frame, encoding))
        ids.add(ingest(IngestRequest(str(tmp_path / f"{encoding}.csv")), tmp_path / "datasets").dataset)
    assert len(ids) == 1


def test_the_log_is_found_among_other_tables_of_an_archive(log: pd.DataFrame, expected: str, tmp_path: Path) -> None:
    items = pd.DataFrame({"item_id": [f"{n:05d}" for n in range(5000)], "title": "a very long title of a product that is not in the log"})
    (tmp_path / "shop.zip").write_bytes(zipped(("items.csv", text(items)), ("orders.csv", text(log))))
    assert ingest(IngestRequest(str(tmp_path / "shop.zip")), tmp_path / "datasets").dataset == expected
    assert ingest(IngestRequest(str(tmp_path / "shop.zip"), table="orders"), tmp_path / "datasets").dataset == expected
