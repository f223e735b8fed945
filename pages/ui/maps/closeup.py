"""The part of a map that is looked at closely, held in the address with the map that it is a part of."""

from __future__ import annotations

import math

from pages.ui import state
from pages.ui.charts.maps.points import Box
from pages.ui.maps.stage import MapStage

ROOM = 0.04  # around what was marked, as a share of its extent


def box_of(stage: MapStage) -> Box | None:
    """What the address says, None for the whole map and for what is no part of this one."""
    name, _, numbers = (state.in_address(state.MAP_BOX) or "").partition(":")
    try:
        x0, y0, x1, y1 = (float(each) for each in numbers.split(","))
    except ValueError:
        return None
    right = name == _name(stage) and all(map(math.isfinite, (x0, y0, x1, y1))) and x0 < x1 and y0 < y1
    return (x0, y0, x1, y1) if right else None


def to_text(stage: MapStage, box: Box) -> str:
    """As the address holds it."""
    return f"{_name(stage)}:" + ",".join(f"{each:.5g}" for each in box)


def around(outline: tuple[tuple[float, float], ...]) -> Box:
    """The box around a mark."""
    x, y = zip(*outline, strict=True)
    across, up = (max(x) - min(x)) * ROOM or 1e-3, (max(y) - min(y)) * ROOM or 1e-3
    return min(x) - across, min(y) - up, max(x) + across, max(y) + up


def _name(stage: MapStage) -> str:
    return str(stage.map.manifest["folder"])
