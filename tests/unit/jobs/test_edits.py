"""What was said of a shopper, as text in an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_core.errors import InputError
from recsys_core.jobs.edits import FIELDS, HIDE, LIKE, LONGEST, MOST, Edits, from_text, to_text

ids = st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable())
KINDS = st.sampled_from(sorted(FIELDS))


@given(ids, st.lists(st.tuples(KINDS, ids), max_size=8), st.dictionaries(ids, st.sampled_from([0.0, 0.5, 2.0, 3.0]), max_size=4))
def test_text_says_what_was_said(shopper: str, events: list[tuple[str, str]], tags: dict[str, float]) -> None:
    edits = Edits()
    for kind, item in events:
        edits = edits.said(kind, item)
    for label, weight in tags.items():
        edits = edits.tagged(label, weight)
    text = to_text(shopper, edits)
    if edits:
        assert from_text(text) == (shopper, edits)
    else:
        assert text == ""


def test_the_text_can_be_read() -> None:
    assert to_text("17850", Edits(liked=("85123A",), hidden=("a;b",), tags={"Lights": 2})) == "u:17850;l:85123A;h:a%3Bb;t:Lights=2"


def test_of_one_product_the_last_word_counts() -> None:
    edits = Edits().said(LIKE, "a").said(LIKE, "b").said(HIDE, "a")
    assert (edits.liked, edits.hidden, edits.count) == (("b",), ("a",), 2)
    assert not edits.unsaid("a").unsaid("b")


def test_a_tag_at_one_is_no_edit() -> None:
    assert not Edits().tagged("Lights", 2).tagged("Lights", 1)


@pytest.mark.parametrize(
    "text",
    [
        "17850",
        "l:1",
        "u:",
        "u:1;",
        "u:1;l",
        "u:1;l:",
        "u:1;x:2",
        "u:1;l:a b",  # not as it would be written
        "u:1;l:%FF",  # no UTF-8
        "u:1;l:%zz",
        "u:1;t:Lights",
        "u:1;t:Lights=",
        "u:1;t:Lights=nan",
        "u:1;t:Lights=-1",
        "u:1;t:Lights=11",
        "u:1;t:=2",
        "u:1;l:" + "9" * LONGEST,
        "u:1" + ";l:1" * (MOST + 1),
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        from_text(text)


def test_more_than_an_address_holds_is_refused() -> None:
    with pytest.raises(InputError):
        to_text("1", Edits(liked=tuple(f"product {n}" for n in range(MOST + 1))))
