"""What is inside the model, for experts."""

from __future__ import annotations

from pages.ui.maps.stage import MapStage


def draw(stage: MapStage) -> None:
    """Not made yet."""
