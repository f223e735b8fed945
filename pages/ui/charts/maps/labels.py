"""The names of regions, written on the map where there is room."""

from __future__ import annotations

from html import unescape

import numpy as np
from numpy.typing import NDArray

from pages.ui.charts.frame import INK, PAGE, QUIET_TEXT
from pages.ui.charts.maps.paints import Groups, Paint

MOST = 14  # names on one map
LETTER, LINE = 0.0085, 0.052  # room that a letter and a line of text need, as shares of the map
MOVED = (0, 1, -1, 2, -2, 3, -3)  # lines up or down that a name moves to find room, where nothing else says what its colour is
LONGEST = 26  # signs of a name
LOOKED_AT = 400  # points of a group among which its densest place is looked for


def region_names(
    coordinates: NDArray[np.floating], names: Groups, box: tuple[float, float, float, float], paint: Paint
) -> list[dict[str, object]]:
    """Annotations: the largest groups in view by name, where they are densest, none over another.

    In the colour of the group where the map is coloured by these groups, else in a quiet one.
    """
    x0, y0, x1, y1 = box
    span = np.array([x1 - x0, y1 - y0])
    x, y = coordinates[:, 0], coordinates[:, 1]
    seen = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    coordinates, codes = coordinates[seen], names.codes[seen]
    colours = names.colours() if paint is names else {}
    taken: list[tuple[NDArray[np.floating], NDArray[np.floating]]] = []
    written: list[dict[str, object]] = []
    for code in Groups(codes, names.labels).largest():
        if len(written) == MOST:
            break
        text = names.labels[code]
        centre = densest(coordinates[codes == code], span)
        room = np.array([LETTER * len(unescape(text)), LINE]) / 2
        middle = (centre - (x0, y0)) / span
        tried = (np.clip(middle + np.array([0, step * LINE]), room, 1 - room) for step in (MOVED if code in colours else MOVED[:1]))
        free = (each for each in tried if not any((np.abs(each - other) < room + others).all() for other, others in taken))
        middle = next(free, None)
        if middle is None:
            continue
        taken.append((middle, room))
        at = middle * span + (x0, y0)
        font = {"size": 12, "color": colours.get(code, INK if not colours else QUIET_TEXT)}
        written.append(
            {"x": float(at[0]), "y": float(at[1]), "text": f"<b>{text}</b>", "font": font, "bgcolor": PAGE, "opacity": 0.85, "borderpad": 1}
        )
    return written


def densest(coordinates: NDArray[np.floating], span: NDArray[np.floating]) -> NDArray[np.float64]:
    """Where a group has the most points: the mean of those near the point with the most neighbours (at most 400 are looked at)."""
    looked_at = coordinates[:: max(1, len(coordinates) // LOOKED_AT)].astype(np.float64)
    near = (np.abs(looked_at[:, None] - looked_at[None]) / span < 0.06).all(axis=2)
    return np.asarray(looked_at[near[near.sum(axis=1).argmax()]].mean(axis=0))
