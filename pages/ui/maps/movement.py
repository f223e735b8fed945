"""What a scenario moves on the map."""

from __future__ import annotations

from pages.ui.maps.stage import MapStage, Picked


def draw(stage: MapStage, picked: Picked) -> None:
    """Not made yet."""
