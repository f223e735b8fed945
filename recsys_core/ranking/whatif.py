"""The counterfactual: what a scenario would show to everybody, what it costs and brings, and how far its variety can be turned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.ranking.ground import Ground
from recsys_core.ranking.guardrails import WORST_SEGMENT, Light, check, largest
from recsys_core.ranking.memo import Memo
from recsys_core.ranking.plan import Listing
from recsys_core.ranking.planning import Prepared, Settled, calibrating, measure_scale, prepare, sliders_of, turned
from recsys_core.ranking.population import Held, Measured, Population, compared, measured
from recsys_core.ranking.scales import Scale
from recsys_core.ranking.scenario import Scenario
from recsys_core.ranking.shoppers import Lists, Shoppers, reference_pool, shoppers_of

SAMPLED = 1000  # shoppers of a frontier, and of the search for the best
STOPS = tuple(range(0, 101, 5))
OF_A_STOP = ("relevance_kept", "ild", "ndcg", "coverage")
PARTS_OF = MappingProxyType({WORST_SEGMENT: "relevance_kept", "coverage_kept": "coverage"})  # guardrail -> the figure that it is made of
MOST_SCALES, MOST_POOLS = 200, 2  # kept by a studio; the pools and figures of everybody are large


@dataclass(frozen=True)
class Answer:
    """What a scenario does, without what its lists were made from. users: int [U], rows of the ground. lights: its guardrails, in order."""

    ready: Settled
    listing: Listing
    population: Population
    lights: list[Light]

    @property
    def users(self) -> NDArray[np.int64]:
        """Who was ranked."""
        return self.ready.users


@dataclass(frozen=True)
class Stop:
    """One position of variety: what is kept, what is bought, whether all guardrails pass; ndcg NaN where nothing is held out."""

    position: int
    relevance_kept: float
    ild: float
    ndcg: float
    coverage: float
    passes: bool


@dataclass
class Studio:
    """A ground with the scales that were measured on it, kept by what they hang on; the one door for pages and commands.

    published: int32 [U, k'], what is shown now, None for the plain top k. held: what was held out, for figures only. It may be shared by
    threads: what is kept is made by one of them, once.
    """

    ground: Ground
    day: date
    published: Lists | None = None
    held: Held | None = None
    threads: int = 1
    _scales: Memo = field(default_factory=lambda: Memo(MOST_SCALES), repr=False)
    _shoppers: Memo = field(default_factory=lambda: Memo(MOST_POOLS), init=False, repr=False)
    _before: Memo = field(default_factory=lambda: Memo(MOST_POOLS), init=False, repr=False)

    def scales(self, scenario: Scenario, sliders: Sequence[str] | None = None) -> dict[str, Scale]:
        """The scales of a scenario's sliders (or of those named), measured at first use."""
        key = calibrating(scenario).hash
        wanted = sliders_of(scenario) if sliders is None else sliders
        return {slider: self._scales.get((key, slider), partial(self._scale, slider, scenario)) for slider in wanted}

    def prepare(self, scenario: Scenario, users: NDArray[np.integer] | None = None) -> Prepared:
        """Plan and pool of these shoppers; all where None. In whole-catalogue mode a shopper's list hangs on who comes before."""
        return prepare(scenario, self.ground, self.scales(scenario), self.day, users, threads=self.threads)

    def before(self, k: int, users: NDArray[np.integer] | None = None) -> Lists:
        """What these shoppers are shown now, int32 [n, k]: what is published, else the plain top k."""
        rows = np.arange(self.ground.n_users) if users is None else np.asarray(users)
        shown = self.ground.candidates if self.published is None else self.published
        found = np.full((len(rows), k), -1, dtype=np.int32)
        width = min(k, shown.shape[1])
        found[:, :width] = shown[rows, :width]
        return found

    def answer(self, scenario: Scenario, users: NDArray[np.integer] | None = None) -> Answer:
        """Lists of these shoppers and what they do, with the scenario's guardrails."""
        ready = self.prepare(scenario, users)
        listing = ready.rank(self.threads)
        found = self._against(scenario, users)(listing.items)
        return Answer(ready.settled, listing, found, self._lights(scenario, found, ready.users))

    def sample(self, seed: int = 0) -> NDArray[np.int64]:
        """At most 1,000 shoppers, those with held-out purchases and a list of their own first."""
        own = np.flatnonzero(~self.ground.fallback)
        rows = own if len(own) else np.arange(self.ground.n_users)
        if len(rows) <= SAMPLED:
            return rows
        return np.sort(np.random.default_rng(seed).choice(rows, SAMPLED, replace=False))

    def frontier(self, scenario: Scenario, stops: Sequence[int] = STOPS) -> list[Stop]:
        """Variety turned from 0 to 100 with everything else as it is, on sampled shoppers."""
        names = (*OF_A_STOP, *_bounded(scenario))
        look = self._turning(scenario, self.sample(), names)
        return [_stop(position, *look(position)) for position in stops]

    def find_best(self, scenario: Scenario) -> int | None:
        """The largest variety that keeps every guardrail for all shoppers; None where not even 0 does.

        Looked for on sampled shoppers, then confirmed on all; from where all disagree it goes down point by point.
        """
        users, names = self.sample(), _bounded(scenario)
        sampled = self._turning(scenario, users, names)
        found = largest(lambda position: _pass(sampled(position)[1]))
        if found is None or len(users) == self.ground.n_users:
            return found
        everybody = self._turning(scenario, None, names)
        return next((position for position in range(found, -1, -1) if _pass(everybody(position)[1])), None)

    def _scale(self, slider: str, scenario: Scenario) -> Scale:
        return measure_scale(slider, scenario, self.ground, self.day)

    def _turning(
        self, scenario: Scenario, users: NDArray[np.integer] | None, names: Sequence[str]
    ) -> Callable[[int], tuple[Population, list[Light]]]:
        """From a position of variety to these figures of these shoppers, everything else as it is: pool and rules are made once."""
        ready = self.prepare(at_variety(scenario, 0), users)
        compare = self._against(scenario, users, names)

        def look(position: int) -> tuple[Population, list[Light]]:
            there = at_variety(scenario, position)
            found = compare(turned(ready, there, self.ground, self.scales(there)).rank(self.threads).items)
            return found, self._lights(scenario, found, ready.users)

        return look

    def _against(
        self, scenario: Scenario, users: NDArray[np.integer] | None, names: Sequence[str] | None = None
    ) -> Callable[[Lists], Population]:
        """From lists of these shoppers to their figures beside those of what is shown now, which are measured once."""
        size, k, targets = scenario.pool, scenario.k, None if self.held is None else self.held.targets
        if users is None:
            shoppers: Shoppers = self._shoppers.get(size, lambda: self._measurable(size, targets, None))
            before: Measured = self._before.get((k, size), lambda: measured(shoppers, self.before(k), threads=self.threads))
        else:
            shoppers = self._measurable(size, targets, users)
            before = measured(shoppers, self.before(k, users), names, threads=self.threads)
        return lambda lists: compared(before, measured(shoppers, lists, names, threads=self.threads))

    def _measurable(self, size: int, targets: sparse.csr_matrix | None, users: NDArray[np.integer] | None) -> Shoppers:
        return shoppers_of(self.ground, reference_pool(self.ground, size, users, threads=self.threads), targets, users)

    def _lights(self, scenario: Scenario, found: Population, users: NDArray[np.integer]) -> list[Light]:
        return check(scenario.guardrails, found, self.ground.members.of(users))


def _bounded(scenario: Scenario) -> tuple[str, ...]:
    """The figures that the guardrails go by."""
    return tuple(PARTS_OF.get(each.metric, each.metric) for each in scenario.guardrails)


def _pass(lights: Sequence[Light]) -> bool:
    return all(light.passes for light in lights)


def _stop(position: int, found: Population, lights: Sequence[Light]) -> Stop:
    figures = {name: found.mean_after(name) if name in found.names else float("nan") for name in OF_A_STOP}
    return Stop(position, **figures, passes=_pass(lights))


def at_variety(scenario: Scenario, position: float) -> Scenario:
    """The scenario with another variety; a raw trade-off no longer counts."""
    raw = {name: weight for name, weight in scenario.raw.items() if name != "variety"}
    return scenario.with_(variety=position, raw=raw)
