"""Conditions on attributes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from recsys_core.data.several_values import item_values
from recsys_core.errors import InputError
from recsys_core.ranking.conditions import Clause, Condition, kind_of, matches

pytestmark = pytest.mark.unit


@dataclass(frozen=True)
class Products:
    table: pd.DataFrame

    def values(self, name):
        return item_values(self.table[name], several=name == "tags")


PRODUCTS = Products(
    pd.DataFrame(
        {
            "category": ["Candles", "candles ", "Mugs", None],
            "title": ["Red candle", "Blue candle", "A mug (red)", ""],
            "tags": ["gift|red", "gift", None, "red"],
            "price": [2.0, 5.0, np.nan, 10.0],
            "launch_date": pd.to_datetime(["2026-01-01", "2026-05-01", None, "2026-11-30"]),
        }
    )
)


@pytest.mark.parametrize(
    ("clause", "rows"),
    [
        (("category", "is", "CANDLES"), [0, 1]),
        (("category", "is not", "Candles"), [2, 3]),
        (("category", "is", ["Candles", "Mugs"]), [0, 1, 2]),
        (("tags", "is", "red"), [0, 3]),
        (("tags", "is not", "red"), [1, 2]),
        (("title", "contains", "(RED"), [2]),
        (("title", "is known"), [0, 1, 2]),
        (("category", "is unknown"), [3]),
        (("price", "at least", 5), [1, 3]),
        (("price", "at most", "5"), [0, 1]),
        (("price", "is", [2, 10]), [0, 3]),
        (("price", "is unknown"), [2]),
        (("launch_date", "before", "2026-05-01"), [0]),
        (("launch_date", "after", "2026-05-01"), [1, 3]),
        (("launch_date", "is unknown"), [2]),
    ],
)
def test_each_comparison(clause, rows):
    assert np.flatnonzero(matches(Condition((Clause(*clause),)), PRODUCTS)).tolist() == rows


def test_all_or_any():
    clauses = (Clause("category", "is", "Candles"), Clause("price", "at least", 5))
    assert matches(Condition(clauses), PRODUCTS).tolist() == [False, True, False, False]
    assert matches(Condition(clauses, any=True), PRODUCTS).tolist() == [True, True, False, True]
    assert matches(Condition(), PRODUCTS).all()


def test_json_and_back():
    condition = Condition((Clause("category", "is", ["a", "b"]), Clause("price", "is known")), any=True)
    assert Condition.from_json(condition.to_json()) == condition
    assert condition.attributes == ("category", "price")


@pytest.mark.parametrize(
    "clause",
    [
        ("colour", "is", "red"),
        ("category", "at least", 3),
        ("price", "contains", "3"),
        ("price", "at least", "cheap"),
        ("price", "at least", float("nan")),
        ("launch_date", "before", "soon"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(clause):
    with pytest.raises(InputError):
        matches(Condition((Clause(*clause),)), PRODUCTS)


@pytest.mark.parametrize("clause", [("category", "resembles", "x"), ("", "is", "x"), ("category", "is"), ("category", "contains", ["a"])])
def test_a_clause_is_checked_at_once(clause):
    with pytest.raises(InputError):
        Clause(*clause)


@pytest.mark.parametrize(
    "told", [[], {"test": []}, {"tests": [{}]}, {"tests": [{"attribute": "a", "operator": "is", "x": 1}]}, {"tests": 3}]
)
def test_json_that_is_no_condition(told):
    with pytest.raises(InputError):
        Condition.from_json(told)


def test_kinds():
    assert [kind_of(PRODUCTS.table, name) for name in ("category", "price", "launch_date")] == ["text", "number", "date"]


def test_values_that_differ_in_case_and_spaces_are_one_value():
    products = Products(pd.DataFrame({"colour": ["Red", "red ", None, "blue"]}))
    assert matches(Condition((Clause("colour", "is", "RED"),)), products).tolist() == [True, True, False, False]
    assert matches(Condition((Clause("colour", "is not", " red"),)), products).tolist() == [False, False, True, True]
    assert matches(Condition((Clause("colour", "contains", "E"),)), products).tolist() == [True, True, False, True]
