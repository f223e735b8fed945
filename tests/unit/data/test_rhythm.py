"""When a shop is busy and how far its shoppers go, counted by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys_core.data.rhythm import funnel, rhythm


@pytest.fixture
def engine():
    with duckdb.connect() as connection:
        yield connection


def events(path: Path, rows: list[tuple[int, str | None, str | None]]) -> Path:
    user, event, timestamp = zip(*rows, strict=True)
    times = pa.array(timestamp, pa.string()).cast(pa.timestamp("us"))
    pq.write_table(pa.table({"user": pa.array(user, pa.int32()), "event": pa.array(event, pa.string()), "timestamp": times}), path)
    return path


def test_events_are_counted_by_weekday_and_hour(engine, tmp_path):
    rows = [(0, None, "2026-11-16 09:10:00"), (1, None, "2026-11-23 09:59:59"), (1, None, "2026-11-22 23:00:00"), (2, None, None)]
    table = rhythm(engine, events(tmp_path / "e.parquet", rows))
    assert table[0][9] == 2  # two Mondays
    assert table[6][23] == 1
    assert sum(map(sum, table)) == 3


def test_dates_without_a_clock_have_no_rhythm(engine, tmp_path):
    assert rhythm(engine, events(tmp_path / "e.parquet", [(0, None, "2026-11-16"), (1, None, "2026-11-17")])) is None


def test_a_funnel_goes_from_the_look_to_the_purchase(engine, tmp_path):
    rows = [(0, "purchase", None), (0, "view", None), (0, "view", None), (1, "view", None), (1, "play", None)]
    found = funnel(engine, events(tmp_path / "e.parquet", rows), ["play", "purchase", "view"])
    assert found == [
        {"kind": "view", "events": 3, "shoppers": 2},
        {"kind": "purchase", "events": 1, "shoppers": 1},
        {"kind": "play", "events": 1, "shoppers": 1},
    ]


def test_one_kind_is_no_funnel(engine, tmp_path):
    assert funnel(engine, events(tmp_path / "e.parquet", [(0, "view", None)]), ["view"]) is None
