"""What an augmentation experiment found: figures by model and group, the verdict in words, a point a seed. Light: pages read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

FULL, SCARCE = "full", "scarce"
REGIMES = (FULL, SCARCE)
HELPS, HURTS, UNCLEAR = "helps", "hurts", "unclear"
ALL, ACTIVITY, SEGMENT, TAIL = "all", "activity", "segment", "tail"


@dataclass(frozen=True)
class Finding:
    """One model and one group of real shoppers who were tested.

    kind: ALL, ACTIVITY, SEGMENT or TAIL (rare products alone count as found). group: in words. users: how many were tested in any seed.
    real, synthetic, fused: the mean of the metric, 0..1, learned from real, from synthetic, from both. difference: fused less real, with
    its 95 % interval low..high over shoppers and seeds; gain, gain_low, gain_high: the same as a share of real. p: Holm-adjusted.
    verdict: HELPS, HURTS or UNCLEAR, by p.
    """

    model: str
    kind: str
    group: str
    users: int
    real: float
    synthetic: float
    fused: float
    difference: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float
    p: float
    verdict: str


@dataclass(frozen=True)
class SeedPoint:
    """One model and seed. weight: of a synthetic shopper, a real one being 1. settings: of the model, chosen alike for both.

    real, synthetic, fused: the mean of the metric over the tested shoppers. validation_real, validation_fused: what was chosen by.
    """

    model: str
    seed: int
    weight: float
    real: float
    synthetic: float
    fused: float
    validation_real: float
    validation_fused: float
    settings_real: Mapping[str, Any] = field(default_factory=dict)
    settings_fused: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AugmentResult:
    """All of an experiment.

    regime: FULL or SCARCE. share: of the shoppers, in the scarce one. ratio: synthetic shoppers per real one. weight: None where it was
    chosen on validation. findings: by model, ALL first. sentences: the verdict in words, one a model. notes: what one should know.
    """

    regime: str
    share: float | None
    metric: str
    generator: str
    ratio: float
    weight: float | None
    seeds: tuple[int, ...]
    trained: int
    tested: int
    findings: tuple[Finding, ...]
    curve: tuple[SeedPoint, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def of(self, model: str) -> Finding:
        """What was found of a model over all shoppers."""
        return next(found for found in self.findings if found.model == model and found.kind == ALL)

    def to_json(self) -> dict[str, Any]:
        """As `from_json` reads it, and what `augment --json` prints."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> AugmentResult:
        """The result that `to_json` wrote."""
        return cls(
            **{
                **found,
                "seeds": tuple(found["seeds"]),
                "findings": tuple(Finding(**one) for one in found["findings"]),
                "curve": tuple(SeedPoint(**one) for one in found["curve"]),
                "sentences": tuple(found["sentences"]),
                "notes": tuple(found["notes"]),
            }
        )
