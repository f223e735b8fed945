"""Which scenario is looked at on the map: the studio's, one that is saved, or a preset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import cache, formats, state
from pages.ui.maps import words_moves as words
from pages.ui.maps.stage import MapStage
from pages.ui.studio.stage import default_scenario, fitted
from recsys_core.errors import UserError
from recsys_core.ranking.address import from_address
from recsys_core.ranking.presets import presets
from recsys_core.ranking.scenario import Scenario

if TYPE_CHECKING:
    from recsys_core.ranking.ground import Ground

HERE, PRESET = "here", "preset:"


def choose(stage: MapStage) -> Scenario:
    """The one chosen, in the address, without what this run has nothing for. Raises UserError for a saved one that cannot be read."""
    ground = cache.studio(stage.record.id).studio.ground
    here, problem = on_screen(ground)
    options = offered(stage, ground, here)
    now = state.chosen(state.MAP_MOVES) or HERE
    chosen = now if now in options else HERE
    st.selectbox(
        words.SCENARIO,
        list(options),
        key=state.show_in_widget(state.MAP_MOVES, chosen),
        format_func=lambda id_: options.get(id_, id_),
        on_change=state.take_from_widget,
        args=(state.MAP_MOVES,),
        width=320,
    )
    if problem and chosen == HERE:
        st.caption(words.UNREADABLE)
    scenario, left_out = fitted(read(chosen, ground, here), ground)
    if left_out:
        st.caption(words.LEFT_OUT.format(names=formats.listing(left_out)))
    return scenario


def on_screen(ground: Ground) -> tuple[Scenario, bool]:
    """(the studio's scenario of this session, whether there was one that cannot be read)."""
    asked = state.chosen(state.SCENARIO)
    if not asked:
        return default_scenario(ground), False
    try:
        return from_address(asked), False
    except UserError:
        return default_scenario(ground), True


def offered(stage: MapStage, ground: Ground, here: Scenario) -> Mapping[str, str]:
    """Id -> name: the studio's, those that are saved, the presets that this data has something for."""
    registry = cache.workspace().registry
    first = words.ON_SCREEN.format(name=here.name) if state.chosen(state.SCENARIO) else words.USUAL
    saved = {record.id: record.name for record in registry.scenarios(registry.shop_of(stage.dataset.id))}
    ready = {f"{PRESET}{each.name}": words.PRESET.format(name=each.name) for each in presets(ground) if not each.missing}
    return {HERE: first, **saved, **ready}


def read(id: str, ground: Ground, here: Scenario) -> Scenario:
    """The scenario of an id that is offered."""
    if id == HERE:
        return here
    if id.startswith(PRESET):
        return next(each for each in presets(ground) if each.name == id.removeprefix(PRESET)).of(Scenario())
    return Scenario.from_json(cache.workspace().registry.scenario(id).settings)
