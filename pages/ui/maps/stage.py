"""What every part of the Taste map page is about: the map on screen, and what is marked on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pages.ui.cache import Catalogue
from recsys_core.data.dataset import Dataset
from recsys_core.models.runs import Run
from recsys_core.storage.records import RunRecord

if TYPE_CHECKING:
    from recsys_core.latent.projections import Projection

ITEMS, USERS = "items", "users"


@dataclass(frozen=True)
class MapStage:
    """The map on screen. what: "items" or "users". method: the one that is drawn. map: its points and how far to trust it."""

    record: RunRecord
    run: Run
    dataset: Dataset
    catalogue: Catalogue
    what: str
    method: str
    map: Projection

    @property
    def coordinates(self) -> NDArray[np.float32]:
        """Float32 [n, 2]."""
        return self.map.coordinates

    @property
    def rows(self) -> NDArray[np.int32]:
        """Int32 [n], ascending: the dataset's index of each point."""
        return self.map.rows

    def places_of(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """Where products or shoppers of the dataset lie [n, 2]; NaN for those that are not on the map."""
        at = np.searchsorted(self.rows, rows).clip(0, len(self.rows) - 1)
        found = np.array(self.coordinates[at], dtype=np.float32)
        found[self.rows[at] != rows] = np.nan
        return found


@dataclass(frozen=True)
class Picked:
    """What is marked on the map. rows: int32 [m], dataset indices inside the outline or clicked, those that are thinned out too.

    outline: corners of the box or lasso in coordinates of the map, () for a click. place: where was clicked, a point's own place or an
    empty spot; None where nothing was.
    """

    rows: NDArray[np.int32]
    outline: tuple[tuple[float, float], ...] = ()
    place: tuple[float, float] | None = None

    @property
    def one(self) -> int | None:
        """The product or shopper that was clicked, None for a region or an empty spot."""
        return int(self.rows[0]) if len(self.rows) == 1 and not self.outline else None


NOTHING = Picked(np.zeros(0, np.int32))
