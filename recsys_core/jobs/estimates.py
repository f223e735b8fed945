"""How long a training will take here, before it starts: a declared cost a model, scaled by what the workspace has seen. Cheap; no torch.

The constants are seconds on one core of the machine named in docs/benchmarks.md, by `python -m tests.benchmarks.estimates`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from recsys_core.models.registry import model_spec

if TYPE_CHECKING:
    from recsys_core.storage.records import DatasetRecord
    from recsys_core.storage.workspace import Workspace

FLOOR = 0.3  # seconds of any training: reading, splitting, testing
RANKING = 4e-9  # seconds a shopper and product: scoring and sorting once
VALIDATED = 5000  # shoppers that are ranked for each setting and epoch, at most (jobs.work.fitting)
HELD_OUT_ONCE = 0.5  # the share of shoppers with something held out for validation, about, in a split by random
FULL = 20_000  # products up to which the linear models invert the whole matrix
UNKNOWN_SPREAD, KNOWN_SPREAD = 2.5, 1.4  # the range around an estimate from constants, and from runs of the workspace


@dataclass(frozen=True)
class Facts:
    """The size of a log: shoppers, products, events."""

    users: int
    items: int
    pairs: int


@dataclass(frozen=True)
class PastRun:
    """What a training of the same model took."""

    facts: Facts
    settings: Mapping[str, Any]
    seconds: float


Work = Callable[[Facts, Mapping[str, Any]], float]


def _counting(facts: Facts, settings: Mapping[str, Any]) -> float:
    return float(facts.pairs)


def _neighbours(facts: Facts, settings: Mapping[str, Any]) -> float:
    """Products that share a shopper: the squared lengths of the histories."""
    return facts.pairs**2 / max(facts.users, 1)


def _linear(facts: Facts, settings: Mapping[str, Any]) -> float:
    """An inversion; above FULL products only of a part (the sparse or low-rank form)."""
    return min(facts.items, FULL) ** 3 + facts.pairs**2 / max(facts.users, 1)


def _factors(facts: Facts, settings: Mapping[str, Any]) -> float:
    rank = float(settings.get("factors", settings.get("dimensions", 128)))
    sweeps = float(settings.get("epochs", settings.get("iterations", 10)))
    return sweeps * (facts.pairs * rank**2 + (facts.users + facts.items) * rank**3 / 3)


def _layers(facts: Facts, settings: Mapping[str, Any]) -> float:
    """Every epoch decodes every shopper over the whole catalogue."""
    epochs, width = float(settings.get("epochs", 100)), float(settings.get("hidden", 600))
    return epochs * (facts.users * facts.items * width + RANKING / 2e-11 * min(facts.users, VALIDATED) * facts.items)


def _both(facts: Facts, settings: Mapping[str, Any]) -> float:
    """A linear model and a network."""
    return _layers(facts, settings) + _linear(facts, settings)


def _merging(facts: Facts, settings: Mapping[str, Any]) -> float:
    return 200.0 * facts.users


# model -> (what its fit does, seconds a unit of that)
COSTS: Mapping[str, tuple[Work, float]] = MappingProxyType(
    {
        "popularity": (_counting, 1e-8),
        "item-knn": (_neighbours, 1e-7),
        "rp3beta": (_neighbours, 1e-7),
        "content": (_neighbours, 1e-7),
        "pure-svd": (_factors, 1e-9),
        "ials": (_factors, 1e-9),
        "ease": (_linear, 1e-10),
        "edlae": (_linear, 1e-10),
        "mult-dae": (_layers, 2e-11),
        "mult-vae": (_layers, 2e-11),
        "recvae": (_layers, 2e-11),
        "cfgan": (_layers, 2e-11),
        "vae-gan": (_layers, 2e-11),
        "vae-linear": (_both, 2e-11),
        "blend": (_both, 2e-11),
        "fusion": (_merging, 1e-8),
    }
)


def expected_seconds(model: str, facts: Facts, settings: Mapping[str, Any], past: Iterable[PastRun] = ()) -> tuple[float, float] | None:
    """(low, high) wall seconds of `train` with these settings, by runs of the same model where there are any, else by the constants.

    settings: those that are given; the others are the defaults. None for a model that is not in the table.
    """
    if model not in COSTS:
        return None
    about = by_constants(model, facts, settings)
    ratios = [run.seconds / by_constants(model, run.facts, run.settings) for run in past if run.seconds > 0]
    if not ratios:
        return about / UNKNOWN_SPREAD, about * UNKNOWN_SPREAD
    middle = about * median(ratios)
    return min(about * min(ratios), middle / KNOWN_SPREAD), max(about * max(ratios), middle * KNOWN_SPREAD)


def facts_of(record: DatasetRecord) -> Facts:
    """The size of a dataset, from its row in the registry."""
    return Facts(record.users, record.items, record.rows)


def past_runs(workspace: Workspace, model: str) -> list[PastRun]:
    """What the `train` jobs of this workspace took for `model`, with the settings they were given; what was tuned took its budget."""
    sizes = {record.id: facts_of(record) for record in workspace.registry.datasets()}
    asked = {job.id: job.spec.get("settings", {}) for job in workspace.registry.jobs() if job.kind == "train"}
    return [
        PastRun(sizes[run.dataset_id], asked[run.job_id], float(run.seconds))
        for run in workspace.registry.runs()
        if run.model == model and run.job_id in asked and run.dataset_id in sizes and run.seconds
    ]


def by_constants(model: str, facts: Facts, settings: Mapping[str, Any]) -> float:
    """Seconds by the constants alone. Raises KeyError for a model that is not in the table."""
    spec = model_spec(model)
    work, unit = COSTS[model]
    points = max(1, sum(not set(point) & set(settings) for point in spec.grid))
    resolved = {s.key: settings.get(s.key, s.default) for s in spec.settings}
    ranked = RANKING * facts.items * (points * min(HELD_OUT_ONCE * facts.users, VALIDATED) + HELD_OUT_ONCE * facts.users)
    return FLOOR + points * unit * work(facts, {key: _number(value) for key, value in resolved.items()}) + ranked


def _number(value: Any) -> Any:
    """Settings of a command line are texts."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return value
