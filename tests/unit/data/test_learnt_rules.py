"""Rules that learn from the log: the shape of product codes, times out of all reason, robots."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from recsys_core.data.engine import open_engine
from recsys_core.data.learnt_rules import in_words, judgements, learn_code_shape
from recsys_core.data.rules_file import choose_rules

CODES = [str(10_000 + n) + ("A" if n % 3 else "") for n in range(120)]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path) as connection:
        yield connection


def fill(engine: duckdb.DuckDBPyConnection, column: str, type: str, values: list[str | None]) -> None:
    engine.execute(f"CREATE OR REPLACE TABLE log ({column} {type})")
    engine.executemany("INSERT INTO log VALUES (?)", [[value] for value in values])


@pytest.mark.parametrize(
    ("codes", "pattern"),
    [
        ([*CODES, "POST"], "[0-9]{5}[A-Z]*"),
        ([*CODES, "post", "10002a"], "[0-9]{5}[A-Z]*"),
        ([*CODES, "M", "123456"], "[0-9]{5}[A-Z]*|[0-9]+"),  # digits alone are never a fee
        (CODES, None),  # nothing to tell apart
        ([*CODES, "POST", "DOT", "M"], None),  # too many others
        ([*CODES, *["POST"] * 5], None),  # too many rows of others
        ([str(n) for n in range(1, 2000)], None),  # plain numbers
        ([f"B00{n:05d}" for n in range(120)] + ["POST"], None),
        ([None], None),
    ],
)
def test_a_shape_is_learnt_where_nearly_all_codes_have_it(
    engine: duckdb.DuckDBPyConnection, codes: list[str | None], pattern: str | None
) -> None:
    fill(engine, "item_id", "VARCHAR", codes)
    assert learn_code_shape(engine) == pattern


def test_a_learnt_shape_is_said_in_words() -> None:
    assert in_words("[0-9]{5}[A-Z]*|[0-9]+") == "5 digits, then letters or none"
    assert in_words("^x$") is None


@pytest.mark.parametrize(
    ("odd", "rule", "where"),
    [
        ("1970-01-01", "placeholder time", "timestamp < TIMESTAMP '1970-01-02 00:00:00'"),
        ("1900-01-01", "placeholder time", "timestamp < TIMESTAMP '1970-01-02 00:00:00'"),
        ("2030-01-01", "future time", "timestamp >= TIMESTAMP '2026-12-11 00:00:00'"),
        ("2026-01-01", "future time", "false"),
    ],
)
def test_times_out_of_all_reason_are_measured_by_the_log_itself(engine: duckdb.DuckDBPyConnection, odd: str, rule: str, where: str) -> None:
    engine.execute("CREATE TABLE log AS SELECT TIMESTAMP '2025-12-01' + INTERVAL (n % 10) DAY AS timestamp FROM range(2000) AS r(n)")
    engine.execute("INSERT INTO log VALUES (?::TIMESTAMP)", [odd])
    rules = choose_rules([rule], ["timestamp"])
    assert [one.where for one in judgements(engine, rules) if one.rule.name == rule] == [where]


def test_old_times_are_no_placeholders_in_a_log_of_old_times(engine: duckdb.DuckDBPyConnection) -> None:
    engine.execute("CREATE TABLE log AS SELECT TIMESTAMP '1960-01-01' + INTERVAL (n) DAY AS timestamp FROM range(9000) AS r(n)")
    assert all(one.where == "false" for one in judgements(engine, choose_rules(["placeholder time", "future time"], ["timestamp"]))[2:])


def test_a_robot_is_far_busier_than_anybody_day_after_day(engine: duckdb.DuckDBPyConnection) -> None:
    engine.execute(
        "CREATE TABLE log AS SELECT 'p' || (n % 300) AS user_id, TIMESTAMP '2026-01-01' + INTERVAL (n % 7) DAY AS timestamp "
        "FROM range(3000) AS r(n) UNION ALL SELECT 'bot', TIMESTAMP '2026-01-01' + INTERVAL (n % 4) DAY FROM range(4000) AS r(n) "
        "UNION ALL SELECT 'sale', TIMESTAMP '2026-01-01' FROM range(4000)"
    )
    judgements(engine, choose_rules(["robot"], ["timestamp"]))
    assert engine.execute("SELECT user_id FROM robots").fetchall() == [("bot",)]
