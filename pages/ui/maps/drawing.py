"""The figure of a map for a colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from pages.ui import formats, words
from pages.ui.charts.maps.points import MapPoints, group_map, thin_out, value_map
from pages.ui.maps.points import of_items, of_users

if TYPE_CHECKING:
    from recsys_core.latent.projections import Projection


def draw(dataset: Any, catalogue: Any, projection: Projection, what: str, method: str, colour: str) -> tuple[go.Figure, int]:
    """(figure, points drawn)."""
    rows = projection.rows
    hover, sizes, groups = (of_items if what == "items" else of_users)(catalogue, dataset, rows)
    points = thin_out(MapPoints(projection.coordinates, rows, hover, equal=method == "pca"), words.MAP_LIMIT)
    keep = np.searchsorted(rows, points.rows) if len(points) < len(rows) else np.arange(len(rows))
    title = f"{formats.plural(len(rows), 'product' if what == 'items' else 'shopper')}, {method.upper()}"
    subtitle = words.MAP_COLOUR
    if colour == "group" and (groups >= 0).any():
        return group_map(points, groups[keep], catalogue.labels, title=title, subtitle=subtitle), len(points)
    if colour == "price" and what == "items":
        prices = catalogue.prices[points.rows]
        return value_map(points, prices, name=words.MAP_COLOURS["price"], title=title, subtitle=subtitle), len(points)
    name = words.MAP_BUYERS if what == "items" else words.MAP_PRODUCTS_HAD
    return value_map(points, sizes[keep].astype(float), name=name, title=title, subtitle=subtitle), len(points)
