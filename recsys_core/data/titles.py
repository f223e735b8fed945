"""Product titles as a shop window would show them: calm case, single spaces, no stray punctuation."""

from __future__ import annotations

import re
from functools import lru_cache

# Written as they are said, whatever the case around them.
_AS_IS = (
    (
        "3D",
        "2D",
        "4D",
        "UK",
        "USA",
        "US",
        "EU",
        "DVD",
        "CD",
        "TV",
        "LED",
        "USB",
        "LCD",
        "PC",
        "HD",
        "MP3",
        "FM",
        "AM",
        "DIY",
        "BBQ",
        "SPF",
        "UV",
    )
    + (
        "T-Light",
        "T-Lights",
        "T-Shirt",
        "T-Shirts",
        "A4",
        "A5",
        "A6",
        "XL",
        "XXL",
        "II",
        "III",
        "IV",
        "VI",
        "VII",
        "VIII",
        "IX",
        "OJ",
        "RTD",
        "BBQ",
    )
    + ("EPNS", "IOU", "ABC", "ID", "NY", "LA", "DJ", "AC", "DC", "GPS", "SD", "RAM", "PVC", "MDF", "OSB", "PP", "PE")
)
_UNITS = {
    **dict.fromkeys(("CM", "MM", "KG", "ML", "KM", "GR", "PC", "PCS", "PK", "CT", "OZ", "LB", "LBS", "FT", "IN"), None),
    **{unit: unit.lower() for unit in ("CM", "MM", "KG", "ML", "KM", "GR", "PCS", "PK", "CT", "OZ", "LB", "LBS", "FT")},
}
_SMALL = frozenset(["a", "an", "and", "as", "at", "by", "de", "des", "du", "en", "for", "from", "in", "la", "le", "n", "of", "on", "or", "per", "s", "the", "to", "und", "with", "w"])
_AFTER_APOSTROPHE = frozenset(("s", "t", "d", "m", "ll", "re", "ve"))
_KEEP = {word.lower(): word for word in _AS_IS}

_SPACES = re.compile(r"\s+")
_BEFORE_COMMA = re.compile(r"\s+([,;:!?)\]])")
_AFTER_COMMA = re.compile(r"([,;])(?=[^\s\d,;])")
_AFTER_OPENING = re.compile(r"([(\[])\s+")
_REPEATED = re.compile(r"([,;:!?*#_~=+/\\|-])(?:\s*\1)+")
_EDGES = re.compile(r"^[\s,;:.*#_~=+/\\|?-]+|[\s,;:*#_~=+/\\|-]+$")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)
_AMOUNT = re.compile(r"^(\d+(?:[.,]\d+)?)(CM|MM|KG|ML|KM|GR|PCS|PK|CT|OZ|LB|LBS|FT|G|L|M|W|V)$", re.IGNORECASE)


@lru_cache(maxsize=65_536)
def tidy_title(raw: str) -> str:
    """The title for display. One that has lower-case letters keeps its case; one all in capitals gets title case.

    'RED  RETROSPOT T-LIGHT HOLDER ,PACK OF 12' -> 'Red Retrospot T-Light Holder, Pack of 12'. Nothing readable left -> ''.
    """
    text = _SPACES.sub(" ", raw).strip()
    text = _REPEATED.sub(r"\1", text)
    text = _EDGES.sub("", text)
    text = _BEFORE_COMMA.sub(r"\1", text)
    text = _AFTER_COMMA.sub(r"\1 ", text)
    text = _AFTER_OPENING.sub(r"\1", text)
    if not any(letter.isalpha() for letter in text):
        return text if any(letter.isdigit() for letter in text) else ""
    if not _shouts(text):
        return text
    first = _WORD.search(text)
    start = first.start() if first else 0
    return _WORD.sub(lambda word: _cased(word.group(), text, word.start(), is_first=word.start() == start), _keep_hyphenated(text))


def _shouts(text: str) -> bool:
    """Whether most of its letters are capitals: 'TITLE', 'SET OF 6 CM' (and not 'McCoy', 'iPod')."""
    letters = [letter for letter in text if letter.isalpha() and letter.lower() != letter.upper()]
    return bool(letters) and sum(letter.isupper() for letter in letters) > 0.7 * len(letters)


def _keep_hyphenated(text: str) -> str:
    return text


def _cased(word: str, text: str, start: int, *, is_first: bool) -> str:
    lower = word.lower()
    amount = _AMOUNT.match(word)
    if amount:
        return amount.group(1) + amount.group(2).lower().replace("l", "L" if amount.group(2).lower() == "l" else "l")
    if lower in _KEEP:
        return _KEEP[lower]
    if _UNITS.get(word.upper()) and re.search(r"\d\s*$", text[:start]):
        return lower
    if any(letter.isdigit() for letter in word):
        return word if len(word) <= 4 else word.capitalize()
    opened = text[:start].rstrip(" ")[-1:] in {"(", "[", ":", ".", '"', "/"} if start else True
    if lower in _SMALL and not is_first and not opened and text[start - 1] == " ":
        return lower
    if len(word) == 1:
        return word.upper()
    head, mark, tail = word.partition("'") if "'" in word else word.partition("’")
    if mark and tail.lower() in _AFTER_APOSTROPHE:
        return head.capitalize() + mark + tail.lower()
    return head.capitalize() + mark + tail.capitalize()
