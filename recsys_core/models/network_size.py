"""Sizes that suit a log where none are given: the settings of an autoencoder whose 0 means "by the size of the log"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recsys_core.models.spec import Value

SMALL_LOG = 2000  # users below which a wide network learns them by heart: 300 and 100 units do better (guides/models.md §3.4)
TABLE = 16_000_000  # numbers in one table of item rows: with gradient and moments 256 MB
LOGITS = 50_000_000  # numbers in the logits of a batch: 200 MB
# Items up to which `likelihood` auto takes the whole catalogue. Measured: a sample of it saves a sixth of a step on Gowalla's 41,000
# items, two thirds with 100,000.
FULL_CATALOGUE = 50_000


@dataclass(frozen=True)
class Size:
    """hidden, latent: units. batch: users a step. sampled: whether the likelihood is taken over a sample of the catalogue."""

    hidden: int
    latent: int
    batch: int
    sampled: bool

    def learned(self, settings: Mapping[str, Value]) -> dict[str, int]:
        """What a refit must not size anew (`FitReport.learned`), of what a model with these settings has."""
        return {key: getattr(self, key) for key in ("hidden", "latent") if key in settings}


def network_size(settings: Mapping[str, Value], users: int, items: int) -> Size:
    """What is set, and by the size of the log what is left at 0 or auto. users: those who train."""
    wide = 600 if users >= SMALL_LOG else 300
    hidden = int(settings.get("hidden", 0)) or max(64, min(wide, TABLE // items))
    latent = int(settings.get("latent", 0)) or max(16, hidden // 3)
    likelihood = settings.get("likelihood", "full")
    sampled = items > FULL_CATALOGUE if likelihood == "auto" else likelihood == "sampled"
    largest = 500 if sampled else max(1, min(500, LOGITS // items))
    batch = int(settings.get("batch_size", 0)) or min(largest, max(100, users // 20))
    return Size(hidden, latent, min(batch, max(1, users)), sampled)
