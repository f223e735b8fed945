"""Several values in one cell are told from plain text only where it is sure."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_core.data.several_values import BETWEEN, Separation, choose_level, find_separation, item_values


def once(*cells: str) -> dict[str, int]:
    return dict.fromkeys(cells, 1)


@pytest.mark.parametrize(
    ("cells", "mark", "path"),
    [
        (("Comedy|Drama", "Drama|War", "War"), "|", False),
        (("Toys; Games", "Games; Books", "Books"), ";", False),
        (('["Toys", "Games"]', '["Books"]'), "", False),
        (("['Toys', 'Games']", "['Books']"), "", False),
        (("Electronics > Phones", "Electronics > Cameras", "Toys > Dolls"), " > ", True),
        (("Food/Tea/Green", "Food/Tea/Black", "Food/Coffee", "Home/Cups", "Home/Pots"), "/", True),
        (("red, blue", "blue, green", "green, red", "red"), ",", False),
    ],
)
def test_cells_of_several_values_are_recognised(cells: tuple[str, ...], mark: str, path: bool) -> None:
    assert find_separation(once(*cells)) == Separation(mark, path)


@pytest.mark.parametrize(
    "cells",
    [
        ("Kitchen", "Garden"),
        ("Toys, Games & Puzzles", "Health/Beauty", "Kitchen"),  # one category each
        ("Carlo D'Este", "King, Stephen", "Adams, Douglas"),
        ("A long sentence, which says much. It goes on, and on, and says more", "Another one, unlike it"),
        ("[draft]", "[]x"),
        (),
    ],
)
def test_cells_of_one_value_are_left_alone(cells: tuple[str, ...]) -> None:
    assert find_separation(once(*cells)) is None


def test_tags_are_several_by_their_nature() -> None:
    assert find_separation(once("red, soft", "blue")) is None
    assert find_separation(once("red, soft", "blue"), several=True) == Separation(",")


def test_a_mark_in_few_cells_is_punctuation() -> None:
    assert find_separation({"Allen & Unwin": 99, "Norton; Allen & Unwin": 1}) is None


def test_values_are_trimmed_and_told_once() -> None:
    assert Separation("|").values(" A | B|A||") == ("A", "B")
    assert Separation("").values('["A|B", null, {"id": 1, "name": "C"}, ["D"], 5]') == ("A/B", "C", "D", "5")


@given(st.lists(st.text(alphabet="abc ,;>[]{}\"'", min_size=1).map(str.strip).filter(bool), min_size=1, max_size=5))
def test_a_json_list_gives_back_its_values(values: list[str]) -> None:
    plain = tuple(dict.fromkeys(" ".join(value.split()) for value in values))
    assert Separation("").values(json.dumps(values)) == plain


@given(st.text(alphabet="[]{}'\"\\,a1(", max_size=60))
def test_no_cell_breaks_it(cell: str) -> None:
    find_separation({cell: 1, "a": 1})
    assert all(BETWEEN not in value for value in Separation("").values(cell))


def test_a_path_is_cut_where_groups_would_be_too_small() -> None:
    wide = {("Food", "Tea"): 15, ("Food", "Coffee"): 15, ("Home", "Cups"): 15}
    assert choose_level(wide) == 2
    assert choose_level({**wide, ("Home", "Pots"): 1, ("Home", "Pans"): 1}) == 1
    assert choose_level({("Food",): 50, ("Home", "Cups"): 15}) == 1  # most know no second step
    assert choose_level({}) == 1


def test_items_and_their_values_make_a_matrix() -> None:
    found = item_values(pd.Series(["A|B", None, "B", "B|C"]), several=True)
    assert found.values == ["B", "A", "C"]  # the commonest first, then by name
    assert found.matrix.toarray().tolist() == [[1, 1, 0], [0, 0, 0], [1, 0, 0], [1, 0, 1]]
    assert item_values(pd.Series(["A|B", None]), several=False).values == ["A|B"]
    assert item_values(pd.Series([None, None]), several=True).matrix.shape == (2, 0)
