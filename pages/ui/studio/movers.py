"""Winners and losers: products, groups, price bands; exposure before and after; what is never shown."""

from __future__ import annotations

from pages.ui.studio.stage import Stage


def draw(stage: Stage) -> None:
    """The catalogue's side of the scenario."""
