"""A file that cannot be put where it should is one sentence, before the work where that can be seen."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recsys_core.cli.tables import check_format, write_table
from recsys_core.data.pair_file import read_pairs
from recsys_core.errors import InputError

COLUMNS = {"x": np.arange(3)}


def test_a_table_is_written_and_the_check_leaves_nothing(tmp_path: Path) -> None:
    check_format(tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []
    write_table(tmp_path / "out.csv", COLUMNS)
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.parametrize(("place", "words"), [("folder.csv", "is a folder"), ("missing/out.csv", "There is no folder")])
def test_a_place_that_is_none_is_named(place: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match=words):
        check_format(tmp_path / place)


def test_nothing_is_written_into_proc() -> None:
    with pytest.raises(InputError, match=r"The file '/proc/x.csv' cannot be written"):
        check_format(Path("/proc/x.csv"))


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_a_folder_that_may_not_be_written_is_named(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(path: Path, *_: Any, **__: Any) -> None:
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(Path, "touch", deny)
    with pytest.raises(InputError, match=f"out.csv' cannot be written .{os.strerror(code)}.. Give --out a place"):
        check_format(tmp_path / "out.csv")


def test_a_disk_that_fills_up_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"The disk is full: .*out.parquet"):
        write_table(tmp_path / "out.parquet", COLUMNS)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_ids_that_look_like_formulas_come_back_as_the_same_ids_and_never_run_in_a_spreadsheet(ending: str, tmp_path: Path) -> None:
    ids = np.array(["=1+1", "@sum", "-3", "-x", "'=y", "''+z", "'plain", "85123A"], dtype=object)
    path = tmp_path / f"lists{ending}"
    write_table(path, {"user_id": ids, "rank": np.arange(len(ids)), "item_id": ids[::-1].copy(), "score": np.linspace(-1, 1, len(ids))})
    users, items = read_pairs(path)
    assert (users.tolist(), items.tolist()) == (ids.tolist(), ids[::-1].tolist())
    if ending == ".csv":
        assert {line.split(",")[0].strip('"')[:1] for line in path.read_text().splitlines()[1:]} == {"'", "-", "8"}
