"""What every part of the studio draws: a run, a shopper, the scenario on screen, and what that does to everybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from pages.ui import cache
from pages.ui.cache import Catalogue
from recsys_core.jobs.edits import Edits
from recsys_core.jobs.live import place_shopper
from recsys_core.ranking.guardrails import DEFAULTS
from recsys_core.ranking.plan import Listing
from recsys_core.ranking.planning import MISSING, Prepared, prepare
from recsys_core.ranking.scenario import Scenario
from recsys_core.storage.records import RunRecord

if TYPE_CHECKING:
    from recsys_core.data.dataset import Dataset
    from recsys_core.jobs.studio import Opened
    from recsys_core.ranking.ground import Ground
    from recsys_core.ranking.outcome import Outcome
    from recsys_core.ranking.whatif import Answer, Stop, Studio

VARIETY = 20.0  # of a new scenario, where products can be compared
SLIDERS = ("variety", "balance", "discovery")


@dataclass(frozen=True)
class Stage:
    """record: the run. user: the shopper on screen, a row of the dataset; edits: what was changed about them. asked: the URL's scenario.

    scenario: the same without the sliders that this run has nothing for, `missing`. Figures are cached by its hash; parts that draw
    what a scenario does read them here, and only when they are drawn.
    """

    record: RunRecord
    opened: Opened
    catalogue: Catalogue
    asked: Scenario
    scenario: Scenario
    missing: tuple[str, ...]
    user: int
    edits: Edits = field(default_factory=Edits)

    @property
    def studio(self) -> Studio:
        """The door to every counterfactual of this run."""
        return self.opened.studio

    @property
    def dataset(self) -> Dataset:
        """What the run was trained on."""
        return self.opened.dataset

    @property
    def ground(self) -> Ground:
        """What the scenario is applied to."""
        return self.opened.studio.ground

    @property
    def shopper_id(self) -> str:
        """The shopper's id in the log."""
        return str(self.dataset.user_ids[self.user])

    @cached_property
    def answer(self) -> Answer:
        """Everybody's lists and what they do."""
        return cache.answer(self.record.id, self.scenario)

    @property
    def told(self) -> Outcome:
        """The same in figures with intervals."""
        return cache.told(self.record.id, self.scenario)

    @property
    def frontier(self) -> list[Stop]:
        """Variety from 0 to 100 with everything else as it is."""
        return cache.frontier(self.record.id, self.scenario)

    @cached_property
    def place(self) -> tuple[Ground, int]:
        """(the ground in which the shopper on screen is ranked, their row in it)."""
        scorer = cache.scorer(self.record.id) if self.edits else None
        return place_shopper(self.opened, self.user, self.edits, scorer, among=bool(self.scenario.exposure))

    def ready(self, scenario: Scenario | None = None) -> Prepared:
        """The shopper's plan and pool, in its last row, under a scenario, the one on screen unless given."""
        asked, (ground, row) = self.scenario if scenario is None else scenario, self.place
        # whole-catalogue exposure: a list hangs on those of the shoppers before
        rows = np.arange(row + 1) if asked.exposure else np.array([row])
        return prepare(asked, ground, self.studio.scales(asked), self.studio.day, rows)

    @cached_property
    def listing(self) -> Listing:
        """The shopper's list, one row."""
        found = self.ready().rank(self.studio.threads)
        return Listing(found.items[-1:], found.flags[-1:], found.value[-1:])

    @cached_property
    def before(self) -> np.ndarray:
        """int32 [k], -1 padded: what the shopper is shown now."""
        return self.studio.before(self.scenario.k, np.array([self.user]))[0]


def default_scenario(ground: Ground) -> Scenario:
    """What a new scenario starts from: some variety where products can be compared, and the usual guardrails."""
    if not ground.has("variety"):
        return Scenario(guardrails=DEFAULTS)
    return Scenario(variety=VARIETY, similarity="model" if ground.model_vectors is not None else "attributes", guardrails=DEFAULTS)


def fitted(scenario: Scenario, ground: Ground) -> tuple[Scenario, tuple[str, ...]]:
    """(the scenario without the sliders that this run and dataset have nothing for, their names)."""
    lacks = [name for name in MISSING if not _has(name, scenario, ground)]
    used = [name for name in lacks if getattr(scenario, name) or name in scenario.raw or (name == "variety" and scenario.segment_variety)]
    if not used:
        return scenario, ()
    changes: dict[str, object] = dict.fromkeys(used, 0.0)
    changes["raw"] = {name: weight for name, weight in scenario.raw.items() if name not in used}
    if "variety" in used:
        changes["segment_variety"] = {}
    return scenario.with_(**changes), tuple(used)


def _has(slider: str, scenario: Scenario, ground: Ground) -> bool:
    return ground.has(slider) and (slider != "variety" or ground.vectors(scenario.similarity, scenario.blend_share) is not None)
