"""Shown to a room: no frame, large type, one scenario a screen, stepped through by arrows."""

from __future__ import annotations

from pages.ui import state
from pages.ui.studio.scenarios import Kept


def start(kept: Kept) -> None:
    """Callback: begin with the scenario on screen if it is saved, else with the first."""
    names = [record.name for record in kept.records]
    state.put(state.PRESENT, str(1 + names.index(kept.asked.name)) if kept.asked.name in names else "1")
