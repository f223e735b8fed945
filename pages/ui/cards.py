"""Two lists of product cards side by side, drawn by one component and brought up to date in place. What a file says is only ever text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from pages.ui import state
from pages.ui.studio import words_shelf as words

TINTS = 10
SOURCE = Path(__file__).parents[2] / "assets" / "studio"


class Chip(NamedTuple):
    """Why a product is at its place: text, its tooltip, and "badge" where the list must not be shown without it, else ""."""

    text: str
    help: str
    kind: str = ""


@dataclass(frozen=True)
class Card:
    """A product as it is listed. picture: a local or data address, "" for the glyph on its tint. was: its place by relevance alone."""

    title: str
    price: str
    group: str
    tint: str
    glyph: str
    picture: str = ""
    was: int | None = None


@dataclass(frozen=True)
class Side:
    """One of two lists, in rank order: ids of products, and for each its chip or None."""

    title: str
    note: str
    ids: tuple[str, ...]
    chips: tuple[Chip | None, ...]


def component(name: str, html: str) -> Callable[..., Any]:
    """The component of assets/studio/NAME.js with its styles, if it has any; its markup takes no data."""
    style = SOURCE / f"{name}.css"
    css = style.read_text(encoding="utf-8") if style.exists() else None
    script = (SOURCE / f"{name}.js").read_text(encoding="utf-8")
    return st.components.v2.component(f"aisle_{name}", html=html, css=css, js=script, isolate_styles=False)


_SHELF = component("shelf", f'<div class="aisle-compare"><p class="aisle-none">{words.NOT_DRAWN}</p></div>')


def tint(code: int) -> str:
    """The style of a group's colour; of none, -1, the grey."""
    return f"t{code % TINTS}" if code >= 0 else "tn"


def compare(
    key: str,
    before: Side,
    after: Side,
    cards: Mapping[str, Card],
    *,
    scope: str,
    version: str = "",
    actions: Sequence[tuple[str, str, str]] = (),
    on_action: Callable[[str, str, int], None] | None = None,
    selected: str | None = None,
    drags: bool = False,
) -> None:
    """Both lists. key: of the component, unique on the page. cards: by product id; scope: of which dataset. version: of what they are.

    actions: (name, label, why it cannot be taken or "") of a card's menu, the first also what a click does; on_action(name, item id,
    place) hears of it. selected: the product whose card is marked. drags: whether the list after follows the sliders (`studio/drag.py`).
    """
    data = {
        "before": _told(before),
        "after": _told(after),
        "cards": {id_: asdict(card) for id_, card in cards.items()},
        "scope": scope,
        "key": version,
        "actions": [list(action) for action in actions],
        "selected": selected,
        "drags": drags,
        "words": dict(words.CARDS),
    }

    def heard() -> None:
        told = state.get(key).action
        if told and on_action is not None:
            on_action(str(told["action"]), str(told["item"]), int(told["place"]))

    _SHELF(key=key, data=data, on_action_change=heard)


def _told(side: Side) -> dict[str, Any]:
    return {"title": side.title, "note": side.note, "ids": list(side.ids), "chips": [list(chip) if chip else None for chip in side.chips]}
