"""What the scenario does to each segment of shoppers."""

from __future__ import annotations

from pages.ui.studio.stage import Stage


def draw(stage: Stage) -> None:
    """The shoppers' side of the scenario."""
