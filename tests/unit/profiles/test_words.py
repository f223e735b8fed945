"""The words of titles: singular, telling, and which of them names the product."""

import pytest

from recsys_core.profiles.words import singular, title_words


@pytest.mark.parametrize(
    ("word", "base"),
    [
        *[("mugs", "mug"), ("boxes", "box"), ("parties", "party"), ("glasses", "glass"), ("brushes", "brush"), ("leaves", "leaf")],
        *[("glass", "glass"), ("christmas", "christmas"), ("tennis", "tennis"), ("cactus", "cactus"), ("bus", "bus"), ("mum's", "mum")],
        *[("t-lights", "t-light"), ("mug", "mug"), ("ties", "tie")],
    ],
)
def test_plurals_lose_their_ending(word: str, base: str) -> None:
    assert singular(word) == base


@pytest.mark.parametrize(
    ("title", "words", "head"),
    [
        ("Red Retrospot T-Light Holders, Pack of 12", ["retrospot", "t-light", "holder"], "holder"),
        ("Set of 6 Christmas Cards with Envelopes", ["christmas", "card", "envelope"], "christmas"),
        ("Jumbo Bag Pink Polkadot", ["bag", "polkadot"], "polkadot"),
        ("12 Large Blue 3", [], None),
        ("", [], None),
    ],
)
def test_a_title_is_about_its_last_word_before_of_or_with(title: str, words: list[str], head: str | None) -> None:
    found, place = title_words(title)
    assert [base for base, _ in found] == words
    assert (None if place is None else found[place][0]) == head
