"""Product titles as a shop window would show them: calm case, single spaces, no stray punctuation."""

from __future__ import annotations

import re
from functools import lru_cache

# Written as they are said, whatever the case around them.
_AS_IS = """3D 2D 4D UK USA US EU DVD CD TV LED USB LCD PC HD MP3 FM DIY BBQ SPF UV A3 A4 A5 A6 A7 XL XXL II III IV VI VII VIII IX EPNS IOU
WC VIP ABC NYC DJ GPS PVC MDF OJ T-Light T-Lights T-Shirt T-Shirts"""
_KEPT = {word.lower(): word for word in _AS_IS.split()}
_UNITS = frozenset(("cm", "mm", "km", "kg", "gr", "ml", "cl", "oz", "lb", "lbs", "ft", "qt", "pt", "pc", "pcs", "pk", "ct", "gal"))
_SMALL = frozenset(
    ("a", "an", "and", "as", "at", "by", "de", "des", "du", "for", "from", "in", "of", "on", "or", "per", "the", "to", "with")
)
_ABBREVIATED = {"w": "with", "w/": "with"}  # 'HEN HOUSE W FAMILY'

_SPACES = re.compile(r"\s+")
_BEFORE = re.compile(r"\s+([,;:!?)\]])")
_AFTER = re.compile(r"([,;])(?=[^\s\d])")
_STOP = re.compile(r"(?<=[^\W\d_]{3})\.(?=[^\W\d_]{3})")  # 'SHAPE DECO.WHITE'
_OPENING = re.compile(r"(?<=\w)\(|\(\s+")
_REPEATED = re.compile(r"([,;:!?*#_~=+/\\|-])(?:\s*\1)+")
_EDGES = re.compile(r"^[\s,;:.*#_~=+/\\|?!-]+|[\s,;:.*#_~=+/\\|-]+$")
_WITH = re.compile(r"(?<=\s)w/?(?=\s)", re.IGNORECASE)
_FORMAT = r"\d+[a-z]{0,2}x\d+[a-z]{0,2}"  # 34X20CM
# A word with its apostrophes and the hyphen of T-LIGHT; '3.5G' and '50'S' are one word each.
_WORD = re.compile(rf"\b{_FORMAT}\b|" r"\d+(?:[.,]\d+)*[^\W\d_]*(?:['’]s\b)?|t-[^\W\d_]+|[^\W_]+(?:['’][^\W_]+)*", re.IGNORECASE)
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)*)([a-z]+)", re.IGNORECASE)


# What a shop's staff write where a title should be; a better one wins, however rare.
_JUNK = """damaged damages damage broken smashed crushed wet rusty lost missing found check checked test testing sample faulty unsaleable
adjust adjustment mixed mix-up wrong unknown none null nan n/a na ebay amazon dotcom display returned return thrown thrown-away given-away
sold-as-set mouldy cracked error fault dirty stock-check tbc tba todo xxx"""


def junk_title_sql(sql: str) -> str:
    """SQL for whether a title is a note of the staff ('damages', '?', 'check') or holds no letter."""
    plain = f"regexp_replace(trim(lower({sql}), ' ?!.*-'), '\\s+', '-', 'g')"
    return f"({plain} IN ({', '.join(repr(word) for word in _JUNK.split())}) OR NOT regexp_matches({sql}, '\\pL'))"


@lru_cache(maxsize=65_536)
def tidy_title(raw: str) -> str:
    """The title for display: 'RED  RETROSPOT T-LIGHT HOLDER ,PACK OF 12.' -> 'Red Retrospot T-Light Holder, Pack of 12'.

    One that is written in lower-case letters keeps its case. Nothing readable left -> ''.
    """
    text = _SPACES.sub(" ", raw).strip()
    text = _REPEATED.sub(r"\1", text)
    text = _EDGES.sub("", text)
    text = _BEFORE.sub(r"\1", text)
    text = _AFTER.sub(r"\1 ", text)
    text = _OPENING.sub(" (", text).replace("  ", " ")
    if not any(character.isalnum() for character in text):
        return ""
    return _title_case(_STOP.sub(". ", text)) if _shouts(text) else text


def _shouts(text: str) -> bool:
    """Whether it is in capitals, give or take a unit: 'BAG 250g SWIRLY MARBLES' (and not 'McCoy', 'iPod')."""
    letters = [letter for letter in text if letter.isalpha() and letter.lower() != letter.upper()]
    return len(letters) > 1 and sum(letter.isupper() for letter in letters) > 0.7 * len(letters)


def _title_case(text: str) -> str:
    text = _WITH.sub("with", text)
    words = list(_WORD.finditer(text))
    pieces, end = [], 0
    for place, word in enumerate(words):
        before = text[end : word.start()]
        opens = place in (0, len(words) - 1) or before != " "
        pieces += [before, _cased(word.group(), opens=opens, after_number=place > 0 and words[place - 1].group()[-1].isdigit())]
        end = word.end()
    return "".join(pieces) + text[end:]


def _cased(word: str, *, opens: bool, after_number: bool) -> str:
    """One word. opens: it begins or ends the title, or stands beside punctuation. after_number: '12 CM' and not 'CM'."""
    lower = word.lower()
    if lower in _KEPT:
        return _KEPT[lower]
    if after_number and lower in _UNITS:
        return lower
    amount = _AMOUNT.fullmatch(word)
    if amount and (amount.group(2).lower() in _UNITS or len(amount.group(2)) == 1):
        return amount.group(1) + amount.group(2).lower()
    if word[0].isdigit():
        return lower if re.fullmatch(rf"{_FORMAT}|\d+['’]s", lower) else word
    if lower in _SMALL and not opens:
        return lower
    head, mark, tail = word.partition("’" if "’" in word else "'")
    if len(tail) > 2:  # O'Reilly, P'Weight
        return head.capitalize() + mark + tail.capitalize()
    return head.capitalize() + mark + tail.lower()
