"""What a training says, passed on to the job's row and its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recsys_core.jobs.context import JobContext
from recsys_core.jobs.work.costs import Costs
from recsys_core.training.events import Listener

# Where each stage stands on the job's progress bar: (from, to). A refit runs the same epochs again.
STAGES = {
    "choosing": (0.0, 0.6),
    "fitting": (0.0, 0.6),
    "evaluating": (0.6, 0.65),
    "refit": (0.65, 0.9),
    "exporting": (0.9, 1.0),
}
WORDS = {
    "choosing": "choosing settings",
    "fitting": "training",
    "evaluating": "testing on held-out purchases",
    "refit": "training once more on everything",
    "exporting": "ranking every shopper's products",
}


@dataclass
class JobListener(Listener):
    """A training's listener that writes to a job. `part` tells the epochs of the choosing fit from those of the refit."""

    context: JobContext
    costs: Costs
    part: str = "fit"
    name: str = "fitting"

    def stage(self, name: str) -> None:
        """Say the stage and move the bar to its start."""
        self.name = name
        self.costs.begin(name)
        self.context.event(type="stage", name=name)
        self.context.progress(STAGES[name][0], WORDS[name])

    def trial(self, settings: Mapping[str, Any], metric: str, value: float) -> None:
        """One grid point."""
        self.context.event(type="trial", settings=dict(settings), **{metric: value})

    def epoch(self, values: Mapping[str, float]) -> None:
        """One point of every curve."""
        self.costs.keep()
        self.context.event(type="curve", part=self.part, **values)

    def alarm(self, name: str, message: str, epoch: int) -> None:
        """One line of the job's history."""
        self.context.event(type="alarm", part=self.part, name=name, message=message, epoch=epoch)

    def progress(self, fraction: float, message: str) -> None:
        """Share of the stage, put on the job's bar."""
        low, high = STAGES[self.name]
        self.context.progress(low + (high - low) * min(max(fraction, 0.0), 1.0), message)

    def check(self) -> None:
        """Raises when the job was cancelled."""
        self.context.check_cancelled()
