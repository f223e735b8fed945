"""Product cards: a fixed grid, a tinted placeholder, two lines of title, price, group, reason, rank and its change. All text is escaped."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.ui import words_studio as words

TINTS = 10


@dataclass(frozen=True)
class Card:
    """One listed product. group_code: -1 where it has none. change: places moved up (None: it was not there before)."""

    item_id: str
    rank: int
    title: str
    price: str
    group: str
    group_code: int
    change: int | None = 0
    moved_from: int | None = None
    reason: str = ""
    leaving: bool = False


def card_html(card: Card) -> str:
    """One card. The glyph is the first letter of its group, on a tint of the group's colour."""
    glyph = (card.group or card.title or "?").strip()[:1].upper() or "?"
    tint = f"t{card.group_code % TINTS}" if card.group_code >= 0 else "tn"
    chips = f'<span class="aisle-chip {tint}" title="{_text(card.group)}">{_text(card.group)}</span>' if card.group else ""
    if card.reason:
        chips += f'<span class="aisle-chip why" title="{_text(words.NEW_GROUP_HELP)}">{_text(card.reason)}</span>'
    classes = "aisle-card leaving" if card.leaving else "aisle-card entering" if card.change is None else "aisle-card"
    price = f'<span class="aisle-price">{_text(card.price)}</span>' if card.price else ""
    return (
        f'<li class="{classes}" data-item="{_text(card.item_id)}">'
        f'<span class="aisle-rank">{card.rank}{_change(card)}</span>'
        f'<span class="aisle-picture {tint}" aria-hidden="true">{_text(glyph)}</span>'
        f'<span class="aisle-words"><span class="aisle-title" title="{_text(card.title)}">{_text(card.title)}</span>'
        f'<span class="aisle-meta">{price}{chips}</span></span></li>'
    )


def _change(card: Card) -> str:
    if card.leaving:
        return '<small class="out">out</small>'
    if card.change is None:
        was = f" from {card.moved_from}" if card.moved_from else ""
        return f'<small class="new" title="{html.escape(words.ENTERED + was)}">new</small>'
    if card.change > 0:
        return f'<small class="up" title="{card.change} up">▲{card.change}</small>'
    if card.change < 0:
        return f'<small class="down" title="{-card.change} down">▼{-card.change}</small>'
    return ""


def list_html(cards: Sequence[Card], testid: str, title: str, note: str) -> str:
    """One list under its heading, with its item ids in rank order for tests."""
    ids = ",".join(_text(card.item_id) for card in cards)
    body = "".join(map(card_html, cards)) or f'<li class="aisle-none">{_text(words.EMPTY_LIST)}</li>'
    return (
        f'<section class="aisle-side {testid}" data-testid="{testid}" data-items="{ids}">'
        f'<h3>{_text(title)} <span>{_text(note)}</span></h3><ol class="aisle-cards">{body}</ol></section>'
    )


def compare(before: Sequence[Card], after: Sequence[Card] | None, note: str, hook: str = "") -> None:
    """Both lists side by side in one element, so that a move of the slider redraws it at once. after None: one list only."""
    sides = list_html(before, "before", words.BEFORE if after is not None else words.THE_LIST, words.BEFORE_NOTE)
    if after is not None:
        sides += list_html(after, "after", words.AFTER, note)
    st.html(f'<div class="aisle-compare{"" if after is not None else " single"}">{sides}</div>{hook}')


def _text(value: object) -> str:
    return html.escape(str(value), quote=True)
