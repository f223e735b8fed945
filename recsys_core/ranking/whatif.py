"""The counterfactual: what a scenario would show to everybody, what it costs and brings, and how far its variety can be turned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recsys_core.ranking.ground import Ground
from recsys_core.ranking.guardrails import Light, check, largest
from recsys_core.ranking.plan import Listing
from recsys_core.ranking.planning import Prepared, calibrating, measure_scale, prepare, sliders_of
from recsys_core.ranking.population import Held, Lists, Population, population, reference_pool
from recsys_core.ranking.scales import Scale
from recsys_core.ranking.scenario import Scenario

SAMPLED = 1000  # shoppers of a frontier, and of the search for the best
STOPS = tuple(range(0, 101, 5))


@dataclass(frozen=True)
class Answer:
    """What a scenario does. users: int [U], rows of the ground. lights: its guardrails, in their order."""

    ready: Prepared
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
    threads: a scale that two measure at once is the same twice.
    """

    ground: Ground
    day: date
    published: Lists | None = None
    held: Held | None = None
    threads: int = 1
    _scales: dict[tuple[str, str], Scale] = field(default_factory=dict, repr=False)

    MOST_SCALES = 200

    def scales(self, scenario: Scenario, sliders: Sequence[str] | None = None) -> dict[str, Scale]:
        """The scales of a scenario's sliders (or of those named), measured at first use."""
        key = calibrating(scenario).hash
        found = {}
        for slider in sliders_of(scenario) if sliders is None else sliders:
            if (key, slider) not in self._scales:
                while len(self._scales) >= self.MOST_SCALES:
                    self._scales.pop(next(iter(self._scales)), None)
                self._scales[key, slider] = measure_scale(slider, scenario, self.ground, self.day)
            found[slider] = self._scales[key, slider]
        return found

    def prepare(self, scenario: Scenario, users: NDArray[np.integer] | None = None) -> Prepared:
        """Plan and pool of these shoppers; all where None. In whole-catalogue mode a shopper's list hangs on who comes before."""
        return prepare(scenario, self.ground, self.scales(scenario), self.day, users)

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
        pool = reference_pool(self.ground, scenario.pool, ready.users)
        before = self.before(scenario.k, ready.users)
        found = population(self.ground, before, listing.items, pool=pool, held=self.held, users=ready.users)
        lights = check(scenario.guardrails, found, self.ground.segment[ready.users], self.ground.segments)
        return Answer(ready, listing, found, lights)

    def sample(self, seed: int = 0) -> NDArray[np.int64]:
        """At most 1,000 shoppers, those with held-out purchases and a list of their own first."""
        own = np.flatnonzero(~self.ground.fallback)
        rows = own if len(own) else np.arange(self.ground.n_users)
        if len(rows) <= SAMPLED:
            return rows
        return np.sort(np.random.default_rng(seed).choice(rows, SAMPLED, replace=False))

    def frontier(self, scenario: Scenario, stops: Sequence[int] = STOPS) -> list[Stop]:
        """Variety turned from 0 to 100 with everything else as it is, on sampled shoppers."""
        users = self.sample()
        return [self._stop(scenario, position, users) for position in stops]

    def find_best(self, scenario: Scenario) -> int | None:
        """The largest variety that keeps every guardrail for all shoppers; None where not even 0 does.

        Looked for on sampled shoppers, then confirmed on all; from where all disagree it goes down point by point.
        """
        users = self.sample()
        found = largest(lambda position: self._passes(scenario, position, users))
        if found is None or len(users) == self.ground.n_users:
            return found
        return next((position for position in range(found, -1, -1) if self._passes(scenario, position, None)), None)

    def _passes(self, scenario: Scenario, position: int, users: NDArray[np.integer] | None) -> bool:
        return all(light.passes for light in self.answer(at_variety(scenario, position), users).lights)

    def _stop(self, scenario: Scenario, position: int, users: NDArray[np.integer]) -> Stop:
        answer = self.answer(at_variety(scenario, position), users)
        figures: Mapping[str, float] = {
            name: answer.population.mean_after(name) if name in answer.population.names else float("nan")
            for name in ("relevance_kept", "ild", "ndcg", "coverage")
        }
        return Stop(position, **figures, passes=all(light.passes for light in answer.lights))


def at_variety(scenario: Scenario, position: float) -> Scenario:
    """The scenario with another variety; a raw trade-off no longer counts."""
    raw = {name: weight for name, weight in scenario.raw.items() if name != "variety"}
    return scenario.with_(variety=position, raw=raw)
