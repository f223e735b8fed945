"""Moving about in the latent space."""

from __future__ import annotations

from pages.ui.maps.stage import MapStage, Picked


def panel(stage: MapStage, picked: Picked) -> None:
    """Not made yet."""
