"""What was found inside a model, as JSON with the names of products."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.errors import UserError
from recsys_core.jobs.inside import OWN_PRIOR, Attributes, Generated, Inside, SideBySide
from recsys_core.latent.diagnosis import Dimensions, PriorFit
from recsys_core.latent.likeness import Pair
from recsys_core.latent.reconstruction import ByPopularity
from recsys_core.storage.json_text import plain

T = TypeVar("T")
DIFFER = 10  # of two runs, products listed


def or_why(find: Callable[[], T], tell: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    """What was found, or {"unavailable": why} where it cannot be had of this run."""
    try:
        return tell(find())
    except UserError as error:
        return {"unavailable": str(error)}


def of_dimensions(opened: Inside, found: Dimensions) -> dict[str, Any]:
    """active and verdict only of a model with a prior: elsewhere codes have no unit."""
    judged = {"active": int(found.active.sum()), "share": found.share, "verdict": found.verdict} if opened.variational else {}
    kl = {} if found.kl is None else {"kl_mean": float(found.kl.mean()), "kl": found.kl}
    told = {"dimensions": len(found.variance), **judged, "effective": found.effective, "shoppers": found.shoppers}
    return dict(plain({**told, **kl, "variance": found.variance}))


def of_prior(opened: Inside, found: PriorFit) -> dict[str, Any]:
    """filled: the most of the prior that can lie where shoppers are; own_prior: the model's own prior is another than N(0, I)."""
    apart = {"kl": found.kl, "kl_single": float(found.kl_each.sum())}
    told = {"filled": found.filled, "fits": found.fits, "farther": found.farther, **apart}
    distances = {"own_distance_median": float(np.median(found.own)), "prior_distance_median": float(np.median(found.prior))}
    own = opened.run.spec.id in OWN_PRIOR
    return dict(plain({**told, **distances, "own_prior": own, "mean": found.mean, "variance": found.variance}))


def of_recall(found: Mapping[str, ByPopularity]) -> dict[str, Any]:
    """By what was asked: "given back", "foretold"."""
    return dict(plain(found))


def of_attributes(opened: Inside, found: Attributes) -> dict[str, Any]:
    """Shares, and pairs that only the model, or only what is written, calls alike."""
    like = found.likeness
    sides = {"model_only": like.first_only, "attributes_only": like.second_only}
    pairs = {name: _pairs(opened.dataset, found.items, side) for name, side in sides.items()}
    return dict(
        plain({"shared": like.shared, "chance": like.chance, "nearest": like.k, "products": like.points, "parts": found.parts, **pairs})
    )


def of_generated(found: Generated) -> dict[str, Any]:
    """compared, with a word on how alike they are, and how many were placed."""
    return dict(plain({"compared": found.compared, "alike": found.compared.alike, "placed": len(found.users)}))


def of_side_by_side(opened: Inside, found: SideBySide, what: str) -> dict[str, Any]:
    """The alignment, the neighbours that both agree on, and the ten that they differ on most."""
    turned = {"left_over": found.alignment.left_over, "scale": found.alignment.scale, "turn": found.alignment.turn}
    ids = opened.dataset.item_ids if what == "items" else opened.dataset.user_ids
    differ = [str(ids[row]) for row in found.rows[found.differ[:DIFFER]]]
    like = found.likeness
    return dict(plain({"what": what, "points": len(found.rows), **turned, "shared": like.shared, "chance": like.chance, "differ": differ}))


def _pairs(dataset: Dataset, items: NDArray[np.int32], pairs: Iterable[Pair]) -> list[dict[str, Any]]:
    def named(place: int) -> dict[str, str]:
        item = int(items[place])
        return {"item_id": str(dataset.item_ids[item]), "title": str(dataset.items["title"].iat[item])}

    return [{"one": named(pair.one), "other": named(pair.other), "near": pair.near, "far": pair.far} for pair in pairs]
