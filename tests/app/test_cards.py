"""Product cards: rank, change, reason, and nothing from a file that could act as markup."""

from __future__ import annotations

import numpy as np

from pages.ui import words
from pages.ui.cache import Catalogue
from pages.ui.cards import Card, card_html, list_html
from pages.ui.lists import cards
from pages.ui.show import hook_html

NASTY = '<img src=x onerror="alert(1)">'


def card(**changes) -> Card:
    return Card(**{"item_id": "i1", "rank": 1, "title": "Mug", "price": "£2.00", "group": "Mugs", "group_code": 0, **changes})


def test_everything_from_a_file_is_escaped():
    html = card_html(card(item_id=NASTY, title=NASTY, price=NASTY, group=NASTY, reason=NASTY))
    assert "<img" not in html
    assert 'onerror="' not in html
    assert "<img" not in hook_html("x", value=NASTY)


def test_rank_and_its_change_are_told():
    assert "▲2" in card_html(card(change=2))
    assert "▼3" in card_html(card(change=-3))
    assert ">new<" in card_html(card(change=None, moved_from=34))
    assert "from 34" in card_html(card(change=None, moved_from=34))
    assert ">out<" in card_html(card(leaving=True))
    assert "<small" not in card_html(card(change=0))


def test_a_card_without_price_or_group_has_no_empty_chip():
    html = card_html(card(price="", group="", group_code=-1))
    assert "aisle-price" not in html
    assert "aisle-chip" not in html
    assert "tn" in html


def test_a_list_carries_its_items_in_order():
    html = list_html([card(item_id="b"), card(item_id="a", rank=2)], "after", "After", "")
    assert 'data-items="b,a"' in html


def test_an_empty_list_says_so():
    assert words.EMPTY_LIST in list_html([], "before", "Before", "")


def catalogue() -> Catalogue:
    return Catalogue(
        ids=np.array(["a", "b", "c", "d"]),
        titles=["A", "B", "C", "D"],
        prices=np.array([1.0, 2.0, np.nan, 4.0]),
        buyers=np.array([4, 3, 2, 1]),
        groups=np.array([0, 0, 1, -1], dtype=np.int32),
        labels=["Mugs", "Bags"],
        group_source="category",
    )


def test_the_list_after_tells_what_moved_entered_and_why():
    made = cards([1, 2, 0], [0, 1, 3], {0: 1, 1: 2, 3: 3, 2: 9}, catalogue(), "£", {0}, after=True)
    assert [c.change for c in made] == [1, None, -2]
    assert made[1].moved_from == 9
    assert [c.reason for c in made] == ["", words.NEW_GROUP, ""]
    assert made[1].price == ""


def test_the_list_before_tells_what_leaves():
    made = cards([0, 1, 3], [1, 2, 0], {}, catalogue(), "£", {0}, after=False)
    assert [c.leaving for c in made] == [False, False, True]
    assert [c.reason for c in made] == ["", "", ""]
