"""The words of product titles: lower case, singular, without what says nothing about the kind of product."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_END_OF_NAME = re.compile(r"\b(?:of|with|in|for|by|from|on|and|to)\b|[,;:(/&+]|\d")

_FUNCTION = (
    "a an and are as at be by de des du en for from in into is it la le les mit my of on or our per so that the this to und with w your you i me "
    "no not all more new n s x el los las con para der die das ein eine for up out off over under",
    "set pack pk pc pcs piece pieces box'd assorted asst design designs style styles type item items product products size sized pair pairs dozen "
    "each bundle kit-of x-large xl xxl one two three four five six seven eight nine ten twelve pcs ct oz lb lbs ml cl cm mm kg gr gm ltr inch inches ft",
    "small medium large big giant mini jumbo tall short long wide slim round square oval little tiny extra super assorted various single double triple",
    "red blue green pink white black yellow orange purple grey gray brown cream ivory gold silver beige turquoise lilac navy colour color coloured "
    "colored multicolour multicolor multi bright dark pale light-blue",
)
# Words that describe nearly any product; a group named after one of them would mean nothing.
STOP_WORDS: frozenset[str] = frozenset(word for line in _FUNCTION for word in line.split())

_IRREGULAR = {
    "leaves": "leaf",
    "knives": "knife",
    "shelves": "shelf",
    "loaves": "loaf",
    "scarves": "scarf",
    "children": "child",
    "feet": "foot",
}
_INVARIABLE = frozenset(("series", "species", "lens", "bus", "gas", "canvas", "christmas", "swiss", "jeans", "chaos", "atlas", "news"))


def singular(word: str) -> str:
    """A lower-case word without its plural ending, by the common rules of English: 'boxes' -> 'box', 'parties' -> 'party'."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or word in _INVARIABLE or not word.endswith("s") or word.endswith(("ss", "us", "is", "'s", "’s")):
        return word.removesuffix("'s").removesuffix("’s")
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]


def title_words(title: str) -> list[tuple[str, str]]:
    """(singular, as written in lower case) of each telling word, in order."""
    found = []
    for match in _WORD.finditer(title.lower()):
        word = match.group()
        base = singular(word)
        if len(base) >= 2 and word not in STOP_WORDS and base not in STOP_WORDS:
            found.append((base, word))
    return found


def head_word(title: str) -> str | None:
    """The noun that a title is about: the last telling word before 'of', 'with', a comma or a number ('Red T-Light Holder, Pack of 12')."""
    name = _END_OF_NAME.split(title.lower(), maxsplit=1)[0]
    words = title_words(name) or title_words(title)
    return words[-1][0] if words else None
