"""What a scenario does, told once: the document behind `whatif --json`, the report and the hand-over, and its finding in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from recsys_core.errors import UserError
from recsys_core.jobs.figure_words import value_text
from recsys_core.jobs.studio import Opened
from recsys_core.ranking.guardrails import DEFAULTS, check
from recsys_core.ranking.outcome import Outcome, outcome
from recsys_core.ranking.scenario import Scenario
from recsys_core.ranking.whatif import Answer, Stop

FRONTIER = tuple(range(0, 101, 10))


@dataclass(frozen=True)
class Told:
    """A scenario on a run, and what it does. default_guardrails: it has none, and is held against the usual ones.

    stops: variety from 0 to 100 with all else as it is; empty where variety cannot be tuned.
    """

    opened: Opened
    scenario: Scenario
    answer: Answer
    outcome: Outcome
    stops: Sequence[Stop]
    default_guardrails: bool

    @property
    def payload(self) -> dict[str, Any]:
        """The document of `whatif --json`."""
        return payload(self.opened, self.scenario, self.outcome, default_guardrails=self.default_guardrails)


def tell(
    opened: Opened, scenario: Scenario, *, answer: Answer | None = None, found: Outcome | None = None, stops: Sequence[Stop] | None = None
) -> Told:
    """Compute what a scenario does to everybody, but for what is known already. Raises UserError for one that this run cannot rank by."""
    answer = answer or opened.studio.answer(scenario)
    found = found or outcome(opened.studio, answer)
    if not scenario.guardrails:
        lights = check(DEFAULTS, answer.population, opened.studio.ground.members.of(answer.users))
        found = replace(found, guardrails=tuple(lights))
    if stops is None:
        stops = _frontier(opened, scenario if scenario.guardrails else scenario.with_(guardrails=DEFAULTS))
    return Told(opened, scenario, answer, found, stops, not scenario.guardrails)


def payload(opened: Opened, scenario: Scenario, found: Outcome, *, default_guardrails: bool) -> dict[str, Any]:
    """One JSON document: run, dataset, scenario with its hash, what it is compared with, and every figure."""
    published = opened.published
    return {
        "run": opened.run.id,
        "dataset": opened.dataset.id,
        "scenario": {**scenario.to_json(), "hash": scenario.hash},
        "compared_with": opened.compared_with,
        "published": published and {"name": published.name, "hash": published.hash, "unshown": opened.unshown},
        **{name: value for name, value in asdict(found).items() if name != "hash"},
        "default_guardrails": default_guardrails,
        "passes": found.passes,
    }


def finding(found: Outcome) -> str:
    """What a scenario does, and whether it keeps its guardrails."""
    failing = sum(not light.passes for light in found.guardrails)
    held = f"{failing} of {len(found.guardrails)} guardrails fail" if failing else "Every guardrail passes"
    return what_changes(found) + (f" {held}." if found.guardrails else "")


def what_changes(found: Outcome) -> str:
    """What a scenario does in one sentence."""
    if not found.changed:
        return "No list changes against what is shown now."
    kept, ild = found.figure("relevance_kept"), found.figure("ild")
    parts = [f"{100 * found.changed:.0f} % of the lists change"]
    if ild is not None and ild.difference == ild.difference:
        way = "rises" if ild.low > 0 else "falls" if ild.high < 0 else "stays about the same"
        ends = f" from {value_text('ild', ild.before)} to {value_text('ild', ild.after)}" if ild.is_clear else ""
        parts.append(f"variety {way}{ends}")
    if kept is not None:
        parts.append(f"{value_text('relevance_kept', kept.after)} of the predicted match is kept")
    return f"{', '.join(parts[:-1])} and {parts[-1]}." if len(parts) > 1 else f"{parts[0]}."


def _frontier(opened: Opened, scenario: Scenario) -> Sequence[Stop]:
    try:
        return opened.studio.frontier(scenario, FRONTIER)
    except UserError:  # this run has no vectors to vary by
        return ()
