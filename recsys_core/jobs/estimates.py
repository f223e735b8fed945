"""How long a training will take here, before it starts: a declared cost a model, scaled by what the workspace has seen. Cheap; no torch.

The constants are seconds on one core of the machine named in docs/benchmarks.md, by `python -m tests.benchmarks.estimates`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from recsys_core.models.network_size import network_size
from recsys_core.models.registry import model_spec

if TYPE_CHECKING:
    from recsys_core.storage.records import DatasetRecord
    from recsys_core.storage.workspace import Workspace

FLOOR = 0.1  # seconds of any training: reading, splitting, testing
RANKING = 1.4e-8  # seconds a shopper and product: scoring and sorting once
VALIDATED = 5000  # shoppers that are ranked for each setting and epoch, at most (jobs.work.fitting)
FULL = 20_000  # products up to which the linear models, left to themselves, invert the whole matrix
SMALL_SOLVE = 4.0  # a flop of many small inversions against one of a large one
EARLY = 20.0  # epochs that are always run
WORDS = 20  # that a catalogue says of a product
RANKED_LIKE = 200.0  # units of a network's width that ranking a shopper costs
BASKET_PAIRS, BASKET_ITEMS = 4.8e-7, 2.5e-3  # seconds of the baskets job a unit of `_neighbours`, and a product
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
    """An inversion; in the sparse form a small one for each product."""
    form, neighbours = settings.get("form", "auto"), float(settings.get("neighbours", 50))
    is_sparse = form == "sparse" or (form == "auto" and facts.items > FULL)
    solves = SMALL_SOLVE * facts.items * neighbours**3 if is_sparse else float(facts.items) ** 3
    return solves + facts.pairs**2 / max(facts.users, 1)


def _directions(facts: Facts, settings: Mapping[str, Any]) -> float:
    """Some thirty products of the log with the directions that are followed, made orthogonal each time."""
    rank = float(settings.get("rank", 100))
    return 30 * facts.pairs * rank + (facts.users + facts.items) * rank**2


def _describing(facts: Facts, settings: Mapping[str, Any]) -> float:
    """The words of the products condensed, as many different ones as products; who bought what is not looked at."""
    return _directions(Facts(facts.items, facts.items, WORDS * facts.items), {"rank": settings.get("dimensions", 256)})


def _factors(facts: Facts, settings: Mapping[str, Any]) -> float:
    rank, sweeps = float(settings.get("factors", 64)), float(settings.get("epochs", 1))
    return sweeps * (facts.pairs * rank**2 + (facts.users + facts.items) * rank**3 / 3)


def _layers(facts: Facts, settings: Mapping[str, Any]) -> float:
    """Every epoch decodes every shopper over the whole catalogue, and ranks those who validate. Long trainings stop early, at half."""
    asked = float(settings.get("epochs", 100))
    epochs = min(asked, max(EARLY, asked / 2))
    width = float(network_size({"hidden": settings.get("hidden", 0)}, facts.users, facts.items).hidden)
    return epochs * facts.items * (facts.users * width + RANKED_LIKE * min(facts.users, VALIDATED))


def _both(facts: Facts, settings: Mapping[str, Any]) -> float:
    """A network, and a linear model over half of its grid."""
    return _layers(facts, settings) + 5 * _linear(facts, settings)


def _three(facts: Facts, settings: Mapping[str, Any]) -> float:
    """Those, and iALS by its defaults."""
    return _both(facts, settings) + 1.1 * _factors(facts, {"factors": 128, "epochs": 16})


def _merging(facts: Facts, settings: Mapping[str, Any]) -> float:
    return 200.0 * facts.users


# model -> (what its fit does, seconds a unit of that)
COSTS: Mapping[str, tuple[Work, float]] = MappingProxyType(
    {
        "popularity": (_counting, 1e-8),
        "item-knn": (_neighbours, 2.6e-8),
        "rp3beta": (_neighbours, 2.1e-8),
        "content": (_describing, 6e-10),
        "pure-svd": (_directions, 4e-10),
        "ials": (_factors, 1.3e-10),
        "ease": (_linear, 5e-11),
        "edlae": (_linear, 7e-11),
        "mult-dae": (_layers, 9e-11),
        "mult-vae": (_layers, 1.2e-10),
        "recvae": (_layers, 5e-10),
        "cfgan": (_layers, 1.4e-9),
        "vae-gan": (_layers, 2.2e-10),
        "vae-linear": (_both, 1.2e-10),
        "blend": (_three, 1.25e-10),
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


def basket_seconds(facts: Facts, past: Iterable[tuple[Facts, float]] = ()) -> tuple[float, float]:
    """(low, high) wall seconds of a `baskets` job: 53 fits, half of them by neighbours and half of small regressions.

    past: what such jobs took here, of logs of these sizes (`past_basket_jobs`).
    """

    def about(size: Facts) -> float:
        return FLOOR + BASKET_PAIRS * _neighbours(size, {}) + BASKET_ITEMS * size.items

    ratios = [seconds / about(size) for size, seconds in past]
    if not ratios:
        return about(facts) / UNKNOWN_SPREAD, about(facts) * UNKNOWN_SPREAD
    middle = about(facts) * median(ratios)
    return min(about(facts) * min(ratios), middle / KNOWN_SPREAD), max(about(facts) * max(ratios), middle * KNOWN_SPREAD)


def past_basket_jobs(workspace: Workspace) -> list[tuple[Facts, float]]:
    """(the size of its log, the seconds it took) of each `baskets` job that this workspace has done."""
    sizes = {record.id: facts_of(record) for record in workspace.registry.datasets()}
    done = [job for job in workspace.registry.jobs(["done"]) if job.kind == "baskets" and job.spec.get("dataset") in sizes]
    return [
        (sizes[job.spec["dataset"]], (job.finished_at - job.started_at).total_seconds())
        for job in done
        if job.started_at is not None and job.finished_at is not None and job.finished_at > job.started_at
    ]


def facts_of(record: DatasetRecord) -> Facts:
    """The size of a dataset, from its row in the registry."""
    return Facts(record.users, record.items, record.rows)


def past_runs(workspace: Workspace, model: str) -> list[PastRun]:
    """What the `train` jobs of this workspace took for `model`, with the settings they were given; what was tuned took its budget."""
    runs = [run for run in workspace.registry.runs() if run.model == model and run.job_id and run.seconds]
    if not runs:
        return []
    sizes = {record.id: facts_of(record) for record in workspace.registry.datasets()}
    asked = {job.id: job.spec.get("settings", {}) for job in workspace.registry.jobs() if job.kind == "train"}
    return [
        PastRun(sizes[run.dataset_id], asked[run.job_id], float(run.seconds))
        for run in runs
        if run.job_id in asked and run.dataset_id in sizes and run.seconds
    ]


def by_constants(model: str, facts: Facts, settings: Mapping[str, Any]) -> float:
    """Seconds by the constants alone. Raises KeyError for a model that is not in the table."""
    spec = model_spec(model)
    settings = spec.with_brought(settings)
    work, unit = COSTS[model]
    resolved = {s.key: _number(settings.get(s.key, s.default)) for s in spec.settings}
    points = [point for point in spec.grid if not set(point) & set(settings)] or [{}]
    ranked = RANKING * facts.items * ((len(points) - 1) * min(facts.users, VALIDATED) + facts.users)
    return FLOOR + sum(unit * work(facts, {**resolved, **point}) for point in points) + ranked


def _number(value: Any) -> Any:
    """Settings of a command line are texts."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return value
