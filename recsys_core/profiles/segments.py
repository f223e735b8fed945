"""Segments of shoppers as they are stored and read: who is in which, what each is called and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.profiles.store import open_profile

NOT_MADE = "No segments were made of this dataset yet."


@dataclass(frozen=True)
class Feature:
    """What sets a segment apart. value: of its median shopper, or its mean share; typical: the same of all. text: both in words."""

    name: str
    words: str
    value: float
    typical: float
    text: str


@dataclass(frozen=True)
class Segment:
    """share: of the shoppers that are in any segment. features: the most telling first."""

    label: str
    size: int
    share: float
    features: tuple[Feature, ...]

    def to_json(self) -> dict[str, Any]:
        """As `load_segments` reads it."""
        return asdict(self)


@dataclass(frozen=True)
class Segments:
    """codes: int32, the segment of each shopper by number, -1 for none. scores: how repeatably each number tried comes out, 0..1.

    suggested: the number that the data says. plain: whether anybody would find the same segments. source: "shoppers" or "none", and
    then reason says why.
    """

    codes: NDArray[np.int32]
    segments: tuple[Segment, ...]
    scores: dict[int, float]
    suggested: int
    plain: bool
    seed: int
    source: str
    reason: str

    @property
    def labels(self) -> list[str]:
        """Names, the largest segment first."""
        return [segment.label for segment in self.segments]

    @property
    def sizes(self) -> list[int]:
        """Shoppers in each."""
        return [segment.size for segment in self.segments]

    @property
    def shares(self) -> list[float]:
        """Share of the shoppers in each."""
        return [segment.share for segment in self.segments]

    def label(self, user: int) -> str | None:
        """The segment's name of one shopper."""
        code = int(self.codes[user])
        return self.segments[code].label if code >= 0 else None


def load_segments(dataset: Dataset) -> Segments:
    """The segments of the chosen profile, none (with the reason) where there are none. Raises CorruptArtifactError where it is damaged."""
    profile = open_profile(dataset)
    if profile is None or not profile.has("segments.json"):
        return Segments(np.full(dataset.n_users, -1, dtype=np.int32), (), {}, 0, False, 0, "none", NOT_MADE)
    found = profile.json("segments.json")
    segments = tuple(Segment(**{**one, "features": tuple(Feature(**feature) for feature in one["features"])}) for one in found["segments"])
    return Segments(
        codes=profile.array("segments.npy"),
        segments=segments,
        scores={int(number): float(score) for number, score in found["scores"].items()},
        suggested=int(found["suggested"]),
        plain=bool(found["plain"]),
        seed=int(found["seed"]),
        source="shoppers" if segments else "none",
        reason=str(found["reason"]),
    )
