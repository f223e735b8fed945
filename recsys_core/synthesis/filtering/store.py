"""Marks and curves of a set on disk: a sealed folder inside the set's own. Light: pages move the slider over what is read here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from recsys_core.errors import CorruptArtifactError
from recsys_core.storage.artifacts import open_artifact, seal
from recsys_core.storage.atomic import new_folder, remove_folder, write_array, write_json
from recsys_core.synthesis.filtering.marks import Dropped, Flags, Floats, Marks, dropped, kept, natural_keep
from recsys_core.synthesis.store import FILTERING, SyntheticSet

KIND, FILE = "filtering", "filtering.json"
MARKS = ("realism", "nearest", "nearest_user", "too_close", "too_far", "invalid", "reason", "score")


@dataclass(frozen=True)
class Point:
    """One figure of a curve with its 95 % interval; 1 is as good as the real log itself."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Stop:
    """One position of the slider. keep: the share kept of those that pass the rules; None: the set as it is, rules and all ignored.

    fidelity, utility, privacy: at equal size (see `curves`), None where it cannot be measured. as_kept: figures of the scorecard
    (F9_item_cooccurrence, U1_tstr, P1_membership_auc, P3_users_too_close) of these shoppers alone, however few they are.
    """

    keep: float | None
    shoppers: int
    fidelity: Point | None
    utility: Point | None
    privacy: Point | None
    as_kept: Mapping[str, float]


@dataclass(frozen=True)
class Limits:
    """close, far: Jaccard to the nearest real shopper, at or above and below which a shopper is dropped (far: to the nearest of those whom
    the wish describes, where one was uttered). realism: where the slider stands
    at first, what 19 of 20 real shoppers reach. told_apart: the critic's AUC of telling real from synthetic shoppers; .5 by chance.
    """

    close: float
    far: float
    realism: float
    told_apart: float


@dataclass(frozen=True)
class Filtering:
    """All that the filter found. real_realism, real_nearest: float64, of the real shoppers (or a sample), to draw beside the marks'.

    curves: by rising `keep`, the set as it is last. titles: fidelity, utility, privacy -> what is measured, in a sentence. notes: what was
    capped or left out.
    """

    marks: Marks
    real_realism: Floats
    real_nearest: Floats
    limits: Limits
    curves: tuple[Stop, ...]
    titles: Mapping[str, str]
    notes: tuple[str, ...]
    seed: int

    @property
    def natural(self) -> float:
        """Where the slider stands at first."""
        return natural_keep(self.marks, self.limits.realism)

    def kept(self, keep: float) -> Flags:
        """Who stays, bool [n]. Raises InputError for a share not in (0, 1]."""
        return kept(self.marks, keep)

    def dropped(self, keep: float) -> tuple[Dropped, ...]:
        """What is dropped and why. Raises InputError for a share not in (0, 1]."""
        return dropped(self.marks, keep)

    def to_json(self) -> dict[str, Any]:
        """All but the arrays."""
        return {"limits": self.limits, "curves": self.curves, "titles": self.titles, "notes": self.notes, "seed": self.seed}


def write_filtering(folder: Path, found: Filtering, inputs: Mapping[str, Any]) -> None:
    """Write it into `folder`, whole or not at all, replacing an older one. inputs: what it was made of, for the manifest."""
    remove_folder(folder)
    with new_folder(folder) as new:
        for name in MARKS:
            write_array(new / f"{name}.npy", getattr(found.marks, name))
        write_array(new / "real_realism.npy", found.real_realism)
        write_array(new / "real_nearest.npy", found.real_nearest)
        write_json(new / FILE, found.to_json())
        seal(new, {"kind": KIND, "inputs": inputs, "seed": found.seed})


def has_filtering(made: SyntheticSet) -> bool:
    """Whether the filter has run on this set."""
    return (made.folder / FILTERING).is_dir()


def open_filtering(made: SyntheticSet) -> Filtering:
    """What the filter found of a set. Raises NotFoundError where it has not run, CorruptArtifactError."""
    artifact = open_artifact(made.folder / FILTERING, kind=KIND)
    told = artifact.json(FILE)
    try:
        return Filtering(
            Marks(*(np.asarray(artifact.array(f"{name}.npy")) for name in MARKS)),
            np.asarray(artifact.array("real_realism.npy")),
            np.asarray(artifact.array("real_nearest.npy")),
            Limits(**told["limits"]),
            tuple(_stop(stop) for stop in told["curves"]),
            told["titles"],
            tuple(told["notes"]),
            told["seed"],
        )
    except (KeyError, TypeError) as error:
        raise CorruptArtifactError(f"The filtering of '{made.record.id}' cannot be read.", "Filter the set again.") from error


def _stop(told: Mapping[str, Any]) -> Stop:
    points = {name: Point(**told[name]) if told[name] else None for name in ("fidelity", "utility", "privacy")}
    return Stop(told["keep"], told["shoppers"], as_kept=told["as_kept"], **points)
