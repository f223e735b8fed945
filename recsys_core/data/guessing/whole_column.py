"""What a sample cannot settle is asked of the whole column: which number of a date is the day, what a point in a number means."""

from __future__ import annotations

import re
from collections import Counter

import duckdb

from recsys_core.data import canonical
from recsys_core.data.engine import prepare
from recsys_core.data.guessing.dates import (
    AMBIGUOUS,
    DAY_FIRST,
    MONTH_FIRST,
    DateOrder,
    Shapes,
    TimeForm,
    day_or_month,
    shapes_of,
    time_form,
)
from recsys_core.data.guessing.facts import Facts
from recsys_core.data.guessing.holds import is_excel_days
from recsys_core.data.guessing.numbers import NumberForm, number_form
from recsys_core.data.guessing.sample import FIRST_ROWS
from recsys_core.data.sources import Column, Source, reading

MOST_VALUES = 100_000
_PARTS = r"^(\d{1,2})[./ -](\d{1,2})(?:[./-]|, )(\d{4}|\d{2})(?:\D|$)"
_DATE_LETTERS = 12  # of a value that may belong to its date: few of them differ, so few are taken apart
_MONEY_MONTH_FIRST = ("$", "us$", "usd")


def decide_time(source: Source, facts: Facts, wanted: str | None, currency: str | None) -> tuple[TimeForm | None, DateOrder | None]:
    """How the column's times are read, and, where day and month could change places, which is which and why.

    wanted: "day-first" or "month-first" where the analyst has said so. currency: of the shop; dollars settle what nothing else does.
    """
    if facts.type.startswith(("TIMESTAMP", "DATE")):
        return None, None
    if facts.time < 0.5 and is_excel_days(facts):
        return TimeForm(excel=True), None
    shapes = shapes_of(zip(facts.values, facts.counts.tolist(), strict=True))
    if not shapes.found:
        return None, None
    if not shapes.numeric:
        return time_form(shapes, None), None
    order = DateOrder(wanted, "you said so") if wanted else _order(source, source.column(facts.name), facts)
    if order.order == AMBIGUOUS and (currency or "").strip().lower() in _MONEY_MONTH_FIRST:
        order = DateOrder(MONTH_FIRST, "the shop counts in dollars")
    if order.order == AMBIGUOUS and _dotted(shapes):
        order = DateOrder(DAY_FIRST, "dates with points begin with the day")
    return time_form(shapes, order.order), order


def _dotted(shapes: Shapes) -> bool:
    return all("." in shape.date for shape in shapes.found if shape.numeric)


def _order(source: Source, column: Column, facts: Facts) -> DateOrder:
    """Day and month by every date of the column, and by the order of its first rows."""
    value = canonical.text(column)
    starts = f"SELECT left({value}, {_DATE_LETTERS}) AS start, count(*) AS n FROM {source.scan} WHERE {value} IS NOT NULL GROUP BY 1"
    query = f"SELECT regexp_extract(start, '{_PARTS}', ['a', 'b', 'y']) AS parts, n FROM ({starts})"
    with duckdb.connect() as engine, reading(source):
        prepare(engine)
        found = engine.execute(
            f"SELECT parts.a, parts.b, parts.y, sum(n)::BIGINT FROM ({query}) GROUP BY ALL ORDER BY ALL LIMIT {MOST_VALUES}"
        ).fetchall()
    dates: Counter[tuple[int, int, int]] = Counter()
    for a, b, y, rows in found:
        if a and 1 <= int(a) <= 31 and 1 <= int(b) <= 31 and min(int(a), int(b)) <= 12:
            dates[int(a), int(b), int(y)] += rows
    return day_or_month(dates, _in_order(facts))


def _in_order(facts: Facts) -> list[tuple[int, int, int]]:
    """The dates of the file's first rows, as they come."""
    parts = [_parts(value) for value in facts.values]
    return [day for code in facts.codes[:FIRST_ROWS].tolist() if code >= 0 and (day := parts[code]) is not None]


def _parts(text: str) -> tuple[int, int, int] | None:
    """The three numbers that a date such as 03/04/2026 begins with."""
    match = re.match(_PARTS, text)
    if not match:
        return None
    a, b, y = (int(part) for part in match.groups())
    return (a, b, y) if 1 <= a <= 31 and 1 <= b <= 31 and min(a, b) <= 12 else None


def decide_numbers(source: Source, columns: dict[str, Facts]) -> dict[str, NumberForm]:
    """How columns of numbers are written, where that is not the plain way; every odd value of the whole file has its say."""
    texts = {name: facts for name, facts in columns.items() if facts.type == "VARCHAR" and number_form(facts.values) is not None}
    if not texts:
        return {}
    values = {name: _odd_values(source, source.column(name)) for name in texts}
    forms = {name: number_form([*texts[name].values, *values[name]]) for name in texts}
    comma = any(form is not None and form.decimal == "," for form in forms.values())
    if comma:  # then 1.234 is more than a thousand in its neighbours too
        everything = {name: facts for name, facts in columns.items() if facts.type == "VARCHAR"}
        forms = {name: number_form([*facts.values, *values.get(name, [])], comma_elsewhere=True) for name, facts in everything.items()}
    return {name: form for name, form in forms.items() if form is not None}


def _odd_values(source: Source, column: Column) -> list[str]:
    value = canonical.text(column)
    with duckdb.connect() as engine, reading(source):
        prepare(engine)
        odd = f"SELECT {value} AS v FROM {source.scan} WHERE TRY_CAST({value} AS DOUBLE) IS NULL"
        query = f"SELECT DISTINCT left(v, 60) FROM ({odd}) WHERE v IS NOT NULL ORDER BY ALL LIMIT {MOST_VALUES}"
        return [row[0] for row in engine.execute(query).fetchall()]
