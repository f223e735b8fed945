"""Interest tags of a run's shoppers, and what is known of how well they foretell: measured by `interests`, kept beside the run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from recsys_core.evaluation.intervals import Interval
from recsys_core.profiles.groups import ItemGroups, load_groups
from recsys_core.profiles.interests import Held, Recipe, choose_recipe, measure_interests
from recsys_core.storage.atomic import write_json

if TYPE_CHECKING:
    from recsys_core.jobs.studio import Opened
    from recsys_core.models.runs import Run

FILE = "interests.json"


def measure(opened: Opened) -> tuple[Recipe, Held]:
    """Choose how tags are made on the run's validation part, measure them on its test part, and keep both beside the run.

    Raises TooSmallError where the products have no groups, or nothing is held out.
    """
    from recsys_core.errors import TooSmallError

    dataset, run, split = opened.dataset, opened.run, opened.split
    groups = load_groups(dataset)
    if len(groups.labels) < 2 or not split.has_test:
        raise TooSmallError(
            "There are no groups of products to foretell, or nothing is held out.", "Use a run that was tested, and a profile."
        )
    lists = run.validation_lists
    recipe = choose_recipe(dataset, groups, split, None if lists is None else lists[:2])
    held = measure_interests(dataset, groups, split, recipe, run.candidates)
    told = {"groups": _fingerprint(groups), "recipe": asdict(recipe), "held": asdict(held)}
    write_json(run.artifact.folder / FILE, told)
    return recipe, held


def measured(run: Run, groups: ItemGroups) -> tuple[Recipe, Held] | None:
    """What `measure` kept; None where it was not asked, or where it was of other groups."""
    path: Path = run.artifact.folder / FILE
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if told["groups"] != _fingerprint(groups):
            return None
        held = told["held"]
        parts = {name: Interval(**held[name]) for name in ("tags", "popular", "gain")}
        return Recipe(**told["recipe"]), Held(int(held["users"]), **parts)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _fingerprint(groups: ItemGroups) -> str:
    """Of which product is in which group."""
    told = json.dumps(list(groups.labels)).encode() + np.ascontiguousarray(groups.codes, dtype="<i4").tobytes()
    return hashlib.sha256(told).hexdigest()[:16]
