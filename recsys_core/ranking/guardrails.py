"""Bounds that the lists must keep, and the largest variety that keeps them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from recsys_core.errors import InputError
from recsys_core.ranking.membership import Membership
from recsys_core.ranking.population import Population
from recsys_core.ranking.scenario import Guardrail

WORST_SEGMENT = "relevance_kept_worst_segment"
FEWEST = 30  # shoppers of a segment, below which its figure is chance
# A guardrail's metric -> which way it is bad, for pages; every figure of a `Population` may be bounded too.
METRICS: Mapping[str, str] = MappingProxyType(
    {
        "relevance_kept": "least",
        WORST_SEGMENT: "least",
        "coverage_kept": "least",
        "top_share": "most",
        "fresh": "least",
        "tail": "least",
        "ild": "least",
        "calibration": "most",
        "churn": "most",
        "price": "least",
        "margin": "least",
    }
)
# Relevance kept at least 95 %, in no segment below 90 %, coverage not below what is published (guides/studio.md §6.2).
DEFAULTS = (Guardrail("relevance_kept", least=0.95), Guardrail(WORST_SEGMENT, least=0.9), Guardrail("coverage_kept", least=1.0))


@dataclass(frozen=True)
class Light:
    """A guardrail and what was found: value NaN where the data cannot tell; then it does not pass. segment: the worst one's label."""

    guardrail: Guardrail
    value: float
    passes: bool
    segment: str | None = None


def check(guardrails: Sequence[Guardrail], found: Population, members: Membership) -> list[Light]:
    """Each guardrail against what was found. members: who of the lists' shoppers is in which segment. Raises InputError."""
    return [_light(each, found, members) for each in guardrails]


def largest(passes: Callable[[int], bool], step: int = 5) -> int | None:
    """The largest position 0 to 100 that passes, looked for from the top in steps, then within the step; None where not even 0 does."""
    for position in range(100, -1, -step):
        if passes(position):
            better = range(min(position + step - 1, 100), position, -1)
            return next((each for each in better if passes(each)), position)
    return None


def _light(guardrail: Guardrail, found: Population, members: Membership) -> Light:
    value, worst = _value(guardrail.metric, found, members)
    low = -np.inf if guardrail.least is None else guardrail.least
    high = np.inf if guardrail.most is None else guardrail.most
    return Light(guardrail, value, bool(low - 1e-9 <= value <= high + 1e-9), worst)


def _value(metric: str, found: Population, members: Membership) -> tuple[float, str | None]:
    if metric == WORST_SEGMENT:
        kept = found.by_user["relevance_kept"][1]
        means = {label: float(kept[inside].mean()) for label, inside in members.each() if inside.sum() >= FEWEST}
        if not means:
            return float(kept.mean()) if len(kept) else float("nan"), None
        worst = min(means, key=lambda label: means[label])
        return means[worst], worst
    if metric == "coverage_kept":
        before, after = found.whole["coverage"]
        return (after / before if before else 1.0), None
    if metric not in found.names:
        known = sorted(set(METRICS) | set(found.names))
        if metric in METRICS:
            return float("nan"), None
        raise InputError(f"There is no figure '{metric}' for a guardrail.", f"Use one of {', '.join(known)}.")
    return found.mean_after(metric), None
