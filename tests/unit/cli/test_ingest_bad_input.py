"""Every bad log ends in one sentence that says what, where and what to do: exit 2, nothing half-written, no traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main

GOOD = "user_id,item_id,timestamp\n1,a,2026-01-01 10:00\n1,b,2026-01-02 10:00\n2,a,2026-01-02 11:00\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20


def parquet(frame: pd.DataFrame) -> bytes:
    return frame.to_parquet()


LOG = pd.DataFrame({"user_id": [f"u{i % 50}" for i in range(3000)], "item_id": [f"i{i}" for i in range(3000)]})

BAD_LOGS: dict[str, tuple[bytes, str]] = {
    "a picture": (PNG, "log.csv is a PNG picture, not a table. Aisle reads CSV"),
    "random bytes": (np.random.default_rng(1).bytes(5000), "log.csv is not a text file, so not a table."),
    "an archive": (b"PK\x03\x04rest", "log.csv is an archive that is damaged or cut off."),
    "a truncated Parquet file": (parquet(LOG)[:-200], "log.csv is a Parquet file that is damaged or cut off."),
    "a damaged Parquet file": (
        parquet(LOG)[:300] + b"\0" * 400 + parquet(LOG)[700:],
        "log.csv is a Parquet file that is damaged or cut off.",
    ),
    "nothing": (b"", "log.csv is empty."),
    "blank lines": (b"\n\n \n", "log.csv is empty."),
    "a header only": (b"user_id,item_id\n", "log.csv has a header but no rows."),
    "a Parquet file without rows": (parquet(LOG.head(0)), "log.csv has a header but no rows."),
    "no user column": (
        b"shopfront,item_id\nx,a\n",
        "log.csv has no column for the shopper (user_id); its columns are 'shopfront', 'item_id'.",
    ),
    "no item column": (b"user_id,shelf\n1,a\n", "log.csv has no column for the product (item_id)"),
    "one user": (b"user_id,item_id\n7,a\n7,b\n7,c\n", "All 3 rows are of one shopper, '7'."),
    "one item": (b"user_id,item_id\n1,a\n2,a\n3,a\n", "All 3 rows are of one product, 'a'."),
    "an id column of nulls": (b"user_id,item_id\n,a\n,b\n", "log.csv: none of its 2 rows can be used; 2 were dropped as 'missing user'."),
    "a Parquet id column of nulls": (
        parquet(pd.DataFrame({"user_id": [None, None], "item_id": ["a", "b"]})),
        "none of its 2 rows can be used; 2 were dropped as 'missing user'",
    ),
    "no readable time": (
        b"user_id,item_id,date\n1,a,40/40/2010 8:26\n2,b,41/41/2010 8:28\n",
        "log.csv: no value of the column 'date' can be read as a time, for example '40/40/2010 8:26'.",
    ),
    "a line with too many cells": (b"user_id,item_id\n1,a\n2,b,c\n", "log.csv, line 3: 3 columns where the header has 2."),
    "a line with too few cells": (b"user_id,item_id,price\n1,a,2\n2,b\n", "log.csv, line 3: 2 columns where the header has 3."),
    "an open quotation mark": (b'user_id,item_id\n1,a\n2,"b\n', "a quotation mark is opened and never closed."),
    "broken characters": (
        b"user_id,item_id\n" + "1,café\n".encode() * 50 + "2,café\n".encode("latin-1"),
        "log.csv, line 52: not UTF-8 text. Save the file as CSV in UTF-8.",
    ),
    "a line without end": (b"user_id,item_id\n1,a\n2," + b"x" * 3_000_000 + b"\n", "log.csv, line 3: a line of more than 2 MB."),
    "UTF-16 that is cut": ("user_id,item_id\n1,a\n".encode("utf-16")[:-1], "log.csv is not text in UTF-16: it is damaged or cut off."),
    "very many columns": (
        (",".join(f"c{i}" for i in range(5000)) + "\n").encode(),
        "log.csv has 5,000 columns; at most 1,000 can be read.",
    ),
    "an unknown part of a split": (b"user_id,item_id,split\n1,a,train\n2,b,holiday\n", "the column 'split' says 'holiday'"),
    "too many kinds of event": (
        b"user_id,item_id,event\n" + b"".join(b"%d,a,kind%d\n" % (i, i) for i in range(90)),
        "The column 'event' has 90 different values, too many for kinds of event",
    ),
}

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command line in this process: exit code, stdout, stderr."""

    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        return (code, *capsys.readouterr())

    return call


def refused(run: Run, home: Path, *arguments: object) -> str:
    """The one line of a refusal, after a look that nothing was left behind."""
    code, out, error = run(*arguments)
    assert (code, out) == (2, "")
    assert error.count("\n") == 1
    assert "Traceback" not in error
    datasets = home / "datasets"
    assert not datasets.exists() or not list(datasets.iterdir())
    return error


@pytest.mark.parametrize("name", BAD_LOGS)
def test_a_log_that_is_none_is_refused(run: Run, tmp_path: Path, aisle_home: Path, name: str) -> None:
    content, words = BAD_LOGS[name]
    (tmp_path / "log.csv").write_bytes(content)
    assert words in refused(run, aisle_home, "ingest", tmp_path / "log.csv", "--json")


def test_a_file_that_is_not_there_and_a_folder_are_refused(run: Run, tmp_path: Path, aisle_home: Path) -> None:
    assert "There is no file" in refused(run, aisle_home, "ingest", tmp_path / "nowhere.csv")
    assert "is a folder" in refused(run, aisle_home, "ingest", tmp_path)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ["--map", "user_id=Shopper"],
            "log.csv has no column 'Shopper' to use as user_id. Its columns are 'user_id', 'item_id', 'timestamp'.",
        ),
        (["--map", "shopper=user_id"], "There is no role called 'shopper'."),
        (["--map", "user_id"], "Write it as ROLE=COLUMN"),
        (["--map", "user_id=item_id", "--map", "item_id=item_id"], "'item_id' was given two roles."),
        (["--map", "user_id="], "no column for the shopper"),
        (["--rules", "nowhere.json"], "There is no rules file"),
        (["--positive", "purchase"], "The log has no kinds of event to choose from."),
        (["--min-rating", "4"], "--min-rating needs ratings, and the log has none."),
        (["--min-rating", "nan"], "--min-rating is nan, which is no rating. Give a number such as 4."),
        (["--min-rating", "4", "--map", "timestamp=", "--map", "rating=timestamp"], "--min-rating needs ratings, and the log has none."),
        (["--min-user-items", "0"], "Invalid value for '--min-user-items'"),
        (["--items", "nowhere.csv"], "There is no file"),
        (["--weight", "view=nan"], "--weight was given 'nan', which is no number."),
    ],
)
def test_an_option_that_does_not_fit_is_refused(run: Run, tmp_path: Path, aisle_home: Path, options: list[str], words: str) -> None:
    (tmp_path / "log.csv").write_text(GOOD)
    assert words in refused(run, aisle_home, "ingest", tmp_path / "log.csv", *options)


@pytest.mark.parametrize(
    "place",
    [
        ["log.csv", "postgresql://ann:SeCrEt@localhost/shop"],
        ["log.csv", "--items", "postgresql://ann:SeCrEt@localhost/shop"],
        ["postgresql:/ann:SeCrEt@localhost/shop"],
    ],
)
def test_an_address_where_a_file_is_wanted_is_neither_stored_nor_shown(
    run: Run, tmp_path: Path, aisle_home: Path, monkeypatch: pytest.MonkeyPatch, place: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(GOOD)
    assert "SeCrEt" not in refused(run, aisle_home, "ingest", *place)
    assert not [file for file in aisle_home.rglob("*") if file.is_file() and b"SeCrEt" in file.read_bytes()]


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (b"title,price\nMug,2\n", "items.csv has no column for the product (item_id)"),
        (b"item_id,title\n,Mug\n,Cup\n", "items.csv holds no item_id: its column 'item_id' is empty."),
        (PNG, "items.csv is a PNG picture"),
        (b"", "items.csv is empty."),
    ],
)
def test_a_catalogue_that_is_none_is_refused(run: Run, tmp_path: Path, aisle_home: Path, items: bytes, words: str) -> None:
    (tmp_path / "log.csv").write_text(GOOD)
    (tmp_path / "items.csv").write_bytes(items)
    assert words in refused(run, aisle_home, "ingest", tmp_path / "log.csv", "--items", tmp_path / "items.csv")


def test_a_dataset_that_does_not_exist_is_refused(run: Run, tmp_path: Path, aisle_home: Path) -> None:
    assert "No dataset is called 'abc123'" in refused(run, aisle_home, "split", "abc123", "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()
