"""From products in order to cards and the chips that say why each is there. Knows no Streamlit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pages.ui import formats
from pages.ui.cache import Catalogue
from pages.ui.cards import Card, Chip, tint
from pages.ui.studio import words_shelf as words
from recsys_core.ranking.plan import Flag
from recsys_core.ranking.planning import Prepared

LOCAL = ("data:image/", "app/static/", "/app/static/")  # pictures that no other host is asked for
LARGEST_PICTURE = 40_000  # signs of a picture given as data: ten cards are sent at every change


def cards(items: Iterable[int], dataset: Any, catalogue: Catalogue, candidates: NDArray[np.integer] | None = None) -> dict[str, Card]:
    """The cards of these products by id. candidates: the shopper's, best first, for the place that each has by relevance alone."""
    ranks = {} if candidates is None else {int(item): place + 1 for place, item in enumerate(candidates) if item >= 0}
    pictures = dataset.items.get("image")
    found = {}
    for item in map(int, items):
        if item < 0 or str(catalogue.ids[item]) in found:
            continue
        code = int(catalogue.groups[item])
        group, title = catalogue.labels[code] if code >= 0 else "", catalogue.titles[item]
        found[str(catalogue.ids[item])] = Card(
            title=title,
            price=formats.money(catalogue.prices[item], dataset.currency) if np.isfinite(catalogue.prices[item]) else "",
            group=group,
            tint=tint(code),
            glyph=(group or title or "?").strip()[:1].upper() or "?",
            picture=picture(None if pictures is None else pictures.iat[item]),
            was=ranks.get(item),
        )
    return found


def picture(address: Any) -> str:
    """A picture's address where it needs no other host, else ""."""
    text = address if isinstance(address, str) else ""
    return text if text.startswith(LOCAL) and len(text) <= LARGEST_PICTURE else ""


def known_groups(dataset: Any, user: int, catalogue: Catalogue) -> set[int]:
    """Groups of everything the shopper has had."""
    matrix = dataset.positives
    items = matrix.indices[matrix.indptr[user] : matrix.indptr[user + 1]]
    return set(np.unique(catalogue.groups[items]).tolist())


def new_kind(items: Sequence[int], catalogue: Catalogue, known: set[int]) -> list[Chip | None]:
    """For each product the chip that says that the shopper has had nothing of its group."""
    codes = [int(catalogue.groups[item]) for item in items]
    return [Chip(*words.NEW_GROUP) if code >= 0 and code not in known else None for code in codes]


def chips(items: Sequence[int], flags: Sequence[int], ready: Prepared, catalogue: Catalogue, known: set[int]) -> list[Chip | None]:
    """For each place of the list of the last shopper of `ready`: what is particular about it, else a rule that moved it, else a new kind.

    What the plan flags (a pin, a reserved place, a rule that gave way, a best seller in place of a recommendation) is always told.
    """
    found: list[Chip | None] = []
    for item, flag, new in zip(items, flags, new_kind(items, catalogue, known), strict=True):
        told = _flagged(int(item), int(flag), ready)
        found.append(_joined(told) if told else _ruled(int(item), ready) or new)
    return found


def _flagged(item: int, flag: int, ready: Prepared) -> list[Chip]:
    caps = formats.listing(f"at most {cap.most} of one {cap.name}" for cap in ready.plan.caps)
    names = [each.name for each in ready.plan.reserved if each.mask[item]]
    texts = {
        Flag.PINNED: words.PINNED,
        Flag.SOFT: words.SOFT,
        Flag.RESERVED: (words.RESERVED[0].format(name=names[0] if names else "?"), words.RESERVED[1]),
        Flag.WINDOW: (words.WINDOW[0], words.WINDOW[1].format(caps=caps)),
        Flag.CAP: (words.CAP[0], words.CAP[1].format(caps=caps)),
        Flag.MINIMUM: words.MINIMUM,
        Flag.FALLBACK: words.FALLBACK,
    }
    return [Chip(*texts[each], "badge") for each in Flag if flag & each]


def _joined(told: Sequence[Chip]) -> Chip:
    return Chip(" · ".join(each.text for each in told), " ".join(each.help for each in told), "badge")


def _ruled(item: int, ready: Prepared) -> Chip | None:
    """The boost or bury that moves this product most for this shopper."""
    audience = int(ready.plan.audience[-1])
    moves = [(float(term.values[audience, item]), term.name) for term in ready.ruled.terms]
    amount, rule = max(moves, key=lambda move: abs(move[0]), default=(0.0, ""))
    if not amount:
        return None
    text, help_ = words.BOOSTED if amount > 0 else words.BURIED
    return Chip(text, help_.format(rule=rule))
