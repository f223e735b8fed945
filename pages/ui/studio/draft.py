"""The scenario on screen: held in the URL, changed by callbacks, undone and redone within the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pages.ui import state
from recsys_core.errors import UserError
from recsys_core.ranking.address import from_address, to_address
from recsys_core.ranking.scenario import Scenario

STEPS = 50  # kept for undo


def current(default: Scenario) -> Scenario:
    """The scenario in the URL, or of this session, or `default`; written to the URL. A damaged address is shown as a problem."""
    held = state.chosen(state.SCENARIO)
    try:
        found = from_address(held) if held else default
    except UserError as error:
        state.set_(state.STUDIO_PROBLEM, error)
        found = default
    state.put(state.SCENARIO, to_address(found))
    return found


def shown() -> Scenario:
    """The scenario that the page shows now; for callbacks."""
    return from_address(state.chosen(state.SCENARIO) or "")


def edit(change: Callable[[Scenario], Scenario]) -> None:
    """Callback: change the scenario; one that no scenario may have is a problem to show, and changes nothing."""
    try:
        before = shown()
        after = change(before)
        address = to_address(after)
    except UserError as error:
        state.set_(state.STUDIO_PROBLEM, error)
        return
    if after == before:
        return
    state.set_(state.STUDIO_UNDO, [*state.get(state.STUDIO_UNDO, []), to_address(before)][-STEPS:])
    state.clear(state.STUDIO_REDO)
    state.put(state.SCENARIO, address)


def set_(**settings: Any) -> None:
    """Callback: the same for some settings, by their names in `Scenario`."""
    edit(lambda scenario: scenario.with_(**settings))


def adopt(scenario: Scenario) -> None:
    """Callback: put another scenario on screen, such as a saved one; undo goes back to this one."""
    edit(lambda _: scenario)


def undo() -> None:
    """Callback: the scenario before the last change."""
    _step(state.STUDIO_UNDO, state.STUDIO_REDO)


def redo() -> None:
    """Callback: take an undo back."""
    _step(state.STUDIO_REDO, state.STUDIO_UNDO)


def can(key: str) -> bool:
    """Whether there is something to undo (`state.STUDIO_UNDO`) or redo."""
    return bool(state.get(key))


def problem() -> UserError | None:
    """The problem of the last change, once."""
    found = state.get(state.STUDIO_PROBLEM)
    state.clear(state.STUDIO_PROBLEM)
    return found if isinstance(found, UserError) else None


def _step(from_: str, to: str) -> None:
    addresses = list(state.get(from_, []))
    if addresses:
        state.set_(to, [*state.get(to, []), state.chosen(state.SCENARIO)][-STEPS:])
        state.put(state.SCENARIO, addresses.pop())
        state.set_(from_, addresses)
