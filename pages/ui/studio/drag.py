"""The three sliders that move the list while they are dragged; ordinary sliders in their place where that is asked for."""

from __future__ import annotations

import streamlit as st

from pages.ui import cards, state
from pages.ui import words_studio as words
from pages.ui.studio import draft
from pages.ui.studio import words_shelf as say
from pages.ui.studio.stage import Stage

_SLIDER = cards.component(
    "slider",
    '<div class="aisle-slider"><div class="top"><label></label><span class="hint"><button type="button" class="aisle-help">?</button>'
    '<span role="tooltip"></span></span><output></output></div><input type="range" min="0" max="100" step="1"></div>',
)


def slider(stage: Stage, name: str, *, plain: bool | None = None) -> None:
    """The slider `name` of the scenario, 0 to 100. plain: an ordinary one, which moves the list when it is let go; None: as `switch` says.

    A test that cannot run the component sets `state.PLAIN_SLIDERS` in the session, as the switch does.
    """
    value, off = round(getattr(stage.asked, name)), name in stage.missing or not stage.ground.has(name)
    if is_plain() if plain is None else plain:
        st.slider(
            words.SLIDERS[name],
            0,
            100,
            key=state.show_in_widget(name, value),
            format="%d %%",
            help=words.SLIDERS_HELP[name],
            on_change=_take_plain,
            args=(name,),
            disabled=off,
        )
        return
    key = f"drag_{name}"
    data = {"name": name, "label": words.SLIDERS[name], "help": words.SLIDERS_HELP[name], "value": value, "disabled": off}
    data["turn"] = state.get(state.SLIDER_TURNS, {}).get(name, 0)
    _SLIDER(key=key, data=data, on_release_change=lambda: _take_dragged(name, key))


def is_plain() -> bool:
    """Whether ordinary sliders are asked for."""
    return bool(state.get(state.PLAIN_SLIDERS, False))


def switch() -> None:
    """Asks for ordinary sliders; for the expert fold."""
    key = state.show_in_widget(state.PLAIN_SLIDERS, is_plain())
    st.toggle(say.PLAIN_SLIDERS, key=key, help=say.PLAIN_SLIDERS_HELP, on_change=_take_switch)


def _take_switch() -> None:
    state.set_(state.PLAIN_SLIDERS, bool(state.get(state.widget_key(state.PLAIN_SLIDERS))))


def _take_plain(name: str) -> None:
    draft.set_(**{name: float(state.get(state.widget_key(name), 0))})


def _take_dragged(name: str, key: str) -> None:
    told = state.get(key).release
    if told:
        state.set_(state.SLIDER_TURNS, {**state.get(state.SLIDER_TURNS, {}), name: int(told["turn"])})
        draft.set_(**{name: float(min(max(int(told["value"]), 0), 100))})
