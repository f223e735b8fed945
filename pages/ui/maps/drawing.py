"""The figure of a map as it was asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui import formats
from pages.ui.charts.maps.labels import LONGEST
from pages.ui.charts.maps.paints import Groups
from pages.ui.charts.maps.points import DENSE, TOUCHABLE, MapPoints, View, extent, points_map, sample, within
from pages.ui.maps import words_map as say
from pages.ui.maps.colours import Ground, names_of
from pages.ui.maps.points import item_texts, user_texts
from recsys_core.ranking.scenario import Scenario

if TYPE_CHECKING:
    from recsys_core.latent.projections import Projection

SMALLEST, LARGEST = 3.0, 15.0  # px of dots that differ in size


@dataclass(frozen=True)
class Drawn:
    """A figure. shown: points in view. touched: those of them that answer to the pointer. dense: whether only their density is drawn."""

    figure: go.Figure
    shown: int
    touched: int
    dense: bool


def draw(ground: Ground, projection: Projection, colour: str, of: str, size: str, view: View, scenario: Scenario | None) -> Drawn:
    """The map coloured and sized; points without a place are left out."""
    method = str(projection.manifest["method"])
    coordinates, rows = np.asarray(projection.coordinates), np.asarray(projection.rows)
    placed = np.flatnonzero(np.isfinite(coordinates).all(axis=1))
    box = view.box or extent(coordinates[placed])
    if view.box is not None and len(placed) > TOUCHABLE:
        placed = placed[within(coordinates[placed], box)]
    rows = rows[placed]
    points = MapPoints(coordinates[placed], rows, sizes(ground, size, rows), equal=method == "pca")
    paint = ground.paint(colour, of, rows, scenario)
    names = paint if isinstance(paint, Groups) else ground.regions(rows)
    some = sample(len(rows), TOUCHABLE)
    noun = formats.plural(len(projection.rows), "product" if ground.what == "items" else "shopper")
    named = ground.offered().get(colour, colour)
    figure = points_map(
        points,
        paint,
        some,
        texts(ground, rows[some]),
        names,
        replace(view, box=box),
        title=say.TITLE.format(n=noun, method=method.upper()),
        subtitle=say.SUBTITLE.format(colour=named.lower()),
    )
    return Drawn(figure, len(rows), len(some), len(rows) > DENSE)


def sizes(ground: Ground, size: str, rows: NDArray[np.int32]) -> NDArray[np.float64] | None:
    """Diameter in px of each point, so that areas tell the figure; None where all are one size."""
    if size == "even":
        return None
    values = ground.catalogue.prices[rows] if size == "price" and ground.what == "items" else ground.popularity(rows)
    values = np.where(np.isfinite(values) & (values > 0), values, 0.0)
    most = float(np.percentile(values, 99)) if len(values) else 0.0
    share = np.sqrt(np.clip(values / most, 0, 1)) if most > 0 else np.zeros(len(values))
    return np.asarray(SMALLEST + (LARGEST - SMALLEST) * share)


def texts(ground: Ground, rows: NDArray[np.int32]) -> list[str]:
    """The card of each point."""
    clusters = names_of(ground.clusters, rows)
    if ground.what == "items":
        return item_texts(ground.catalogue, ground.dataset, rows, clusters)
    return user_texts(ground.catalogue, ground.dataset, rows, ground.groups_of(rows), ground.segments, clusters)


def name_of(ground: Ground, row: int) -> str:
    """What a product or shopper is called on the map."""
    return formats.on_chart(ground.catalogue.titles[row] if ground.what == "items" else ground.dataset.user_ids[row], LONGEST)
