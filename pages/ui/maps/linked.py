"""What the marked shoppers are shown and bought, and who is shown and bought the marked products."""

from __future__ import annotations

from pages.ui.maps.stage import MapStage, Picked


def draw(stage: MapStage, picked: Picked) -> None:
    """Not made yet."""
