"""The shopper on screen, played in real time: past products to add or remove, interest tags to edit, what was said so far."""

from __future__ import annotations

from pages.ui.studio.stage import Stage


def draw(stage: Stage) -> None:
    """What is known of the shopper, and everything that changes it."""
