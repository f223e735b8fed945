"""A log's words for kinds of event are understood in English, Chinese and codes; the analyst has the last word."""

import pytest

from recsys_core.data.kinds import DEFAULT_WEIGHTS, KINDS, choose_positives, choose_weights, guess_kind, guess_kinds
from recsys_core.errors import InputError
from tests.unit.data.conftest import TakeIn

LOG = "user_id,item_id,behavior\n1,a,pv\n1,b,buy\n1,b,fav\n2,a,cart\n2,a,buy\n2,c,play\n3,c,pv\n3,a,buy\n"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("pv", "view"),
        ("Page View", "view"),
        ("浏览", "view"),
        ("click", "click"),
        ("点击", "click"),
        ("fav", "favourite"),
        ("Add to Wishlist", "favourite"),
        ("收藏", "favourite"),
        ("addtocart", "cart"),
        ("add-to-cart", "cart"),
        ("加购", "cart"),
        ("buy", "purchase"),
        ("transaction", "purchase"),
        (" ORDER ", "purchase"),
        ("购买", "purchase"),
        ("review", "rating"),
        ("评分", "rating"),
        ("refund", "return"),
        ("退货", "return"),
        ("dislike", "dislike"),
        ("play", None),
        ("", None),
        ("4", None),
    ],
)
def test_a_value_is_known_by_its_word(value: str, kind: str | None) -> None:
    assert guess_kind(value) == kind


def test_codes_are_kinds_only_where_the_column_says_so() -> None:
    codes = {"1": "view", "2": "favourite", "3": "cart", "4": "purchase"}
    assert guess_kinds(["1", "2", "3", "4"], "behavior_type") == codes
    assert guess_kinds(["1", "4"], "行为类型") == {"1": "view", "4": "purchase"}
    assert guess_kinds(["0", "1", "2", "3"], "action_type")["2"] == "purchase"
    assert guess_kinds(["1", "2", "3", "4"], "stars") == {value: value for value in "1234"}
    assert guess_kinds(["1", "2", "3", "4", "5"], "behavior_type") == {value: value for value in "12345"}


def test_what_is_given_wins_and_the_unknown_stays_itself() -> None:
    assert guess_kinds(["pv", "zap"], "event", {"PV": "Click"}) == {"pv": "click", "zap": "zap"}


def test_every_kind_has_a_weight() -> None:
    assert set(DEFAULT_WEIGHTS) == set(KINDS)
    assert choose_weights(["cart", "play"], {"cart": 4}) == {"cart": 4.0, "play": 1.0}
    for wrong in ({"cart": -1.0}, {"cart": float("nan")}, {"shoes": 1.0}):
        with pytest.raises(InputError):
            choose_weights(["cart"], wrong)


def test_what_was_only_shown_is_no_wish() -> None:
    assert choose_positives(["click", "impression"], None) == ("click",)


def test_a_logs_own_words_become_kinds_with_weights(take_in: TakeIn) -> None:
    result, dataset = take_in(LOG)
    assert dataset.kinds == ["cart", "favourite", "play", "purchase", "view"]
    assert dataset.manifest["values"] == {"buy": "purchase", "cart": "cart", "fav": "favourite", "play": "play", "pv": "view"}
    assert dataset.positives.toarray().tolist() == [[0, 1, 0], [1, 0, 0], [1, 0, 0]]
    assert dataset.positive_array("weight").tolist() == [7.0, 8.0, 5.0]  # favourite and purchase; cart and purchase; purchase
    assert [note["name"] for note in result.notes] == ["unknown kinds"]
    assert "'play'" in result.notes[0]["text"]
    assert dataset.summary["kinds"] == {"cart": 1, "favourite": 1, "play": 1, "purchase": 3, "view": 2}


def test_kinds_weights_and_positives_are_the_analysts_choice(take_in: TakeIn) -> None:
    _, plain = take_in(LOG)
    _, other = take_in(LOG, kinds={"play": "view", "fav": "like it"}, weights={"buy": 10.0, "view": 0.5}, positive=("buy", "like it"))
    assert other.kinds == ["cart", "like it", "purchase", "view"]
    assert other.positive_array("weight").tolist() == [11.0, 13.0, 10.0]
    assert other.weights == {"cart": 3.0, "like it": 1.0, "purchase": 10.0, "view": 0.5}
    assert plain.id != other.id
    _, heavier = take_in(LOG, weights={"buy": 10.0})
    assert len({plain.id, other.id, heavier.id}) == 3


def test_a_value_or_kind_that_is_not_there_is_refused(take_in: TakeIn) -> None:
    for options, words in (
        ({"kinds": {"pw": "view"}}, "no value 'pw'"),
        ({"weights": {"shoes": 2.0}}, "no event of kind 'shoes'"),
        ({"positive": ("rating",)}, "no event of kind 'rating'"),
    ):
        with pytest.raises(InputError, match=words):
            take_in(LOG, **options)
    with pytest.raises(InputError, match="no column for the kind"):
        take_in("user_id,item_id\n1,a\n2,b\n", kinds={"pv": "view"})
