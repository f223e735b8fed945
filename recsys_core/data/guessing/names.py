"""What a column's name says of its role: the name is cut into known words, and the words are held against what each role is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from recsys_core.data.guessing.vocabulary import IDEAS_OF, LONGEST_WORD, plain

_TYPE_SUFFIX = re.compile(r":(token|float|token_seq|float_seq)$", re.IGNORECASE)  # RecBole's atomic files
_NUMBER_SIGN = re.compile(r"[#№]|[Nn][°º]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PIECES = re.compile(r"[^\W\d_]+|\d+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NO_NAME = re.compile(r"(column|col|field|feature|var|attr|unnamed|spalte|champ|列|字段|_c|c|f|v|x)?[\s_:#-]*\d*", re.IGNORECASE)
_SHORT_PARTS = frozenset(("id", "no", "nr", "sk", "ts", "dt", "at"))  # of a word written as one: 'kundennr'
_LONGEST_NAME = 120
_UNKNOWN_COSTS, _STRANGER_COSTS, _FLUFF_COSTS = 0.7, 0.15, 0.995


@dataclass(frozen=True)
class Form:
    """One way to call a role: the ideas that must be there, and how surely they say it (0..1)."""

    ideas: frozenset[str]
    score: float


def _forms(text: str) -> tuple[Form, ...]:
    """'USER ID 1, USER .9' as forms."""
    forms = []
    for each in text.split(","):
        *ideas, score = each.split()
        forms.append(Form(frozenset(ideas), float(score)))
    return tuple(forms)


# role -> its forms, and the ideas that may stand beside them at no cost
_ROLES: Mapping[str, tuple[tuple[Form, ...], frozenset[str]]] = {
    role: (_forms(forms), frozenset(beside.split()))
    for role, forms, beside in (
        (
            "user_id",
            "USER_ID 1, USER ID 1, USER .9, USER EMAIL .64, EMAIL .62, EMAIL ID .62, USER NAME .5, PERSON .44, USER PERSON .5, "
            "USER PHONE .42, PHONE .4, PHONE ID .4, ANON ID .55, ANON USER .9, ANON .5, "
            "REVIEW USER ID .85",
            "BILL",
        ),
        (
            "item_id",
            "ITEM_ID 1, ITEM_ID ID 1, ITEM ITEM_ID 1, ITEM ID .97, ITEM .85, ARTIST ID .8, ARTIST .7, ITEM NAME .5, ARTIST NAME .45, "
            "LINE ITEM_ID .98, LINE NAME .45, NAME .3",
            "",
        ),
        (
            "timestamp",
            "TIME .95, TIME EVENT 1, TIME ORDER 1, TIME INTERACT 1, TIME CLOCK .9, INTERACT AT .9, ORDER AT .9, CLOCK .3, "
            "LATER TIME .48, LATER AT .46, REVIEW TIME .97",
            "EVENT ORDER INTERACT REVIEW AT ID USER RATING LINE BILL",
        ),
        (
            "event",
            "EVENT TYPE 1, EVENT NAME .95, EVENT .9, INTERACT TYPE .9, ORDER TYPE .6, TYPE .5, STATUS .35, "
            "EVENT CATEGORY .8, EVENT STATUS .8",
            "USER INTERACT",
        ),
        ("rating", "RATING .95", "REVIEW USER ITEM VALUE ARTIST"),
        ("quantity", "QTY .95, QTY UNIT .95, QTY REFUND .6", "ITEM ORDER INTERACT LINE UNIT ARTIST"),
        (
            "price",
            "PRICE .95, PRICE UNIT 1, PRICE VALUE .9, PRICE ORDER .85, PRICE INTERACT .9, UNIT VALUE .8, UNIT COST .6, "
            "ITEM COST .5, COST .4",
            "ITEM LINE NET UNIT",
        ),
        (
            "value",
            "VALUE TOTAL 1, VALUE .9, TOTAL PRICE .95, TOTAL .7, TOTAL COST .6, VALUE ORDER .9, NET .5, VALUE LINE .95, VALUE EVENT .9, "
            "LINE PRICE .5",
            "ORDER ITEM INTERACT EVENT LINE NET",
        ),
        ("order_id", "ORDER_ID 1, ORDER_ID ORDER 1, ORDER_ID ID 1, ORDER ID .97, ORDER .85, ORDER NAME .5", ""),
        ("seq", "SEQ .9, EVENT SEQ .9, SEQ ID .9, USER SEQ .9, ORDER SEQ .6, ITEM SEQ .6", "INTERACT"),
        ("split", "SPLIT .95", "USER TYPE NAME"),
        ("title", "ITEM NAME 1, NAME .8, LINE NAME .95, ARTIST NAME .6, ITEM .35", "LINE MAIN"),
        (
            "category",
            "ITEM CATEGORY 1, ITEM CATEGORY NAME 1, CATEGORY .9, CATEGORY NAME .92, CATEGORY ID .85, ITEM CATEGORY ID .88, ITEM TYPE .8",
            "MAIN LINE",
        ),
    )
}


@dataclass(frozen=True)
class Name:
    """A column's name, understood: the ideas of each of its words, in order. A word that is not known has no ideas."""

    words: tuple[frozenset[str], ...]

    def says(self, *ideas: str) -> bool:
        """Whether any word may stand for any of the ideas."""
        return any(word & set(ideas) for word in self.words)

    @property
    def empty(self) -> bool:
        """Whether it says nothing at all: 'column 1', or words of no language known here."""
        return not any(self.words)


@lru_cache(maxsize=4096)
def read_name(column: str) -> Name:
    """Cut a name into known words: 'cust_no', 'CustomerNumber', 'Kunden-Nr', '用户ID' are all USER, ID."""
    text = _NUMBER_SIGN.sub(" no ", _TYPE_SUFFIX.sub("", column.strip()[:_LONGEST_NAME]))
    if _NO_NAME.fullmatch(text):
        return Name(())
    pieces = [plain(piece) for piece in _PIECES.findall(_CAMEL.sub(" ", text)) if not piece.isdigit()]
    words: list[frozenset[str]] = []
    place = 0
    while place < len(pieces):
        for length in (3, 2, 1):  # a phrase goes before its words
            joined = "".join(pieces[place : place + length])
            if place + length <= len(pieces) and joined in IDEAS_OF:
                words.append(IDEAS_OF[joined])
                place += length
                break
        else:
            words += _cut(pieces[place])
            place += 1
    return Name(tuple(words))


def name_scores(column: str) -> dict[str, float]:
    """Role -> how surely the name says it (0..1); roles that it does not speak of are left out."""
    name = read_name(column)
    scores = {role: _score(name, forms, beside) for role, (forms, beside) in _ROLES.items()}
    return {role: score for role, score in scores.items() if score >= 0.05}


def _score(name: Name, forms: tuple[Form, ...], beside: frozenset[str]) -> float:
    best = 0.0
    every = frozenset[str]().union(*name.words)
    for form in forms:
        if form.ideas <= every:
            best = max(best, form.score * _leftovers(name, form.ideas, beside))
    return best


def _leftovers(name: Name, used: frozenset[str], beside: frozenset[str]) -> float:
    """What the words cost that the form does not need: little where they say nothing, much where they speak of something else."""
    factor = 1.0
    for word in name.words:
        if not word:
            factor *= _UNKNOWN_COSTS
        elif word & (used | beside):
            continue
        elif "FLUFF" in word or "AT" in word:
            factor *= _FLUFF_COSTS
        elif "SUB" in word or "MAIN" in word:
            factor *= 0.8
        else:
            factor *= _STRANGER_COSTS
    return factor


def _cut(word: str) -> list[frozenset[str]]:
    """A word written as one, as the known words it is made of; itself, unknown, where it is not."""
    if word in IDEAS_OF:
        return [IDEAS_OF[word]]
    parts = _parts(word)
    if parts is not None:
        return [IDEAS_OF.get(part, frozenset()) for part in parts]
    if len(word) > 5 and word.isascii():
        close = get_close_matches(word, [known for known in IDEAS_OF if len(known) > 4 and known[0] == word[0]], n=1, cutoff=0.87)
        if close:
            return [IDEAS_OF[close[0]]]
    return [frozenset()]


def _parts(word: str) -> list[str] | None:
    """The fewest known words that make up `word`; of Chinese, Japanese and Korean also where some letters stay over."""
    east = bool(_CJK.search(word))
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(word) + 1):
        found: tuple[float, list[str]] = (best[end - 1][0] + 3, [*best[end - 1][1], ""])
        for start in range(max(0, end - LONGEST_WORD), end):
            part = word[start:end]
            if part in IDEAS_OF and (east or len(part) > 2 or part in _SHORT_PARTS):
                cost = best[start][0] + 1
                if cost < found[0]:
                    found = (cost, [*best[start][1], part])
        best.append(found)
    parts = best[-1][1]
    if east:
        return [part for place, part in enumerate(parts) if part or (place and parts[place - 1])] or None
    return parts if all(parts) else None
