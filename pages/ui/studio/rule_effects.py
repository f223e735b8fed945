"""What every rule does: how many products it matches and lists it changes, and what would be without it."""

from __future__ import annotations

from pages.ui.studio.stage import Stage


def draw(stage: Stage) -> None:
    """The effect of each rule, conflicts and dead rules."""
