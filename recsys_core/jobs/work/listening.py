"""What a training says, passed on to the job's row and its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from recsys_core.jobs.context import JobContext
from recsys_core.jobs.work.costs import Costs
from recsys_core.models.registry import model_spec
from recsys_core.training.events import Listener

# Where each stage stands on a training's stretch of the progress bar: (from, to). A refit runs the same epochs again.
STAGES = {
    "choosing": (0.0, 0.6),
    "fitting": (0.0, 0.6),
    "evaluating": (0.6, 0.65),
    "refit": (0.65, 0.9),
    "exporting": (0.9, 1.0),
    "searching": (0.0, 1.0),
    "comparing": (0.0, 1.0),
}
WORDS = {
    "choosing": "choosing settings",
    "fitting": "training",
    "evaluating": "testing on held-out purchases",
    "refit": "training once more on everything",
    "exporting": "ranking every shopper's products",
    "searching": "looking for better settings",
    "comparing": "comparing the models",
}


@dataclass
class JobListener(Listener):
    """A training's listener that writes to a job. `part` tells the epochs of the choosing fit from those of the refit.

    span: the stretch of the job's bar that is this training's. model: named in all that is told, where a job trains several;
    then its curves are those of the part "mult-vae fit".
    """

    context: JobContext
    costs: Costs
    part: str = "fit"
    name: str = "fitting"
    span: tuple[float, float] = (0.0, 1.0)
    model: str = ""

    def within(self, low: float, high: float, *, part: str | None = None) -> JobListener:
        """The same on the stretch low..high (0..1) of this one's own."""
        start, end = self.span
        span = (start + (end - start) * low, start + (end - start) * high)
        return replace(self, span=span, part=self.part if part is None else part)

    def stage(self, name: str) -> None:
        """Say the stage and move the bar to its start."""
        self.name = name
        self.costs.begin(name)
        self.event(type="stage", name=name)
        self.progress(0.0, WORDS[name])

    def trial(self, settings: Mapping[str, Any], metric: str, value: float) -> None:
        """One grid point."""
        self.event(type="trial", settings=dict(settings), **{metric: value})

    def epoch(self, values: Mapping[str, float]) -> None:
        """One point of every curve."""
        self.costs.keep()
        self.event(type="curve", part=self._part(), **values)

    def alarm(self, name: str, message: str, epoch: int) -> None:
        """One line of the job's history."""
        self.event(type="alarm", part=self._part(), name=name, message=message, epoch=epoch)

    def event(self, **fields: Any) -> None:
        """An event of this training."""
        self.context.event(**fields, **({"model": self.model} if self.model else {}))

    def progress(self, fraction: float, message: str) -> None:
        """Share of the stage, put on the job's bar."""
        low, high = STAGES[self.name]
        done = low + (high - low) * min(max(fraction, 0.0), 1.0)
        start, end = self.span
        self.context.progress(start + (end - start) * done, f"{model_spec(self.model).title}: {message}" if self.model else message)

    def check(self) -> None:
        """Raises when the job was cancelled."""
        self.context.check_cancelled()

    def _part(self) -> str:
        return f"{self.model} {self.part}".strip()
