"""Sliders along directions of the latent space; the list follows them. A fragment: the map is not drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from pages.ui import formats, show, state
from pages.ui.formats import plain
from pages.ui.maps import words_steer as words
from pages.ui.maps.stage import MapStage
from pages.ui.maps.steer_board import board
from pages.ui.maps.steer_places import Place
from pages.ui.studio import drag

if TYPE_CHECKING:
    from recsys_core.jobs.steering import Steering, Way

LENGTH = 10
FAR, STEP = 3.0, 0.1  # of a slider, in standard deviations of the shoppers
NAMED, AXES = 4, 2  # sliders that are shown unless others are chosen
TOLD = 0.05  # of an attribute at least, to have a slider unasked
ORDER = ("price", "newness", "popularity", "group")


def draw(stage: MapStage, opened: Steering, place: Place) -> None:
    """The sliders with their list, and which directions have one."""
    if not opened.ways:
        st.markdown(f":gray[{words.SLIDE_NONE}]")
        return
    ways = shown_ways(stage, opened)
    _follow(stage, opened, place, ways)
    _choose(stage, opened, ways)


@st.fragment
def _follow(stage: MapStage, opened: Steering, place: Place, ways: list[Way]) -> None:
    """The sliders, and the list at where they stand."""
    head = st.container(key="slide_head")
    stood, plainly = _steps(stage, place), drag.is_plain()
    steps = {way.name: stood.get(way.name, 0.0) for way in ways}
    if plainly:
        for way in ways:
            _plain_slider(stage, place, way, steps[way.name])
    code = place.code + np.sum([step * way.direction.vector for way, step in zip(ways, steps.values(), strict=True)], axis=0)
    found = opened.lists(np.stack([place.code, code]).astype(np.float32), LENGTH, place.hidden)
    before, after = ([str(stage.catalogue.ids[item]) for item in row] for row in found.items.tolist())
    new = len(set(after) - set(before))
    with head:
        title = words.SLIDE_NEW.format(n=new, k=len(after)) if new else words.SLIDE_SAME if before != after else words.SLIDE_REST
        st.markdown(f"**{title}**  \n:gray[:small[{plain(place.about)}]]", help=words.SLIDE_HELP)
    show.hook(
        "steer",
        way="slide",
        at=place.ref,
        items=",".join(after),
        changed=new,
        steps=";".join(f"{name}={step:g}" for name, step in steps.items()),
    )
    data = {
        "key": f"{stage.record.id} {place.ref} {','.join(steps)}",
        "turn": state.get(state.STEER_TURN, 0),
        "sliders": [] if plainly else [_slider(stage, way, steps[way.name]) for way in ways],
        "far": FAR,
        "step": STEP,
        "before": before,
        "list": after,
        "reset": words.SLIDE_RESET,
    }
    board("steer_slides", stage, np.unique(found.items), data, lambda said: _take(stage, place, said))


def shown_ways(stage: MapStage, opened: Steering) -> list[Way]:
    """Those that were chosen; else price, newness and popularity as far as codes tell them, the groups best told, two axes."""
    chosen = state.get(state.STEER_SHOWN, {}).get(stage.record.id)
    if chosen:
        return [way for way in opened.ways if way.name in chosen]
    named = sorted(
        (way for way in opened.ways if way.kind in ORDER and way.direction.explained >= TOLD), key=lambda way: ORDER.index(way.kind)
    )
    return [*named[:NAMED], *[way for way in opened.ways if way.kind == "axis"][:AXES]]


def ends(stage: MapStage, way: Way) -> tuple[str, str]:
    """What is said at the ends of a slider."""
    if way.kind == "axis":
        return tuple(stage.catalogue.titles[items[0]] if items else "" for items in (way.low_items, way.high_items))  # type: ignore[return-value]
    low, high = words.ENDS[way.kind]
    return low.format(name=way.group), high.format(name=way.group)


def told(stage: MapStage, way: Way) -> str:
    """The tooltip: how much of it codes tell, or which products an axis tells apart."""
    share = formats.percent(way.direction.explained, 0)
    if way.kind != "axis":
        return words.TOLD.format(share=share)
    low, high = (formats.listing(stage.catalogue.titles[item] for item in items) for items in (way.low_items, way.high_items))
    return words.TOLD_AXIS.format(place=words.PLACES[int(way.name.rpartition(" ")[2]) - 1], share=share, low=low, high=high)


def _slider(stage: MapStage, way: Way, step: float) -> dict[str, Any]:
    low, high = ends(stage, way)
    return {"name": way.name, "label": _name(way), "low": low, "high": high, "help": told(stage, way), "value": step}


def _name(way: Way) -> str:
    return words.NAMES[way.kind].format(name=way.group or way.name.rpartition(" ")[2])


def _steps(stage: MapStage, place: Place) -> dict[str, float]:
    """Where the sliders stand; at the start for another place."""
    kept = state.get(state.STEER_SLIDES)
    return dict(kept[1]) if kept and kept[0] == (stage.record.id, place.ref) else {}


def _keep(stage: MapStage, place: Place, steps: dict[str, float]) -> None:
    state.set_(state.STEER_SLIDES, ((stage.record.id, place.ref), {name: float(np.clip(step, -FAR, FAR)) for name, step in steps.items()}))


def _take(stage: MapStage, place: Place, said: dict[str, Any]) -> None:
    """The sliders were moved in the browser."""
    state.set_(state.STEER_TURN, int(said["turn"]))
    _keep(stage, place, {str(name): float(step) for name, step in said["steps"].items()})


def _plain_slider(stage: MapStage, place: Place, way: Way, step: float) -> None:
    low, high = ends(stage, way)
    key = state.show_in_widget(f"steer_{way.name}", round(step, 1))
    st.slider(f"{low} ↔ {high}", -FAR, FAR, step=STEP, key=key, help=told(stage, way), on_change=_take_plain, args=(stage, place, way.name))


def _take_plain(stage: MapStage, place: Place, name: str) -> None:
    moved = float(state.get(state.widget_key(f"steer_{name}"), 0.0))
    _keep(stage, place, {**_steps(stage, place), name: moved})


def _choose(stage: MapStage, opened: Steering, ways: list[Way]) -> None:
    """Which directions have a slider."""
    with st.popover(words.SLIDE_MORE, icon=":material/tune:", type="tertiary"):
        labels = {way.name: _name(way) for way in opened.ways}
        st.multiselect(
            words.SLIDE_CHOOSE,
            list(labels),
            key=state.show_in_widget(state.STEER_SHOWN, [way.name for way in ways]),
            format_func=labels.__getitem__,
            max_selections=words.SLIDE_MOST,
            on_change=_take_shown,
            args=(stage.record.id,),
        )


def _take_shown(run: str) -> None:
    chosen = list(state.get(state.widget_key(state.STEER_SHOWN)) or ())
    state.set_(state.STEER_SHOWN, {**state.get(state.STEER_SHOWN, {}), run: chosen})
