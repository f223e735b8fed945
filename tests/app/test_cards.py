"""Cards and chips: what is told of a product, why it is at its place, and which pictures are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pages.ui import lists
from pages.ui.cache import Catalogue
from pages.ui.studio import words_shelf as words
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.planning import prepare
from recsys_core.ranking.scenario import Cap, Reserve, Rule, Scenario
from tests.unit.ranking.grounds import ground

CATEGORY_CARDS = Condition((Clause("category", "is", "Cards"),))


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


def dataset(images: list[str | None] | None = None) -> SimpleNamespace:
    return SimpleNamespace(items=pd.DataFrame({"item_id": list("abcd")} | ({"image": images} if images else {})), currency="£")


def test_a_card_says_what_the_catalogue_knows():
    made = lists.cards([1, 2, 3, -1, 1], dataset(), catalogue(), np.array([3, 1, -1]))
    assert list(made) == ["b", "c", "d"]
    assert (made["b"].price, made["c"].price) == ("£2.00", "")
    assert (made["b"].group, made["d"].group) == ("Mugs", "")
    assert (made["b"].glyph, made["d"].glyph) == ("M", "D")
    assert (made["b"].tint, made["d"].tint) == ("t0", "tn")
    assert (made["b"].was, made["c"].was, made["d"].was) == (2, None, 1)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("data:image/png;base64,AAAA", True),
        ("app/static/mug.png", True),
        ("https://elsewhere.example/mug.png", False),
        ("javascript:alert(1)", False),
        ("data:image/png;base64," + "A" * 100_000, False),
        (None, False),
        (float("nan"), False),
    ],
)
def test_only_pictures_that_need_no_other_host_are_shown(address, shown):
    assert bool(lists.picture(address)) is shown
    made = lists.cards([0], dataset([address, None, None, None]), catalogue())
    assert bool(made["a"].picture) is shown


def test_a_product_of_a_group_that_the_shopper_never_had_is_a_new_kind():
    found = lists.new_kind([0, 2, 3], catalogue(), {0})
    assert [chip.text if chip else None for chip in found] == [None, words.NEW_GROUP[0], None]


def shown_to(scenario: Scenario, user: int = 5, **changes):
    """(texts of the chips, kinds) of a shopper's list."""
    shop = ground(**changes)
    ready = prepare(scenario, shop, {}, date(2026, 11, 22), np.array([user]))
    listing = ready.rank()
    known = Catalogue(
        ids=np.array(shop.table["item_id"]),
        titles=list(shop.table["title"]),
        prices=shop.price,
        buyers=shop.buyers,
        groups=shop.group,
        labels=list(shop.groups),
        group_source="category",
    )
    chips = lists.chips(listing.items[0].tolist(), listing.flags[0].tolist(), ready, known, {0, 1, 2, 3})
    return [chip.text if chip else "" for chip in chips], [chip.kind if chip else "" for chip in chips]


def test_a_plain_list_has_no_badges():
    assert shown_to(Scenario(k=6))[0] == [""] * 6


def test_pins_and_reserved_places_have_their_badge():
    low = ground().candidates[5, 20]
    pin = Rule("pin", Condition((Clause("item_id", "is", f"i{low:02}"),)), place=2)
    texts, kinds = shown_to(Scenario(k=6, rules=(pin,)))
    assert texts == ["", "pinned", "", "", "", ""]
    assert kinds[1] == "badge"
    shop = ground()
    indifferent = int((shop.group[shop.candidates[:, :6]] == 3).sum(axis=1).argmin())
    texts, kinds = shown_to(Scenario(k=6, reserved=(Reserve(CATEGORY_CARDS, 4),)), indifferent)
    assert "reserved: Exploration" in texts
    assert set(kinds) <= {"", "badge"}


def test_a_rule_that_gave_way_and_a_best_seller_have_their_badge():
    texts, kinds = shown_to(Scenario(k=10, caps=(Cap("category", 2),)))
    assert texts.count("cap gave way") == 2
    assert kinds.count("badge") == 2
    texts, _ = shown_to(Scenario(k=6), fallback=np.ones(40, bool))
    assert texts == ["best seller"] * 6


def test_several_badges_stand_together():
    texts, _ = shown_to(Scenario(k=10, caps=(Cap("category", 2),)), fallback=np.ones(40, bool))
    assert texts.count("cap gave way · best seller") == 2


def test_boosts_and_what_was_pushed_down_are_told_by_their_rule():
    boost = Rule("boost", CATEGORY_CARDS, name="Cards up", amount=0.5)
    assert "boosted" in shown_to(Scenario(k=6, rules=(boost,)))[0]
    down = replace(boost, kind="bury", amount=0.01)
    assert "pushed down" in shown_to(Scenario(k=30, rules=(down,)))[0]
