"""What a new product is said to be, and what is found out about it. Light: numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import InputError

KIND, FOLDER = "cold", "cold"  # the sealed folder in a run's folder
LEVEL = 0.8  # of the intervals of estimates
HIGHEST_PRICE = 1e9
EXPOSURE_WORDS = (
    "Of ten products that were left out to try this on, eight were shown to a share of shoppers in that range: "
    "content says better who would see a new product than how many."
)


@dataclass(frozen=True)
class NewItem:
    """A product that the log does not know. All is optional: what is not said is left out of the comparison.

    category: of the catalogue's column of that name. price: in the log's currency. attributes: other columns of the catalogue, value by
    name, several values parted by "|" (subcategory, genres, brand, year, description ...). picture: float32 (203,) as
    `data.picture_features` makes it; vector: float32, as wide as the vectors given with the catalogue.
    """

    title: str = ""
    category: str = ""
    price: float | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    picture: NDArray[np.float32] | None = None
    vector: NDArray[np.float32] | None = None
    id: str = ""

    def __post_init__(self) -> None:
        if self.price is not None and not 0 < self.price < HIGHEST_PRICE:
            raise InputError(f"The price of '{self.name}' is {self.price:g}.", "Give a number above 0, or leave it out.")

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.title or self.id or "the new product"


@dataclass(frozen=True)
class Estimate:
    """A figure with the interval that held LEVEL of the products which were left out to try it on."""

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Near:
    """A real product (its number in the dataset) and its likeness by content, 0..1."""

    item: int
    likeness: float


@dataclass(frozen=True)
class Audience:
    """Who would be shown it in a list of k, all [dataset users].

    shown: bool, its score passes that of the k-th of the shopper's list. chance: float32, how often a product of such a score was in the
    run's list, 0..1. match: float32, the share of comparable products that suit the shopper less, 0..1: for ranking shoppers.
    Shoppers without a history see best sellers: never shown, chance 0.
    """

    shown: NDArray[np.bool_]
    chance: NDArray[np.float32]
    match: NDArray[np.float32]

    @property
    def size(self) -> int:
        """How many would be shown it."""
        return int(self.shown.sum())

    def best(self, n: int) -> NDArray[np.int64]:
        """The n shoppers that it suits best, best first, ties by number."""
        return np.lexsort((np.arange(len(self.chance)), -self.match, -self.chance))[:n]


@dataclass(frozen=True)
class SegmentAudience:
    """One segment: how many shoppers, the share of them that would be shown it, their mean match."""

    label: str
    shoppers: int
    exposure: float
    match: float


@dataclass(frozen=True)
class Help:
    """One way to get it seen. kind: "nothing", "pin" (at `rank`, for `segment`, None: everybody) or "reserve" (one of k places).

    exposure: share of all shoppers who would have it in their list. rivals: new products that compete for the reserved place.
    """

    kind: str
    words: str
    exposure: float
    segment: str | None = None
    rank: int | None = None
    rivals: int | None = None


@dataclass(frozen=True)
class Placed:
    """A new product in its place.

    vector: float32 [d] in the space of the run's `item_vectors`, or of the log's own where the run has none (`space`: "run" or "log").
    point: on the run's PCA map of products, None where none was given. nearest: by vector; alike: by content. exposure: share of
    shoppers with it in their top k. likeness_*: what content-kNN, the plain baseline, says of the same. buyers: in a time as long as the
    log. segments: best match first. helps: the present first. notes: in words, what was not known or not understood.
    """

    item: NewItem
    k: int
    vector: NDArray[np.float32]
    space: str
    point: tuple[float, float] | None
    nearest: tuple[Near, ...]
    alike: tuple[Near, ...]
    audience: Audience
    exposure: Estimate
    likeness_audience: Audience
    likeness_exposure: Estimate
    buyers: Estimate
    segments: tuple[SegmentAudience, ...]
    helps: tuple[Help, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """All but the arrays over shoppers."""
        return {
            "title": self.item.title,
            "category": self.item.category,
            "price": self.item.price,
            "attributes": dict(self.item.attributes),
            "k": self.k,
            "space": self.space,
            "vector": [float(x) for x in self.vector],
            "point": self.point,
            "nearest": [asdict(near) for near in self.nearest],
            "alike": [asdict(near) for near in self.alike],
            "shown_to": self.audience.size,
            "exposure": self.exposure.to_json(),
            "likeness_shown_to": self.likeness_audience.size,
            "likeness_exposure": self.likeness_exposure.to_json(),
            "buyers": self.buyers.to_json(),
            "segments": [asdict(each) for each in self.segments],
            "helps": [asdict(each) for each in self.helps],
            "notes": list(self.notes),
        }
