"""Gaps in an assortment and new products, as plain records that go to JSON and back. Light: the server reads them with this file alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from recsys_core.storage.json_text import plain


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval of 80 %: of ten real products predicted the same way, eight lie in theirs."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Near:
    """A real product. likeness: 0..1, of two products' descriptions, categories and prices; None where only the price was compared."""

    item: str
    title: str
    price: float | None
    likeness: float | None = None


@dataclass(frozen=True)
class Taste:
    """A segment of shoppers and its share of the expected audience, 0..1."""

    segment: str
    share: float


@dataclass(frozen=True)
class Gap:
    """A cell of the assortment that shoppers would buy from and that has no real product, or hardly one.

    rank: within its category, from 1. overall: over all categories. category: of the catalogue, else the cluster's label. group: the finer
    name within it (subcategory, cluster), "" where there is none. price_from, price_to: the empty range, None where prices say nothing;
    words: what titles around it say. demand: events that the log would have had of it. shoppers: how many different ones. real_items: how
    many products lie in it. expected_items: how many would, by what lies around it. why: one sentence.
    """

    rank: int
    overall: int
    category: str
    group: str
    price_from: float | None
    price_to: float | None
    words: tuple[str, ...]
    demand: Estimate
    shoppers: Estimate
    real_items: int
    expected_items: float
    tastes: tuple[Taste, ...]
    nearest: tuple[Near, ...]
    why: str

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """What `plain` made of one."""
        return cls(**_read(cls, told))


@dataclass(frozen=True)
class GapReport:
    """All gaps, by overall rank. group_column, category_column: where the names are from, "clusters" for those of the profile. rows, items:
    how much was learned from. notes: what was left out, a sentence each.
    """

    gaps: tuple[Gap, ...]
    category_column: str
    group_column: str
    categories: tuple[str, ...]
    rows: int
    items: int
    currency: str | None = None
    notes: tuple[str, ...] = ()

    def of(self, category: str | None = None, top: int = 20) -> tuple[Gap, ...]:
        """The first gaps of a category by its rank, or of all by theirs."""
        chosen = [gap for gap in self.gaps if category in (None, gap.category)]
        return tuple(sorted(chosen, key=lambda gap: gap.overall if category is None else gap.rank)[:top])

    def to_json(self) -> dict[str, Any]:
        """As JSON's own types."""
        told: dict[str, Any] = plain(self)
        return told

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """What `to_json` gave. KeyError or TypeError for anything else."""
        gaps = tuple(Gap.from_json(gap) for gap in told["gaps"])
        return cls(**{**told, "gaps": gaps, "categories": tuple(told["categories"]), "notes": tuple(told["notes"])})


@dataclass(frozen=True)
class NewItem:
    """A product that is not there, as a row of a catalogue. id: new-1, new-2 ... price: None where the log has none.

    title: words that titles near it have, no sentence. attributes: further text columns of the catalogue. shoppers: how many would buy it
    in a time as long as the log. tastes: who. nearest: the real products most like it. is_gap: none of them is as near as real ones are to
    each other. why: one sentence.
    """

    id: str
    title: str
    category: str
    group: str
    brand: str
    price: float | None
    words: tuple[str, ...]
    attributes: Mapping[str, str]
    shoppers: Estimate
    tastes: tuple[Taste, ...]
    nearest: tuple[Near, ...]
    is_gap: bool
    why: str

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """What `plain` made of one."""
        return cls(**_read(cls, told))


@dataclass(frozen=True)
class NewItems:
    """New products of one wish, those with the largest expected audience first. category, segment: what was asked for, one of them."""

    items: tuple[NewItem, ...]
    category: str | None
    segment: str | None
    seed: int
    currency: str | None = None
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON's own types."""
        told: dict[str, Any] = plain(self)
        return told

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """What `to_json` gave. KeyError or TypeError for anything else."""
        return cls(**{**told, "items": tuple(NewItem.from_json(item) for item in told["items"]), "notes": tuple(told["notes"])})


def _read(kind: type, told: Mapping[str, Any]) -> dict[str, Any]:
    found = {part.name: told[part.name] for part in fields(kind)}
    for name, made in (("demand", Estimate), ("shoppers", Estimate)):
        if name in found:
            found[name] = made(**found[name])
    found["words"] = tuple(found["words"])
    found["tastes"] = tuple(Taste(**taste) for taste in found["tastes"])
    found["nearest"] = tuple(Near(**near) for near in found["nearest"])
    return found
