"""The Pareto frontier with 'you are here', and the quadrant from homogenised to over-personalised."""

from __future__ import annotations

from pages.ui.studio.stage import Stage


def draw(stage: Stage) -> None:
    """Both charts."""
