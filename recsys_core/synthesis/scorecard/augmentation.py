"""U3 and U4: whether a recommender gets better with synthetic shoppers beside the real ones, as `augmenting` found out. Light."""

from __future__ import annotations

from dataclasses import dataclass

from recsys_core.errors import InputError
from recsys_core.synthesis.augmenting.result import UNCLEAR, AugmentResult


@dataclass(frozen=True)
class Gain:
    """NDCG@10 with synthetic shoppers over that without, and its 95 % interval over shoppers and seeds."""

    ratio: float
    low: float
    high: float
    is_clear: bool


def gain_of(result: AugmentResult, model: str) -> Gain:
    """What an experiment found of a model: U3 of the full regime, U4 of the scarce one. Raises InputError for a model not in it."""
    if model not in {found.model for found in result.findings}:
        raise InputError(f"The experiment did not try {model}.", f"It tried {', '.join(dict.fromkeys(f.model for f in result.findings))}.")
    found = result.of(model)
    return Gain(1 + found.gain, 1 + found.gain_low, 1 + found.gain_high, found.verdict != UNCLEAR)
