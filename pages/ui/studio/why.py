"""Why the shopper on screen is shown a product: past purchases, the smallest set that it takes, the waterfall, the counts."""

from __future__ import annotations

from pages.ui.studio.stage import Stage


def draw(stage: Stage) -> None:
    """The explanation of the product asked for; nothing where none is."""
