"""What the browser needs so that the list moves while a slider is dragged: the list at every stop of every slider, and its cards."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pages.ui import cards, lists
from pages.ui.cards import Chip
from pages.ui.studio import words_shelf as words
from pages.ui.studio.stage import Stage
from recsys_core.ranking.stops import STOPS, draggable, figures, stops

_STOPS = cards.component("stops", '<span class="aisle-stops" hidden></span>')


def send(stage: Stage, version: str) -> None:
    """Send them. version: of the lists on screen that they belong to."""
    _STOPS(key="studio_stops", data=packed(stage, version))


def packed(stage: Stage, version: str) -> dict[str, Any]:
    """As `stops.js` and `shelf.js` read it.

    ids: products, to which `lists` point by number; chips: [text, help, kind], to which `chips` point, -1 for none; notes: what stands
    above the list at each stop.
    """
    ground = stage.place[0]
    able = draggable(stage.scenario, ground)
    ready = stage.ready()
    scales = stage.studio.scales(stage.scenario, able)
    known = lists.known_groups(stage.dataset, stage.user, stage.catalogue)
    place_of: dict[int, int] = {}
    chip_of: dict[Chip, int] = {}
    sliders = {}
    for name in able:
        found = stops(ready, ground, name, scales[name])
        rows, told = [], []
        for items, flags in zip(found.items.tolist(), found.flags.tolist(), strict=True):
            shown = [(item, flag) for item, flag in zip(items, flags, strict=True) if item >= 0]
            reasons = lists.chips([item for item, _ in shown], [flag for _, flag in shown], ready, stage.catalogue, known)
            rows.append([place_of.setdefault(item, len(place_of)) for item, _ in shown])
            told.append([-1 if chip is None else chip_of.setdefault(chip, len(chip_of)) for chip in reasons])
        notes = [note(kept, distance) for kept, distance in zip(found.kept.tolist(), found.distance.tolist(), strict=True)]
        sliders[name] = {"lists": rows, "chips": told, "notes": notes}
    made = lists.cards(place_of, stage.dataset, stage.catalogue, ground.candidates[stage.place[1]])
    return {
        "key": version,
        "step": STOPS[1] - STOPS[0],
        "ids": [str(stage.catalogue.ids[item]) for item in place_of],
        "chips": [list(chip) for chip in chip_of],
        "cards": {id_: asdict(card) for id_, card in made.items()},
        "sliders": sliders,
    }


def note(kept: float, distance: float) -> str:
    """What a list keeps of the predicted match and how varied it is, for the line above it."""
    text = words.AFTER_NOTE_PLAIN if distance != distance else words.AFTER_NOTE  # NaN: products cannot be compared
    return text.format(kept=f"{100 * kept:.0f} %", distance=f"{distance:.2f}")


def note_of(stage: Stage) -> str:
    """The same of the list on screen."""
    kept, distance = figures(stage.listing.items, stage.ready(), stage.place[0])
    return note(float(kept[0]), float(distance[0]))
