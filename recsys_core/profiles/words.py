"""The words of product titles: lower case, singular, without what says nothing about the kind of product."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_END_OF_NAME = re.compile(r"\b(?:of|with|in|for|by|from|on|and|to)\b|[,;:(/&+]|\d")

_FUNCTION = """
a an and are as at be by de des du en for from in into is it la le les mit my of on or our per so that the this to und with w your you i me
no not all more new n s x ii iii iv el los las con para der die das ein eine up out off over under
"""
_PACKING = """
set pack pk pc pcs piece box'd assorted asst asstd ass design designs style styles type item items product products size sized pair dozen
each one two three four five six seven eight nine ten twelve x-large xl xxl ct oz lb lbs ml cl cm mm kg gr gm ltr inch inches ft
"""
_SIZES = "small medium large big giant mini jumbo tall short long wide slim round square oval little tiny extra super single double triple"
_COLOURS = """
red blue green pink white black yellow orange purple grey gray brown cream ivory gold silver beige turquoise lilac navy bright dark pale
colour color coloured colored multicolour multicolor multi
"""
# Words that describe nearly any product; a group named after one of them would mean nothing.
STOP_WORDS: frozenset[str] = frozenset(f"{_FUNCTION} {_PACKING} {_SIZES} {_COLOURS}".split())

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


def title_words(title: str) -> tuple[list[tuple[str, str]], int | None]:
    """The telling words of a title in order, as (singular, as written in lower case), and the place of its head among them.

    The head is the noun that the title is about: the last word before 'of', 'with', a comma or a number, as in 'Red T-Light Holder, Pack of
    12'. None where no word tells anything.
    """
    title = title.lower()
    end = next((match.start() for match in _END_OF_NAME.finditer(title)), len(title))
    found: list[tuple[str, str]] = []
    head: int | None = None
    for match in _WORD.finditer(title):
        word = match.group()
        base = singular(word)
        if len(base) >= 2 and word not in STOP_WORDS and base not in STOP_WORDS:
            head = len(found) if match.start() < end or head is None else head
            found.append((base, word))
    return found, head
