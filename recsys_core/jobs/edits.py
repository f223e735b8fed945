"""What was said of one shopper's products and tastes in the studio, and the same as text that fits into an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NoReturn
from urllib.parse import quote, unquote

from recsys_core.errors import InputError
from recsys_core.profiles.interests import HEAVIEST

LIKE, HIDE, MORE, ADD, REMOVE = "like", "hide", "more like this", "add", "remove"  # as the registry calls them, `FEEDBACK_KINDS`
FIELDS = MappingProxyType({LIKE: "liked", HIDE: "hidden", MORE: "more", ADD: "added", REMOVE: "removed"})
_LETTERS = MappingProxyType({"l": LIKE, "h": HIDE, "m": MORE, "a": ADD, "r": REMOVE})
SHOPPER, TAG = "u", "t"
MOST = 100  # things said of one shopper
LONGEST = 4_000  # characters of an address


@dataclass(frozen=True)
class Edits:
    """What was said of products, by their ids, in the order in which it was said; tags: label of a group -> weight (`edit_interests`).

    Of one product one thing is said, the last.
    """

    liked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    tags: Mapping[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.count > 0

    @property
    def count(self) -> int:
        """How many things were said."""
        return len(self.events) + len(self.tags)

    @property
    def events(self) -> tuple[tuple[str, str], ...]:
        """(kind, product id) of all that was said of products."""
        return tuple((kind, item) for kind, name in FIELDS.items() for item in getattr(self, name))

    def said(self, kind: str, item: str) -> Edits:
        """With one thing more; whatever was said of the product before no longer counts."""
        left = self.unsaid(item)
        changed: dict[str, Any] = {FIELDS[kind]: (*getattr(left, FIELDS[kind]), item)}
        return replace(left, **changed)

    def unsaid(self, item: str) -> Edits:
        """Without what was said of a product."""
        left: dict[str, Any] = {name: tuple(id for id in getattr(self, name) if id != item) for name in FIELDS.values()}
        return replace(self, **left)

    def tagged(self, label: str, weight: float) -> Edits:
        """With another weight of a group of products; 1 leaves it as it is."""
        others = {name: value for name, value in self.tags.items() if name != label}
        return replace(self, tags=others if weight == 1 else {**others, label: weight})


def to_text(shopper: str, edits: Edits) -> str:
    """ "u:17850;l:85123A;t:Lights=2", ids percent-encoded; "" without edits. Raises InputError for more than an address holds."""
    letters = {kind: letter for letter, kind in _LETTERS.items()}
    parts = [f"{letters[kind]}:{_coded(item)}" for kind, item in edits.events]
    parts += [f"{TAG}:{_coded(label)}={weight:g}" for label, weight in edits.tags.items()]
    if not parts:
        return ""
    text = ";".join([f"{SHOPPER}:{_coded(shopper)}", *parts])
    if len(text) > LONGEST or len(parts) > MOST:
        raise InputError("So much was said of this shopper that no address holds it.", "Take some of it back.")
    return text


def from_text(text: str) -> tuple[str, Edits]:
    """(shopper's id, edits) that `to_text` wrote. Raises InputError for anything else."""
    parts = text.split(";")
    if len(text) > LONGEST or len(parts) > MOST + 1:
        raise InputError("More was said of this shopper than an address holds.", f"It may have {LONGEST:,} characters.")
    first, _, shopper = parts[0].partition(":")
    if first != SHOPPER or not shopper:
        _refuse()
    edits = Edits()
    for part in parts[1:]:
        letter, colon, coded = part.partition(":")
        if letter == TAG:
            label, _, number = coded.partition("=")
            edits = edits.tagged(_plain(label), _weight(number))
        elif letter in _LETTERS and colon:
            edits = edits.said(_LETTERS[letter], _plain(coded))
        else:
            _refuse()
    return _plain(shopper), edits


def _coded(text: str) -> str:
    return quote(text, safe="")


def _plain(coded: str) -> str:
    try:
        text = unquote(coded, errors="strict")
    except UnicodeDecodeError:
        _refuse()
    if not text or _coded(text) != coded:  # else one thing had two addresses
        _refuse()
    return text


def _weight(number: str) -> float:
    try:
        weight = float(number)
    except ValueError:
        _refuse()
    if not 0 <= weight <= HEAVIEST:  # not a number is neither
        _refuse()
    return weight


def _refuse() -> NoReturn:
    raise InputError(
        "What was said of this shopper cannot be read from the address.", "Copy all of it again, or start from the plain shopper."
    )
