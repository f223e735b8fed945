"""What would stop a training, known before it starts: by the model's spec, the size of the log and what the log says. No torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import psutil

from pages.ui import cache
from pages.ui import words_models as say
from pages.ui.formats import plain
from recsys_core.jobs.estimates import Facts, facts_of
from recsys_core.jobs.possible import STRANGERS
from recsys_core.models.player_memory import cfgan_bytes, vae_gan_bytes
from recsys_core.models.spec import ModelSpec
from recsys_core.profiles.material import describes_products
from recsys_core.storage.records import DatasetRecord

SHARE_OF_FREE = 0.8  # of the free memory that the models' own checks allow (item_item, neighbours, pure_svd)
BYTES_A_CELL, BYTES_A_NEIGHBOUR = 20, 40  # as there


def _dense(facts: Facts, settings: Mapping[str, Any], most: Callable[[str], int]) -> float:
    return float(facts.items) ** 2 * BYTES_A_CELL if settings["form"] == "dense" else 0.0


def _neighbours(facts: Facts, settings: Mapping[str, Any], most: Callable[[str], int]) -> float:
    return float(facts.items) * most("k") * BYTES_A_NEIGHBOUR


def _directions(facts: Facts, settings: Mapping[str, Any], most: Callable[[str], int]) -> float:
    return 4 * 1.25 * min(most("rank"), facts.items, facts.users) * (4.0 * facts.items + facts.users)


def _cfgan(facts: Facts, settings: Mapping[str, Any], most: Callable[[str], int]) -> float:
    return cfgan_bytes(settings, facts.users, facts.items)


def _vae_gan(facts: Facts, settings: Mapping[str, Any], most: Callable[[str], int]) -> float:
    return vae_gan_bytes(settings, facts.users, facts.items)


# model -> (bytes that its fit asks for before it starts, what to do where they are not free)
NEEDS: Mapping[str, tuple[Callable[[Facts, Mapping[str, Any], Callable[[str], int]], float], str]] = {
    "ease": (_dense, say.OBSTACLE_DENSE),
    "edlae": (_dense, say.OBSTACLE_DENSE),
    "item-knn": (_neighbours, say.OBSTACLE_NEIGHBOURS),
    "rp3beta": (_neighbours, say.OBSTACLE_NEIGHBOURS),
    "pure-svd": (_directions, say.OBSTACLE_DIRECTIONS),
    "cfgan": (_cfgan, say.OBSTACLE_PLAYERS),
    "vae-gan": (_vae_gan, say.OBSTACLE_PLAYERS),
}


def obstacle(record: DatasetRecord, spec: ModelSpec, settings: Mapping[str, Any], protocol: str) -> str:
    """Why this training would be refused, and what to do instead, in a sentence or two; empty where nothing is known to stop it."""
    resolved = spec.resolve(settings)
    name = plain(spec.title)
    if spec.id == "content" and not describes_products(cache.dataset(record.id)):
        return say.OBSTACLE_CATALOGUE.format(model=name)
    if float(resolved.get("half_life_days", 0) or 0) > 0 and not cache.dataset(record.id).has_times:
        return say.OBSTACLE_TIMES.format(model=name)
    if protocol == STRANGERS and not spec.folds_in_with(resolved):
        return say.OBSTACLE_STRANGERS.format(model=name)
    needed, free = needed_bytes(spec, facts_of(record), resolved), psutil.virtual_memory().available
    if needed > SHARE_OF_FREE * free:
        told = say.OBSTACLE_MEMORY.format(model=name, needed=f"{needed / 2**30:.1f}", free=f"{free / 2**30:.1f}")
        return f"{told} {NEEDS[spec.id][1]}"
    return ""


def needed_bytes(spec: ModelSpec, facts: Facts, settings: Mapping[str, Any]) -> float:
    """What a fit asks for before it starts, the largest point of its grid counted; 0 for a model that asks for nothing."""
    if spec.id not in NEEDS:
        return 0.0

    def most(key: str) -> int:
        return max(int(settings[key]), *(int(point[key]) for point in spec.grid if key in point))

    return NEEDS[spec.id][0](facts, settings, most)
