"""What a scorecard says, as plain records that go to JSON and back. Light: the server reads cards with this file alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recsys_core.storage.json_text import plain

PASS, WARN, FAIL, SHOWN, UNAVAILABLE = "pass", "warn", "fail", "shown", "unavailable"
FIDELITY, STRUCTURE, UTILITY, PRIVACY = GROUPS = ("fidelity", "structure", "utility", "privacy")


@dataclass(frozen=True)
class Line:
    """One measure of a synthetic log.

    id: as the independent scorer calls it, where it has the line; code: in the guide ("F8"). meaning: what is measured, reading: what this
    value says; one sentence each. status: pass, warn, fail, shown (no limit is set) or unavailable (then `reason` says why).
    value, ceiling (real shoppers drawn anew, as many), floor (the same with every column shuffled), reference (the real log's own figure,
    where the value is judged by its distance from it), low and high (95 % interval): None where there is none.
    better: "low" or "high". passes, warns: the limits the value was judged by, None for lines that are shown only.
    """

    id: str
    code: str
    group: str
    title: str
    meaning: str
    better: str
    status: str
    reading: str = ""
    value: float | None = None
    ceiling: float | None = None
    floor: float | None = None
    reference: float | None = None
    low: float | None = None
    high: float | None = None
    passes: float | None = None
    warns: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the lines of a group come to: the status of the worst one. worst: its id. missing: ids of lines that could not be measured."""

    group: str
    status: str
    words: str
    worst: str | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Alarm:
    """One sign of a collapsed generator. limit: the value from which on, or below which, it fires; usual: of real shoppers."""

    id: str
    fired: bool
    value: float
    usual: float
    limit: float
    words: str


@dataclass(frozen=True)
class Scorecard:
    """Lines, one verdict a group (never one grade of all), alarms, and what the plots are drawn from.

    sizes: rows, users and items of real, synthetic, holdout. figures: everything measured by name, as the independent scorer prints it.
    notes: what was capped or left out, a sentence each. plots: see `plots.plot_data`. seed: of every draw.
    """

    lines: tuple[Line, ...]
    verdicts: tuple[Verdict, ...]
    alarms: tuple[Alarm, ...]
    sizes: Mapping[str, Mapping[str, int]]
    figures: Mapping[str, float | int | None]
    notes: tuple[str, ...] = ()
    plots: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0

    def line(self, id: str) -> Line:
        """The line of this id; KeyError for any other."""
        return {line.id: line for line in self.lines}[id]

    def verdict(self, group: str) -> Verdict:
        """The verdict of a group; KeyError for any other."""
        return {verdict.group: verdict for verdict in self.verdicts}[group]

    @property
    def export_blocked(self) -> bool:
        """Whether privacy failed, so that the log is not to leave the house without a typed reason."""
        return self.verdict(PRIVACY).status == FAIL

    @property
    def fuse_blocked(self) -> bool:
        """Whether utility failed, so that the log is not mixed with the real one unless asked to be."""
        return self.verdict(UTILITY).status == FAIL

    @property
    def collapsed(self) -> bool:
        """Whether any alarm fired."""
        return any(alarm.fired for alarm in self.alarms)

    def to_json(self) -> dict[str, Any]:
        """As JSON's own types."""
        blocked = {"export_blocked": self.export_blocked, "fuse_blocked": self.fuse_blocked, "collapsed": self.collapsed}
        told: dict[str, Any] = plain(self)
        return {**blocked, **told}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Scorecard:
        """What `to_json` gave. KeyError or TypeError for anything else."""
        return cls(
            tuple(Line(**line) for line in told["lines"]),
            tuple(Verdict(**{**verdict, "missing": tuple(verdict["missing"])}) for verdict in told["verdicts"]),
            tuple(Alarm(**alarm) for alarm in told["alarms"]),
            told["sizes"],
            told["figures"],
            tuple(told["notes"]),
            told["plots"],
            told["seed"],
        )
