"""Alarms of a training with two players: a generator that shows everyone the same, a critic that always knows, a fit that diverges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recsys_core.training.events import Listener

SHRUNK = 0.5  # coverage below this share of what it was at the best epoch
NARROW = 0.03  # coverage below this share of what the shoppers' own products cover, when training ends
CERTAIN = 0.95  # the critic's mean output on real profiles less that on made-up ones
LASTING = 3  # epochs in a row
SETTLED = 10  # epochs whose coverage is that of an untrained network, where no validation says which epoch is good


@dataclass
class CollapseWatch(Listener):
    """A listener in front of another one, which it passes everything on to; it reads the curves and raises alarms.

    metric: the curve that says which epoch is the best, None where nothing is validated. real_coverage: share of the items that as many
    real purchases of the same shoppers touch. alarms: what was raised, each name once; a resumed training raises them again from its
    curves, so it ends with the same.
    """

    inner: Listener
    metric: str | None
    real_coverage: float
    alarms: list[dict[str, Any]] = field(default_factory=list)
    _curves: list[Mapping[str, float]] = field(default_factory=list)

    def epoch(self, values: Mapping[str, float]) -> None:
        """Pass it on, then look at it."""
        self.inner.epoch(values)
        self._curves.append(values)
        reference, number = self._reference(), int(values["epoch"])
        if self._lasts(lambda row: row["coverage"] < SHRUNK * reference["coverage"]):
            now, was = _percent(values["coverage"]), _percent(reference["coverage"])
            self.alarm(
                "collapse",
                f"Variety collapsed: the top tens cover {now} of the products, after {was} in epoch {reference['epoch']:.0f}."
                " Lower the learning rates or stop earlier.",
                number,
            )
        if self._lasts(lambda row: row["d_real"] - row["d_fake"] > CERTAIN):
            self.alarm(
                "discriminator-wins",
                "The critic tells made-up profiles from real ones nearly every time, so the generator learns little from it."
                " Lower the critic's learning rate or its steps.",
                number,
            )

    def alarm(self, name: str, message: str, epoch: int) -> None:
        """Raise an alarm, once a name."""
        if all(alarm["name"] != name for alarm in self.alarms):
            self.alarms.append({"name": name, "message": message, "epoch": epoch})
            self.inner.alarm(name, message, epoch)

    def ended(self, kept: int) -> None:
        """The training is over and epoch `kept` is what is left of it: alarm where even that one shows everyone the same."""
        for row in self._curves:
            if row["epoch"] == kept and row["coverage"] < NARROW * self.real_coverage:
                self.alarm(
                    "collapse",
                    f"Everyone is shown nearly the same: the top tens cover {_percent(row['coverage'])} of the products,"
                    f" real purchases {_percent(self.real_coverage)}. Train longer or with other learning rates.",
                    kept,
                )

    def stage(self, name: str) -> None:
        """Passed on."""
        self.inner.stage(name)

    def trial(self, settings: Mapping[str, Any], metric: str, value: float) -> None:
        """Passed on."""
        self.inner.trial(settings, metric, value)

    def progress(self, fraction: float, message: str) -> None:
        """Passed on."""
        self.inner.progress(fraction, message)

    def check(self) -> None:
        """Passed on."""
        self.inner.check()

    def _reference(self) -> Mapping[str, float]:
        metric = self.metric
        if metric is not None:
            return max(self._curves, key=lambda row: row[metric])
        settled = self._curves[SETTLED:]
        return max(settled, key=lambda row: row["coverage"]) if settled else self._curves[-1]

    def _lasts(self, holds: Any) -> bool:
        return len(self._curves) >= LASTING and all(holds(row) for row in self._curves[-LASTING:])


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
