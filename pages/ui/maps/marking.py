"""What is marked on a map, kept in the session: it outlives the figure that it was marked in.

The browser's selection goes with its figure, and a figure goes with every change of colour or size. So what the browser tells is kept
here, and drawn into the next figure; a figure that is on screen never changes for being marked, else the mark would be lost at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pages.ui import state
from pages.ui.charts.maps.points import EMPTY_ROW, sample
from pages.ui.maps.stage import NOTHING, MapStage, Picked
from recsys_core.latent.regions import box as box_of
from recsys_core.latent.regions import inside

Corners = tuple[tuple[float, float], ...]
MEMBERS = 2000  # points that are drawn as marked one by one


@dataclass(frozen=True)
class Mark:
    """outline: corners of a box or lasso. rows: points clicked. place: an empty spot that was clicked. At most one of the three."""

    outline: Corners = ()
    rows: tuple[int, ...] = ()
    place: tuple[float, float] | None = None


@dataclass(frozen=True)
class Figure:
    """The figure on screen. about: what it shows. seed: the mark it was drawn with. told: what the browser last told of it."""

    about: tuple[Any, ...]
    seed: Mark | None
    told: Mark | None = None


@dataclass
class Marks:
    """Of one map (run, what, method) in this session."""

    key: str
    kept: dict[str, Mark] = field(default_factory=dict)

    @property
    def now(self) -> Mark | None:
        """What is marked."""
        return self.kept.get(self.key)

    def seed(self, about: tuple[Any, ...]) -> Mark | None:
        """The mark to draw into a figure that shows this: the one it was drawn with, as long as it is the same."""
        figure = state.get(state.MAP_FIGURE)
        if figure is None or figure.about != about:
            figure = Figure(about, self.now)
            state.set_(state.MAP_FIGURE, figure)
        seed: Mark | None = figure.seed
        return seed

    def hear(self, event: Mapping[str, Any]) -> None:
        """Adopt what the browser tells, where it is news; the same again, or nothing of a new figure, is none."""
        figure, told = state.get(state.MAP_FIGURE), told_of(event)
        if figure is None or told == figure.told:
            return
        state.set_(state.MAP_FIGURE, Figure(figure.about, figure.seed, told))
        kept = {key: mark for key, mark in self.kept.items() if key != self.key}
        self.kept = kept if told is None else {**kept, self.key: told}
        state.set_(state.MAP_MARKS, self.kept)


def marks_of(stage: MapStage) -> Marks:
    """What was marked on this map."""
    return Marks(key_of(stage), dict(state.get(state.MAP_MARKS) or {}))


def key_of(stage: MapStage) -> str:
    """Which map it is."""
    which = str(stage.map.manifest["folder"]).removeprefix(f"{stage.what}-{stage.method}")  # "" unless a UMAP of other settings
    return f"{stage.record.id}_{stage.what}_{stage.method}{which}"


def clear(key: str) -> None:
    """Callback: nothing is marked any more; a new figure, for the browser holds on to what it was told on the old one."""
    state.set_(state.MAP_MARKS, {each: mark for each, mark in (state.get(state.MAP_MARKS) or {}).items() if each != key})
    state.set_(state.MAP_TURN, state.get(state.MAP_TURN, 0) + 1)


def put(stage: MapStage, mark: Mark) -> None:
    """Callback: mark this; a new figure, in which it is drawn."""
    state.set_(state.MAP_MARKS, {**(state.get(state.MAP_MARKS) or {}), key_of(stage): mark})
    state.set_(state.MAP_TURN, state.get(state.MAP_TURN, 0) + 1)


def members(stage: MapStage, mark: Mark | None) -> Corners:
    """Where several marked points lie, at most 2,000 of them; one alone is a place."""
    if mark is None or len(mark.rows) < 2:
        return ()
    rows = np.array(mark.rows, dtype=np.int64)
    shown = stage.places_of(rows[sample(len(rows), MEMBERS)])
    return tuple((float(x), float(y)) for x, y in shown[np.isfinite(shown).all(axis=1)])


def told_of(event: Mapping[str, Any]) -> Mark | None:
    """A mark of the browser's answer, None where nothing is selected."""
    selection = event["selection"] if event and "selection" in event else {}
    outlines = [*selection.get("lasso", ()), *selection.get("box", ())]
    if outlines and len(outlines[0].get("x", ())) >= 2:
        corners = tuple((float(x), float(y)) for x, y in zip(outlines[0]["x"], outlines[0]["y"], strict=True))
        return Mark(outline=corners if len(corners) > 2 else box_of(corners[0], corners[1]))
    points = [point for point in selection.get("points", ()) if point.get("customdata") is not None]
    rows = tuple(dict.fromkeys(int(point["customdata"][0]) for point in points if point["customdata"][0] != EMPTY_ROW))
    if rows:
        return Mark(rows=rows)
    return Mark(place=(float(points[0]["x"]), float(points[0]["y"]))) if points else None


def picked(stage: MapStage, mark: Mark | None) -> Picked:
    """What a mark holds. What lies inside an outline is looked up here: points that were not drawn count."""
    if mark is None:
        return NOTHING
    if mark.outline:
        return Picked(stage.rows[inside(mark.outline, stage.coordinates)], mark.outline)
    if mark.place is not None:
        return Picked(NOTHING.rows, place=mark.place)
    rows = np.array(mark.rows, dtype=np.int32)
    at = stage.places_of(rows[:1])[0]
    return Picked(rows, place=(float(at[0]), float(at[1])))
