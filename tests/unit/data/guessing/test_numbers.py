"""Numbers as people write them: one way of writing is decided for a column, and for the file."""

import math
from pathlib import Path

import duckdb
import pytest

from recsys_core.data.canonical import canonical_query
from recsys_core.data.guessing.decide import decide
from recsys_core.data.guessing.numbers import number_form, parse_number
from recsys_core.data.layout import lay_out
from recsys_core.data.request import IngestRequest
from recsys_core.data.sources import open_source


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2.55", 2.55),
        ("-3", -3),
        ("2,55", 2.55),
        ("£2.55", 2.55),
        ("1.234,56 €", 1234.56),
        ("$1,234.56", 1234.56),
        ("1,234", 1234),
        ("1 234,50", 1234.5),
        ("1'234.50", 1234.5),
        ("(12.50)", -12.5),
        ("12,50-", -12.5),
        ("EUR 7,90", 7.9),
        ("¥1,000", 1000),
        ("12元", 12),
        ("1.234.567", 1234567),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, number: float) -> None:
    assert parse_number(text) == pytest.approx(number)


@pytest.mark.parametrize("text", ["", "abc", "85123A", "1-2", "2011-03-01", "1.2.3,4,5", "a1", "12 cm"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert math.isnan(parse_number(text))


def test_plain_numbers_need_no_form() -> None:
    assert number_form(["1", "2.5", "-3e4", "words"]) is None
    assert number_form(["£1.50", "2.5"]) == number_form(["1,234.5"])


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["2,55", "1.234,50", "3", "1.234"], [2.55, 1234.5, 3, 1234]),
        (["£2.55", "£1,234.50", "3", "1,234"], [2.55, 1234.5, 3, 1234]),
        (["2,55 €", "0,10 €", "7 €", "x"], [2.55, 0.1, 7, None]),
        (["(2.50)", "2.50-", "-2.50", "1e3"], [-2.5, -2.5, -2.5, 1000]),
        (["2.555", "3.125", "1", "4"], [2.555, 3.125, 1, 4]),
    ],
)
def test_a_column_is_read_as_it_writes(tmp_path: Path, cells: list[str], numbers: list[float | None]) -> None:
    path = tmp_path / "log.csv"
    path.write_text("user_id;item_id;price;quantity\n" + "".join(f"u{i};i{i};{cell};1\n" for i, cell in enumerate(cells)))
    source = open_source(path, tmp_path)
    layout = lay_out(source, decide(source, IngestRequest(str(path))))
    found = duckdb.sql(f"SELECT price FROM ({canonical_query(source.scan, layout.readings)})").fetchall()
    assert [row[0] for row in found] == pytest.approx(numbers)


def test_a_decimal_comma_anywhere_makes_the_point_a_sign_for_thousands(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("Kunde;Artikel;Menge;Preis\n" + "".join(f"k{i};a{i};1.{i}00;2,5{i}\n" for i in range(9)), encoding="utf-8")
    decided = decide(open_source(path, tmp_path), IngestRequest(str(path)))
    assert {name: form.decimal for name, form in decided.numbers.items()} == {"Menge": ",", "Preis": ","}
