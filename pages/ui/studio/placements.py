"""The same engine, sliders and rules on other places: a product page, a basket, a category page."""

from __future__ import annotations

from pages.ui.studio.stage import Stage


def draw(stage: Stage) -> None:
    """The chosen placement's list before and after."""
