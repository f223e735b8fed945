"""What may be set of a map, as data: read by pages and the command line without umap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recsys_core.errors import InputError
from recsys_core.models.spec import Setting

SETTINGS = (
    Setting(
        "neighbours",
        "Neighbours",
        "How many nearest points each one is kept near. Few show small groups and their fine detail, many the rough shape of the whole.",
        "int",
        15,
        2,
        200,
    ),
    Setting(
        "min_distance",
        "Least distance",
        "How close points may lie on the map. 0 packs alike ones into tight knots, more spreads them so that each can be seen.",
        "float",
        0.1,
        0.0,
        0.99,
    ),
    Setting("components", "Dimensions", "2 draws a flat map, 3 one that can be turned; it keeps more neighbours together.", "int", 2, 2, 3),
)
OF_PCA = ("components",)  # the others are UMAP's


@dataclass(frozen=True)
class MapSettings:
    """neighbours: points each is kept near. min_distance: how close they may lie, in units of the map. components: 2 or 3."""

    neighbours: int = 15
    min_distance: float = 0.1
    components: int = 2


USUAL = MapSettings()


def map_settings(method: str, given: Mapping[str, Any]) -> MapSettings:
    """The given ones checked, the usual ones elsewhere; what the method does not know stays at the usual.

    Raises InputError for an unknown name or a value out of range.
    """
    known = {setting.key: setting for setting in SETTINGS}
    for key in given:
        if key not in known:
            raise InputError(f"A map has no setting '{key}'.", f"It has: {', '.join(known)}.")
    checked = {key: known[key].parse(value) for key, value in given.items()}
    return MapSettings(**{key: value for key, value in checked.items() if method != "pca" or key in OF_PCA})  # type: ignore[arg-type]
