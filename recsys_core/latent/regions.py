"""What lies inside a box or a lasso on a map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import InputError

Corner = tuple[float, float]


def inside(outline: Sequence[Corner], coordinates: NDArray[np.floating]) -> NDArray[np.bool_]:
    """bool [n]: which of the points [n, 2] lie in the polygon through these corners, by the even-odd rule; closed by itself.

    Raises InputError for fewer than three corners, or one that is no number.
    """
    corners = np.asarray(outline, dtype=np.float64).reshape(-1, 2)
    if len(corners) < 3 or not np.isfinite(corners).all():
        raise InputError(f"An outline of {len(corners)} corners encloses nothing.", "Give at least three corners, each as x,y.")
    x, y = np.asarray(coordinates[:, 0], np.float64), np.asarray(coordinates[:, 1], np.float64)
    found = np.zeros(len(x), dtype=np.bool_)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        crosses = (y0 > y) != (y1 > y)
        if crosses.any():
            found[crosses] ^= x[crosses] < (x1 - x0) * (y[crosses] - y0) / (y1 - y0) + x0
    return found


def box(one: Corner, other: Corner) -> tuple[Corner, ...]:
    """The outline of the box between two opposite corners."""
    (x0, y0), (x1, y1) = one, other
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
