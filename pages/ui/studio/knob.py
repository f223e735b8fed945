"""A widget that shows one part of the scenario and changes it: undo, a saved scenario and a pasted address move it too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from pages.ui import state
from pages.ui.studio import draft
from recsys_core.ranking.scenario import Scenario

Change = Callable[[Scenario, Any], Scenario]


def knob(name: str, value: Any, change: Change) -> dict[str, Any]:
    """Key and callback of a widget that shows `value` now. change: (scenario, the widget's new value) -> scenario."""
    return {"key": state.show_in_widget(f"knob_{name}", value), "on_change": _take, "args": (f"knob_{name}", change)}


def setting(name: str, value: Any) -> dict[str, Any]:
    """The same for a setting that the scenario has under this name; of the type of `value`."""
    kind = type(value)
    return knob(name, value, lambda scenario, new: scenario if new is None else scenario.with_(**{name: kind(new)}))


def read(name: str, default: Any = None) -> Any:
    """What the widget of a knob, or of a form, is set to; for callbacks."""
    return state.get(state.widget_key(f"knob_{name}"), default)


def without(parts: tuple[Any, ...], place: int) -> tuple[Any, ...]:
    """All parts but one."""
    return parts[:place] + parts[place + 1 :]


def instead(parts: tuple[Any, ...], place: int, part: Any) -> tuple[Any, ...]:
    """The parts with one in another's place."""
    return (*parts[:place], part, *parts[place + 1 :])


@contextmanager
def fold(name: str, label: str) -> Iterator[bool]:
    """An expander; says whether it is open, and is worth filling. It stays open when its label changes with a count."""
    is_open = name in state.get(state.STUDIO_OPEN, ())
    with st.expander(f"**{label}**", key=state.show_in_widget(f"fold_{name}", is_open), on_change=_turn, args=(name,), type="compact"):
        yield is_open


def unfold(name: str) -> None:
    """Callback: open a fold."""
    state.set_(state.STUDIO_OPEN, sorted({*state.get(state.STUDIO_OPEN, ()), name}))


def remove_button(key: str, help_: str, change: Callable[[Scenario], Scenario]) -> None:
    """A small cross that takes something out of the scenario."""
    st.button("", icon=":material/close:", key=key, help=help_, type="tertiary", on_click=draft.edit, args=(change,))


def _take(name: str, change: Change) -> None:
    draft.edit(lambda scenario: change(scenario, state.get(state.widget_key(name))))


def _turn(name: str) -> None:
    others = {*state.get(state.STUDIO_OPEN, ())} - {name}
    state.set_(state.STUDIO_OPEN, sorted(others | ({name} if state.get(state.widget_key(f"fold_{name}")) else set())))
