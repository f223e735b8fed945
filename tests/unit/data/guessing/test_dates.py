"""However a shop writes its dates, they are read; which number is the day is decided over all of them, and said where nothing tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from recsys_core.data.canonical import canonical_query
from recsys_core.data.guessing.dates import day_or_month, looks_like_time
from recsys_core.data.guessing.decide import decide
from recsys_core.data.guessing.decided import Decided
from recsys_core.data.layout import lay_out
from recsys_core.data.request import IngestRequest
from recsys_core.data.sources import open_source


def read(folder: Path, cells: list[str], **choices: object) -> tuple[Decided, list[str | None]]:
    """What is decided on a log with these dates, and each of them as ISO text (None where it cannot be read)."""
    path = folder / "log.csv"
    rows = [f'u{place % 7},i{place % 5},"{text}"\n' for place, text in enumerate(cells)]
    path.write_text("user_id,item_id,date\n" + "".join(rows), encoding="utf-8")
    source = open_source(path, folder)
    decided = decide(source, IngestRequest(str(path), **choices))  # type: ignore[arg-type]
    layout = lay_out(source, decided)
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        found = engine.execute(f"SELECT CAST(timestamp AS VARCHAR) FROM ({canonical_query(source.scan, layout.readings)})").fetchall()
    return decided, [row[0] for row in found]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2011-03-14T08:26:05Z", "2011-03-14 08:26:05"),
        ("2011-03-14 08:26", "2011-03-14 08:26:00"),
        ("2011-03-14 10:26:05 +0200", "2011-03-14 08:26:05"),
        ("20110314", "2011-03-14 00:00:00"),
        ("1300091165", "2011-03-14 08:26:05"),
        ("1300091165000", "2011-03-14 08:26:05"),
        ("1300091165000000", "2011-03-14 08:26:05"),
        ("1300091165000000000", "2011-03-14 08:26:05"),
        ("14/03/2011 8:26", "2011-03-14 08:26:00"),
        ("3/14/2011 8:26", "2011-03-14 08:26:00"),
        ("3/14/2011 8:26:05 PM", "2011-03-14 20:26:05"),
        ("3/14/11 8:26pm", "2011-03-14 20:26:00"),
        ("14.03.2011", "2011-03-14 00:00:00"),
        ("14.3.11 08:26:05", "2011-03-14 08:26:05"),
        ("14-03-2011", "2011-03-14 00:00:00"),
        ("2011/03/14 08:26", "2011-03-14 08:26:00"),
        ("2011.03.14", "2011-03-14 00:00:00"),
        ("2011-03-14 8:26:05 PM", "2011-03-14 20:26:05"),
        ("14-Mar-2011", "2011-03-14 00:00:00"),
        ("14 March 2011 08:26", "2011-03-14 08:26:00"),
        ("Mar 14, 2011", "2011-03-14 00:00:00"),
        ("March 14th, 2011", "2011-03-14 00:00:00"),
        ("Monday, March 14, 2011", "2011-03-14 00:00:00"),
        ("Mon Mar 14 08:26:05 +0000 2011", "2011-03-14 08:26:05"),
        ("03 14, 2011", "2011-03-14 00:00:00"),
        ("2011年3月14日", "2011-03-14 00:00:00"),
        ("2011年03月14日 08:26:05", "2011-03-14 08:26:05"),
        ("40616.3514", "2011-03-14 08:26:01"),
    ],
)
def test_a_time_is_read_in_any_usual_form(tmp_path: Path, text: str, iso: str) -> None:
    decided, found = read(tmp_path, [text] * 8)
    assert decided.roles["timestamp"] == "date"
    assert found == [iso] * 8


@pytest.mark.parametrize("text", ["12345", "5", "85123A", "31/31/2011", "2011", "1.5", "12:30", "soon", "1/2", "99/99/9999", ""])
def test_what_is_no_time_is_none(text: str) -> None:
    assert not looks_like_time(text)


def days(first: date, count: int, form: str) -> list[str]:
    return [(first + timedelta(days=place)).strftime(form) for place in range(count)]


@pytest.mark.parametrize(("form", "order"), [("%d/%m/%Y", "day-first"), ("%m/%d/%Y", "month-first")])
def test_one_day_above_twelve_decides_for_the_whole_column(tmp_path: Path, form: str, order: str) -> None:
    listed = days(date(2011, 3, 1), 12, form) * 2000 + days(date(2011, 3, 13), 1, form)  # beyond the first rows of the sample
    decided, found = read(tmp_path, listed)
    assert (decided.dates, decided.questions) == (order, ())
    assert found[-1] == "2011-03-13 00:00:00"
    assert found[:2] == ["2011-03-01 00:00:00", "2011-03-02 00:00:00"]


def test_dates_that_lie_together_only_one_way_are_read_that_way(tmp_path: Path) -> None:
    decided, found = read(tmp_path, days(date(2011, 5, 1), 12, "%m/%d/%Y"))
    assert (decided.dates, found[-1]) == ("month-first", "2011-05-12 00:00:00")


def test_rows_in_order_of_time_decide_where_nothing_else_does() -> None:
    listed = [(1, 2, 2011), (9, 3, 2011), (2, 5, 2011), (1, 7, 2011), (5, 8, 2011)]
    assert day_or_month(dict.fromkeys(listed, 1), listed).order == "day-first"
    flipped = [(b, a, y) for a, b, y in listed]
    assert day_or_month(dict.fromkeys(flipped, 1), flipped).order == "month-first"


def test_what_cannot_be_decided_is_asked_and_can_be_said(tmp_path: Path) -> None:
    listed = ["05/06/2011", "06/05/2011"]
    decided, found = read(tmp_path, listed)
    assert decided.dates == "ambiguous"
    assert decided.questions == ("In 'date', is the first number the day or the month? No date says which; the day is taken.",)
    assert found == ["2011-06-05 00:00:00", "2011-05-06 00:00:00"]
    decided, found = read(tmp_path, listed, dates="month-first")
    assert (decided.dates, decided.questions, found[0]) == ("month-first", (), "2011-05-06 00:00:00")
    assert read(tmp_path, listed, currency="$")[0].dates == "month-first"


def test_dates_that_fit_neither_way_are_told(tmp_path: Path) -> None:
    decided, found = read(tmp_path, [*days(date(2011, 3, 1), 28, "%d/%m/%Y"), "03/28/2011"])
    assert decided.dates == "day-first"
    assert decided.questions == ("In 'date', 1 date can only be read the other way round, and will count as unreadable.",)
    assert found[-1] is None


def test_the_majority_of_impossible_dates_wins() -> None:
    dates: Mapping[tuple[int, int, int], int] = {(13, 1, 2011): 5, (1, 13, 2011): 2}
    found = day_or_month(dates)
    assert (found.order, found.against) == ("day-first", 2)


def test_a_time_of_day_in_a_column_of_its_own_joins_its_date(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = "".join(f"k{i % 4};a{i % 3};{i % 28 + 1:02d}.03.2011;{i % 24}:05\n" for i in range(60))
    path.write_text("Kunde;Artikel;Datum;Uhrzeit\n" + rows + "k1;a1;01.04.2011;\n", encoding="utf-8")
    source = open_source(path, tmp_path)
    layout = lay_out(source, decide(source, IngestRequest(str(path))))
    assert not layout.extras
    with duckdb.connect() as engine:
        query = f"SELECT CAST(timestamp AS VARCHAR), unreadable_time FROM ({canonical_query(source.scan, layout.readings)})"
        found = engine.execute(query).fetchall()
    assert found[13] == ("2011-03-14 13:05:00", False)
    assert found[-1] == ("2011-04-01 00:00:00", False)
