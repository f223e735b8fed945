"""CSV for spreadsheets: no cell runs, numbers stay numbers, and what is read back is what was written."""

from __future__ import annotations

import csv
import io

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_core.storage.spreadsheet import csv_bytes, guard, unguard, unguard_sql, write_csv

FORMULAS = [
    "=1+1",
    '=cmd|" /C calc"!A0',
    "+SUM(A1)",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1+1",
    "＋A1",
    "－A1",
    "＠A1",
    "'=1",
    "-",
]
PLAIN = ["-3.5", "+44", "-1,234.50", "1e-5", "-10%", "85123A", "MUG", "'90s MUG", "", "a=b", "商品", "x\n=1"]
ODD_TEXT = st.text(alphabet=st.sampled_from("'=+-@\t\r\n ＝＋－＠-1.5eE%aé\u00a0\u3000\v"), max_size=6)


def rows(text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_run_becomes_text(text: str) -> None:
    assert guard(text) == "'" + text


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert guard(text) == text


@given(ODD_TEXT)
def test_every_text_comes_back_and_none_runs(text: str) -> None:
    safe = guard(text)
    assert unguard(safe) == text
    assert safe.lstrip()[:1] not in set("=+-@＝＋－＠") or safe == text  # only plain numbers may begin with a sign
    assert not safe.startswith(("\t", "\r", "\n"))


@settings(max_examples=40, deadline=None)
@given(st.lists(ODD_TEXT, min_size=1, max_size=8))
def test_a_column_is_guarded_as_its_cells_are_and_duckdb_undoes_it_alike(texts: list[str]) -> None:
    written = rows(csv_bytes(pa.table({"a": texts})))
    assert [row[0] if row else "" for row in written[1:]] == [guard(text) for text in texts]
    with duckdb.connect() as engine:
        undone = engine.execute(f"SELECT {unguard_sql('t')} FROM (SELECT unnest(?) AS t)", [[guard(text) for text in texts]]).fetchall()
    assert [row[0] for row in undone] == texts


def test_headings_are_guarded_numbers_gaps_and_lists_are_written_plainly() -> None:
    table = pa.table(
        {
            "=name": ["=1", None],
            "price": [-3.5, 2.0],
            "tags": pa.array([["=a"], None]),
            "kind": pa.array(["=k", "v"]).dictionary_encode(),
            "none": pa.nulls(2),
        }
    )
    heading, first, second = rows(csv_bytes(table))
    assert heading == ["'=name", "price", "tags", "kind", "none"]
    assert first == ["'=1", "-3.5", "['=a']", "'=k", ""]
    assert second[:2] == ["", "2"]


def test_frames_and_batches_are_written_alike_and_a_table_without_rows_keeps_its_heading() -> None:
    frame = pd.DataFrame({"id": ["=a", "b"], "n": [1, 2]})
    batches = pa.Table.from_pandas(frame).to_batches(max_chunksize=1)
    assert csv_bytes(frame) == csv_bytes(iter(batches))
    file = io.BytesIO()
    write_csv(pa.table({"id": pa.array([], pa.string())}), file)
    assert rows(file.getvalue()) == [["id"]]


def test_a_download_says_that_it_is_utf_8() -> None:
    assert csv_bytes(pa.table({"标题": ["杯子"]})).startswith(b"\xef\xbb\xbf")
