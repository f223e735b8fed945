"""The sliders and the list that follows them, as one component (assets/studio/steer.js). What a file says is only ever text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pages.ui import cards, lists, state
from pages.ui.maps import words_steer as words
from pages.ui.maps.stage import MapStage

_BOARD = cards.component("steer", f'<div class="aisle-steer"><p class="aisle-none">{words.NOT_DRAWN}</p></div>')


def board(
    key: str, stage: MapStage, items: Iterable[int], data: Mapping[str, Any], on_slide: Callable[[dict[str, Any]], None] | None = None
) -> None:
    """items: all products that it may list. data: see steer.js. on_slide hears what was moved: turn, and steps by direction."""
    told = {id_: asdict(card) for id_, card in lists.cards(items, stage.dataset, stage.catalogue).items()}

    def heard() -> None:
        said = state.get(key).slide
        if said and on_slide is not None:
            on_slide(said)

    _BOARD(key=key, data={**data, "cards": told, "words": dict(words.CARDS)}, on_slide_change=heard)
