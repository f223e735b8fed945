"""How a list is made: the formula, the order of operations, the seed, what each figure means."""

from __future__ import annotations

from pages.ui.studio.stage import Stage


def draw(stage: Stage) -> None:
    """The method."""
