"""One form for text, numbers and times, whatever the file made of them."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from recsys_core.data import canonical
from recsys_core.data.engine import prepare
from recsys_core.data.sources import Column

MOMENT = datetime(2010, 12, 1, 8, 26)
EPOCH = 1291191960


def read(value: object, type: str, role: str | None) -> tuple[object, ...]:
    """(the canonical value, unreadable as a time, unreadable as a number) of one cell."""
    with duckdb.connect() as engine:
        prepare(engine)
        engine.execute(f"CREATE TABLE t (x {type})")
        engine.execute("INSERT INTO t VALUES (?)", [value])
        reading = canonical.Reading("v", Column("x", type, "x"), role)
        found: tuple[object, ...] = engine.execute(canonical.canonical_query("t", [reading])).fetchall()[0]
        if role is None:  # the one-expression form agrees
            assert engine.execute(f"SELECT {canonical.text(reading.column)} FROM t").fetchall()[0][0] == found[0]
        return found


def text(value: object, type: str = "VARCHAR") -> object:
    return read(value, type, None)[0]


def number(value: object, type: str = "VARCHAR") -> object:
    return read(value, type, "price")[0]


def time(value: object, type: str = "VARCHAR") -> object:
    return read(value, type, "timestamp")[0]


@pytest.mark.parametrize(
    ("value", "type", "expected"),
    [
        (" 17850 ", "VARCHAR", "17850"),
        ("17850.0", "VARCHAR", "17850"),
        (17850.0, "DOUBLE", "17850"),
        (17850, "INTEGER", "17850"),
        (2.5, "DOUBLE", "2.5"),
        (1234567890123456.0, "DOUBLE", "1234567890123456"),
        ("1234567890123456.0", "VARCHAR", "1234567890123456"),
        (1e16, "DOUBLE", "1e+16"),
        ("85123A", "VARCHAR", "85123A"),
        ("1.0.0", "VARCHAR", "1.0.0"),
        ("007", "VARCHAR", "007"),
        ("\u00a0\tx\r\n", "VARCHAR", "x"),
        ("a  b", "VARCHAR", "a  b"),
        (True, "BOOLEAN", "true"),
    ],
)
def test_text_is_trimmed_and_whole_numbers_have_no_point(value: object, type: str, expected: str) -> None:
    assert text(value, type) == expected


@pytest.mark.parametrize("value", ["", "  ", "nan", "NaN", "NULL", "None", "<NA>", "#N/A", "\\N", None])
def test_the_usual_words_for_missing_are_missing(value: str | None) -> None:
    assert text(value) is None
    assert number(value) is None
    assert time(value) is None


def test_not_a_number_is_missing_in_a_column_of_doubles() -> None:
    assert text(float("nan"), "DOUBLE") is None
    assert number(float("nan"), "DOUBLE") is None
    assert number(float("inf"), "DOUBLE") is None


@pytest.mark.parametrize(
    ("value", "type", "expected"),
    [
        ("2.55", "VARCHAR", 2.55),
        (2.55, "FLOAT", 2.55),
        (2.55, "DOUBLE", 2.55),
        (" -3 ", "VARCHAR", -3.0),
        ("1e3", "VARCHAR", 1000.0),
        (7, "BIGINT", 7.0),
    ],
)
def test_a_number_is_the_same_in_text_and_typed(value: object, type: str, expected: float) -> None:
    assert number(value, type) == expected


def test_there_is_one_zero() -> None:
    assert str(number("-0.0")) == "0.0"


@pytest.mark.parametrize(
    "value",
    [
        "2010-12-01 08:26:00",
        "2010-12-01 08:26",
        "2010-12-01T08:26:00",
        "2010-12-01T08:26:00Z",
        "2010-12-01T08:26:00.000000Z",
        "2010-12-01 10:26:00+02:00",
        "2010-12-01T03:26:00-0500",
        " 2010-12-01 08:26:00+00 ",
        "2010/12/01 08:26:00",
        str(EPOCH),
        f"{EPOCH}.0",
        f"{EPOCH}000",
        f"{EPOCH}000000",
        f"{EPOCH}000000000",
    ],
)
def test_iso_text_and_epochs_are_one_moment(value: str) -> None:
    assert time(value) == MOMENT


@pytest.mark.parametrize(
    ("value", "type"),
    [
        (EPOCH, "BIGINT"),
        (float(EPOCH), "DOUBLE"),
        (EPOCH * 1000, "BIGINT"),
        (MOMENT, "TIMESTAMP"),
        (MOMENT, "TIMESTAMP_NS"),
        (MOMENT, "TIMESTAMP_S"),
    ],
)
def test_typed_times_are_that_moment_too(value: object, type: str) -> None:
    assert time(value, type) == MOMENT


def test_days_are_midnights() -> None:
    assert time("20101201") == time("2010-12-01") == time("2010-12-01", "DATE") == datetime(2010, 12, 1)


@pytest.mark.parametrize("value", ["12/1/2010 8:26", "yesterday", "17", "711", "-5"])
def test_what_is_no_time_for_sure_is_none(value: str) -> None:
    assert time(value) is None


@pytest.mark.parametrize(
    ("value", "type", "role", "unreadable"),
    [
        ("soon", "VARCHAR", "timestamp", (True, False)),
        ("711", "VARCHAR", "timestamp", (True, False)),
        (711, "BIGINT", "timestamp", (True, False)),
        ("", "VARCHAR", "timestamp", (False, False)),
        ("many", "VARCHAR", "quantity", (False, True)),
        ("inf", "VARCHAR", "quantity", (False, True)),
        (float("inf"), "DOUBLE", "quantity", (False, True)),
        (float("-inf"), "FLOAT", "quantity", (False, True)),
        (float("inf"), "DOUBLE", "timestamp", (True, False)),
        (float("nan"), "DOUBLE", "timestamp", (False, False)),
        ("infinity", "VARCHAR", "timestamp", (True, False)),
        ("290000-01-01", "VARCHAR", "timestamp", (True, False)),
        ("infinity", "TIMESTAMP", "timestamp", (True, False)),
        ("290000-01-01", "TIMESTAMP", "timestamp", (True, False)),
        ("2000000-01-01", "DATE", "timestamp", (True, False)),
        ("infinity", "TIMESTAMP WITH TIME ZONE", "timestamp", (True, False)),
        ("0001-01-01", "VARCHAR", "timestamp", (True, False)),
        ("9999-12-31 23:59:59", "TIMESTAMP", "timestamp", (True, False)),
        ("1899-12-31", "VARCHAR", "timestamp", (True, False)),
        ("1900-01-01", "VARCHAR", "timestamp", (False, False)),
        ("2200-12-31 23:59", "VARCHAR", "timestamp", (False, False)),
        (None, "TIMESTAMP", "timestamp", (False, False)),
        (True, "BOOLEAN", "quantity", (False, True)),
        (MOMENT, "TIMESTAMP", "quantity", (False, True)),
        ("nan", "VARCHAR", "quantity", (False, False)),
        (float("nan"), "DOUBLE", "quantity", (False, False)),
        ("anything", "VARCHAR", "event", (False, False)),
        ("anything", "VARCHAR", None, (False, False)),
    ],
)
def test_a_cell_is_unreadable_if_it_holds_something_of_another_kind(
    value: object, type: str, role: str | None, unreadable: tuple[bool, bool]
) -> None:
    assert read(value, type, role)[1:] == unreadable


def test_a_dirty_cell_does_not_break_the_reading_of_a_csv(tmp_path: Path) -> None:
    """DuckDB 2.0 pushes the cast of a TRY_CAST into its CSV reader (issue 23818) unless it is told not to."""
    path = tmp_path / "dirty.csv"
    path.write_text("a,b\n" + "1,2\n" * 5000 + "x,y\n")
    with duckdb.connect() as engine:
        prepare(engine)
        scan = f"read_csv('{path}', auto_detect = false, header = true, columns = {{'a': 'VARCHAR', 'b': 'VARCHAR'}})"
        found = engine.execute(f"SELECT count(*), count(TRY_CAST(a AS BIGINT)) FROM {scan}").fetchall()[0]
    assert found == (5001, 5000)


@pytest.mark.parametrize(("value", "type"), [("True", "VARCHAR"), ("TRUE", "VARCHAR"), ("true", "VARCHAR"), (True, "BOOLEAN")])
def test_truth_is_written_one_way(value: object, type: str) -> None:
    with duckdb.connect() as engine:
        prepare(engine)
        engine.execute(f"CREATE TABLE t (x {type})")
        engine.execute("INSERT INTO t VALUES (?)", [value])
        query = canonical.canonical_query("t", [canonical.Reading("v", Column("x", type, "x"))])
        assert engine.execute(query).fetchall()[0][0] == "true"
        titled = canonical.canonical_query("t", [canonical.Reading("v", Column("x", type, "x"), "title")])
        assert engine.execute(titled).fetchall()[0][0] == (value if type == "VARCHAR" else "true")
