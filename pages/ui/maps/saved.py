"""Segments and groups that were kept: marking one on the map, keeping and removing them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from pages.ui import cache, state
from pages.ui.maps import marking
from pages.ui.maps.stage import MapStage, Picked
from recsys_core.errors import NotFoundError, UserError

if TYPE_CHECKING:
    from recsys_core.profiles.drawn import Drawn


def show(stage: MapStage, one: Drawn) -> None:
    """Callback: mark those of its members that are on the map."""
    marking.put(stage, marking.Mark(rows=tuple(np.intersect1d(one.rows, stage.rows).tolist())))


def keep(stage: MapStage, picked: Picked, field: str) -> None:
    """Callback: keep what is marked under the name in the field of this key."""
    from recsys_core.profiles.drawn import keep_drawn

    made: dict[str, Any] = {"run": stage.record.id, "method": stage.method}
    if picked.outline:
        made["outline"] = [[round(float(x), 4), round(float(y), 4)] for x, y in picked.outline]
    _attempt(partial(keep_drawn, stage.dataset, str(state.get(field) or ""), stage.what, picked.rows, made))


def remove(stage: MapStage, id: str) -> None:
    """Callback: take one away. One that somebody else removed is gone, which is what was asked for."""
    from recsys_core.profiles.drawn import remove_drawn

    try:
        remove_drawn(stage.dataset, id, stage.what)
    except NotFoundError:
        return
    except UserError as error:
        state.set_(state.COHORT_PROBLEM, error)


def used_by(stage: MapStage, one: Drawn) -> list[str]:
    """Names of the shop's saved scenarios that name it."""
    registry = cache.workspace().registry
    return [each.name for each in registry.scenarios(registry.shop_of(stage.dataset.id)) if _names(each.settings, one.name)]


def _names(settings: Any, name: str) -> bool:
    """Whether a text or a key in nested settings is this name."""
    if isinstance(settings, dict):
        return any(key == name or _names(value, name) for key, value in settings.items())
    if isinstance(settings, list | tuple):
        return any(_names(value, name) for value in settings)
    return bool(settings == name)


def _attempt(change: Any) -> None:
    try:
        change()
    except UserError as error:
        state.set_(state.COHORT_PROBLEM, error)
