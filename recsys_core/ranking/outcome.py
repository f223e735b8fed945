"""A counterfactual told in figures: what the screen, the report and `whatif --json` show of one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recsys_core.evaluation.intervals import mean_of
from recsys_core.ranking.ground import Ground
from recsys_core.ranking.guardrails import FEWEST, Light
from recsys_core.ranking.movers import Concentration, Grouping, Mover, brands, concentration, losing, movers, price_bands, shares
from recsys_core.ranking.plan import Flag
from recsys_core.ranking.population import Population, moved_groups
from recsys_core.ranking.rules import findings
from recsys_core.ranking.whatif import Answer, Studio

OF_SEGMENTS = ("relevance_kept", "ndcg", "ild", "tail", "churn")


@dataclass(frozen=True)
class Figure:
    """One figure of all lists or of a segment's. low, high: 95 % of the difference, paired, NaN for figures of all lists together."""

    name: str
    before: float
    after: float
    difference: float
    low: float
    high: float
    is_clear: bool


@dataclass(frozen=True)
class GroupFigures:
    """What part of all exposure a group of products has. low, high: 95 % of the difference, paired over shoppers."""

    label: str
    items: int
    before: float
    after: float
    low: float
    high: float


@dataclass(frozen=True)
class ProductFigures(GroupFigures):
    """The same of one product. label: its title."""

    item_id: str


@dataclass(frozen=True)
class BandFigures(GroupFigures):
    """The same of the products of one price band; the last band's end is within it."""

    price_from: float
    price_to: float


@dataclass(frozen=True)
class SegmentFigures:
    """figures: those of `OF_SEGMENTS` that the data can tell; none for fewer than 30 shoppers, whose figures are chance.

    losing: share of them who lose more than a tenth of their predicted match, NaN likewise. drawn: on a map, so that they may be in
    other segments too.
    """

    label: str
    users: int
    figures: tuple[Figure, ...]
    losing: float = float("nan")
    drawn: bool = False


@dataclass(frozen=True)
class RuleFigures:
    """One rule. products: that its condition holds for; shoppers: that it is for. problems: why it is dead or what it conflicts with."""

    rule: str
    kind: str
    products: int
    shoppers: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Problem:
    """kind: "dead" or "conflict". other: the rule that it conflicts with."""

    kind: str
    reason: str
    other: str | None


@dataclass(frozen=True)
class Outcome:
    """hash: of the scenario. users: how many were ranked. changed: share of the lists that show something else, or in another order.

    groups: winners and losers among groups of products, the largest gain first; products, brands: the ten that gain most, then those that
    lose most; price_bands: from the cheapest. outside: shoppers who are in no segment at all. exposure: how concentrated all of it is.
    losing: share of the shoppers who lose more than a tenth of their predicted match. places: how many places each flag of `plan.Flag` is
    on, such as "cap", where a cap had to give way.
    """

    hash: str
    users: int
    k: int
    changed: float
    figures: tuple[Figure, ...]
    guardrails: tuple[Light, ...]
    groups: tuple[GroupFigures, ...]
    segments: tuple[SegmentFigures, ...]
    outside: int
    rules: tuple[RuleFigures, ...]
    places: dict[str, int]
    products: tuple[ProductFigures, ...]
    brands: tuple[GroupFigures, ...]
    price_bands: tuple[BandFigures, ...]
    exposure: Concentration
    losing: float

    @property
    def passes(self) -> bool:
        """Whether every guardrail is kept."""
        return all(light.passes for light in self.guardrails)

    def figure(self, name: str) -> Figure | None:
        """The figure of this name; None where the data cannot tell it."""
        return next((figure for figure in self.figures if figure.name == name), None)


class Point(NamedTuple):
    """A figure before and after, without an interval."""

    before: float
    after: float

    @property
    def difference(self) -> float:
        """After less before."""
        return self.after - self.before


def point(found: Population, name: str) -> Point | None:
    """One figure before and after at once, as `Outcome.figure` has it with an interval; None where the data cannot tell it."""
    if name in found.whole:
        return Point(*found.whole[name])
    if name not in found.by_user or not any(np.isfinite(side).any() for side in found.by_user[name]):
        return None
    return Point(*(mean_of(side) for side in found.by_user[name]))


def outcome(studio: Studio, answer: Answer) -> Outcome:
    """What an answer says, in figures."""
    ground, found, flags = studio.ground, answer.population, answer.listing.flags
    scenario = answer.ready.scenario
    members = ground.members.of(answer.users)
    products, of_brands, bands = _moved(found, ground)
    every = np.arange(ground.n_items)
    return Outcome(
        hash=scenario.hash,
        users=len(answer.users),
        k=scenario.k,
        changed=float((found.before != found.after).any(axis=1).mean()) if len(found.after) else 0.0,
        figures=figures_of(found, found.names),
        guardrails=tuple(answer.lights),
        groups=_groups(found, ground) if len(ground.groups) > 1 else (),
        segments=tuple(
            _segment(found, label, inside, drawn=place >= len(members.found)) for place, (label, inside) in enumerate(members.each())
        ),
        outside=int((~members.drawn.any(axis=1) & (members.codes < 0)).sum()),
        rules=_rules(answer),
        places={str(flag.name).lower(): int(((flags & int(flag)) > 0).sum()) for flag in Flag},
        products=products,
        brands=of_brands,
        price_bands=bands,
        exposure=concentration(*(shares(lists, every, ground.n_items) for lists in (found.before, found.after))),
        losing=losing(found),
    )


def figures_of(found: Population, names: Sequence[str], users: NDArray[np.bool_] | None = None) -> tuple[Figure, ...]:
    """Some figures of a population, or of some of its shoppers, in the order of their names."""
    changes = found.changes(names, users)
    return tuple(Figure(name, c.before, c.after, c.difference, c.low, c.high, c.is_clear) for name, c in changes.items())


def _groups(found: Population, ground: Ground) -> tuple[GroupFigures, ...]:
    return tuple(GroupFigures(*moved) for moved in moved_groups(found, ground.group, tuple(ground.groups)))


def _moved(found: Population, ground: Ground) -> tuple[tuple[ProductFigures, ...], tuple[GroupFigures, ...], tuple[BandFigures, ...]]:
    """Winners and losers by product, by brand and by price band."""
    band, edges = price_bands(ground.price)
    brand, names = brands(ground)
    moved = movers(
        found,
        {
            "products": Grouping(np.arange(ground.n_items), ground.n_items),
            "brands": Grouping(brand, len(names) if len(names) > 1 else 0),
            "bands": Grouping(band, max(len(edges) - 1, 0), None),
        },
    )
    ids = ground.table["item_id"].astype(str).to_numpy()
    titles = ground.table["title"].fillna("").astype(str).to_numpy() if "title" in ground.table else ids
    in_brand, in_band = (np.bincount(codes[codes >= 0], minlength=size) for codes, size in ((brand, len(names)), (band, len(edges))))
    return (
        tuple(ProductFigures(titles[m.code] or ids[m.code], 1, *_sides(m), item_id=ids[m.code]) for m in moved["products"]),
        tuple(GroupFigures(names[m.code], int(in_brand[m.code]), *_sides(m)) for m in moved["brands"]),
        tuple(_band(m, int(in_band[m.code]), *map(float, edges[m.code : m.code + 2])) for m in moved["bands"]),
    )


def _band(mover: Mover, items: int, price_from: float, price_to: float) -> BandFigures:
    return BandFigures(f"{price_from:.2f} to {price_to:.2f}", items, *_sides(mover), price_from=price_from, price_to=price_to)


def _sides(mover: Mover) -> tuple[float, float, float, float]:
    return mover.before, mover.after, mover.low, mover.high


def _segment(found: Population, label: str, users: NDArray[np.bool_], *, drawn: bool) -> SegmentFigures:
    size = int(users.sum())
    names = [name for name in OF_SEGMENTS if name in found.by_user] if size >= FEWEST else []
    lost = losing(found, users) if size >= FEWEST else float("nan")
    return SegmentFigures(label, size, figures_of(found, names, users), lost, drawn)


def _rules(answer: Answer) -> tuple[RuleFigures, ...]:
    scenario, ruled = answer.ready.scenario, answer.ready.ruled
    problems: dict[int, list[Problem]] = {}
    for each in findings(scenario, ruled):
        other = None if each.other is None else scenario.rules[each.other].label
        problems.setdefault(each.rule, []).append(Problem(each.kind, each.reason, other))
    return tuple(
        RuleFigures(rule.label, rule.kind, int(ruled.matched[r].sum()), int(ruled.shoppers[r]), tuple(problems.get(r, ())))
        for r, rule in enumerate(scenario.rules)
    )
