"""Up to four saved scenarios side by side."""

from __future__ import annotations

from pages.ui.studio.stage import Stage


def draw(stage: Stage) -> None:
    """The comparison of saved scenarios."""
