"""What every format a log may come in must do: the same columns, rows in file order, gaps as gaps, damage in plain words."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from recsys_core.data.engine import prepare
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.data.sources import open_source, reading
from recsys_core.errors import InputError

Writer = Callable[[pd.DataFrame, Path], None]
WRITERS: dict[str, Writer] = {
    "comma": lambda frame, path: frame.to_csv(path, index=False),
    "semicolon": lambda frame, path: frame.to_csv(path, index=False, sep=";"),
    "tab": lambda frame, path: frame.to_csv(path, index=False, sep="\t"),
    "byte-order mark": lambda frame, path: frame.to_csv(path, index=False, encoding="utf-8-sig"),
    "windows line ends": lambda frame, path: frame.to_csv(path, index=False, lineterminator="\r\n"),
    "everything quoted": lambda frame, path: frame.to_csv(path, index=False, quoting=1),
    "parquet": lambda frame, path: frame.to_parquet(path, index=False),
    "parquet, small groups": lambda frame, path: frame.to_parquet(path, index=False, row_group_size=3),
}


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "user id": [f"u{place % 5}" for place in range(40)],
            "Item": [f"{place % 9:03d}" for place in range(40)],
            "note": [None, "plain", 'with "quotes", commas; semicolons\tand tabs', "two\nlines"] * 10,
            "größe": ["ß", "中", "é", ""] * 10,
        }
    )


@pytest.fixture(params=WRITERS)
def file(request: pytest.FixtureRequest, frame: pd.DataFrame, tmp_path: Path) -> Path:
    path = tmp_path / "some log.data"  # the content says what it is, not the ending
    WRITERS[request.param](frame, path)
    return path


def test_columns_keep_their_names(file: Path, frame: pd.DataFrame) -> None:
    assert open_source(file).names == list(frame.columns)


def test_rows_come_in_the_order_of_the_file_and_as_they_are(file: Path, frame: pd.DataFrame) -> None:
    source = open_source(file)
    with duckdb.connect() as engine, reading(source):
        prepare(engine)
        engine.execute(f"CREATE TABLE t AS SELECT * FROM {source.scan}")
        rows = engine.execute("SELECT * FROM t ORDER BY rowid").fetchall()
    expected = [tuple(None if pd.isna(value) or value == "" else value for value in row) for row in frame.itertuples(index=False)]
    assert [tuple(value or None for value in row) for row in rows] == expected


def test_the_whole_file_is_taken_in(file: Path, tmp_path: Path) -> None:
    result = ingest(IngestRequest(str(file)), tmp_path / "datasets")
    assert (result.rows_read, result.users, result.items) == (40, 5, 9)


def test_a_cut_file_is_refused_or_read_to_its_end(file: Path, tmp_path: Path) -> None:
    content = file.read_bytes()
    for length in range(0, len(content), max(1, len(content) // 25)):
        file.write_bytes(content[:length])
        with contextlib.suppress(InputError):  # and nothing but an InputError
            assert ingest(IngestRequest(str(file)), tmp_path / "datasets").rows_read <= 40


def test_the_row_numbers_that_pandas_adds_are_no_column(frame: pd.DataFrame, tmp_path: Path) -> None:
    frame.sample(frac=1, random_state=1).to_parquet(tmp_path / "shuffled.parquet")
    frame.set_index("Item").to_parquet(tmp_path / "named.parquet")
    frame.rename(columns={"note": "__index_level_0__"}).to_parquet(tmp_path / "own.parquet", index=False)
    assert open_source(tmp_path / "shuffled.parquet").names == list(frame.columns)
    assert set(open_source(tmp_path / "named.parquet").names) == set(frame.columns)
    assert open_source(tmp_path / "own.parquet").names[2] == "__index_level_0__"


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("a,b,a", ["a", "b", "a (2)"]),
        ("a,,b", ["a", "column 2", "b"]),
        ('"a,b",c', ["a,b", "c"]),
        ('"a\nb",c', ["a\nb", "c"]),
        (" a , b", ["a", "b"]),
        ("\r\n\n a,b", ["a", "b"]),
        ("a;b,c;d", ["a", "b,c", "d"]),
        ("only", ["only"]),
    ],
)
def test_odd_headers_give_names_that_differ(tmp_path: Path, header: str, names: list[str]) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"{header}\n")
    assert open_source(path, tmp_path).names == names
