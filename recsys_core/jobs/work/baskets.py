"""The baskets job: learn from orders what is bought together, measured on later orders, kept beside the dataset for the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.data.dataset import Dataset
from recsys_core.data.matrices import from_pairs
from recsys_core.data.orders import Orders, read_orders
from recsys_core.errors import TooSmallError
from recsys_core.evaluation.baskets import (
    METRICS,
    Trial,
    basket_intervals,
    completion_metrics,
    cut_orders,
    hidden_ranks,
    hide_one,
)
from recsys_core.inference.placements import FOLDER, KIND, OF_SHOPPERS
from recsys_core.jobs.context import JobContext
from recsys_core.models.contract import FitContext, Recommender
from recsys_core.models.registry import model_class
from recsys_core.storage.artifacts import seal
from recsys_core.storage.atomic import new_folder, remove_folder
from recsys_core.training.events import Listener
from recsys_core.training.export import write_arrays

FEWEST_ORDERS = 3  # of a product: rarer ones are not listed as bought together
MOST_CHOOSING, MOST_TESTED = 2000, 5000  # baskets
CHOSEN_BY = METRICS.index("ndcg@10")
BASELINE, BEST_SELLERS = "item-knn", "popularity"

Settings = Mapping[str, Any]
KNN_GRID: tuple[Settings, ...] = tuple(
    {"weighting": weighting, "shrink": shrink, "k": k}
    for weighting in ("none", "tf-idf")
    for shrink in (0.0, 10.0, 30.0)
    for k in (20, 50, 200)
)
# A ridge regression of each product on its nearest ones (EASE, sparse form). On online_retail's validation neither dropout, nor weights by
# age or size of an order, nor a mixture of orders and shoppers added to the better of the two.
EDLAE_GRID: tuple[Settings, ...] = tuple(
    {"form": "sparse", "dropout": 0.0, "neighbours": neighbours, "l2": l2} for neighbours in (50, 100) for l2 in (5.0, 10.0, 30.0, 100.0)
)
DEFAULT: tuple[str, Settings] = ("edlae", EDLAE_GRID[1])


@dataclass(frozen=True)
class Row:
    """One way to complete baskets, tested. intervals: metric -> (mean, low, high). gain: the same less the baseline's, paired."""

    model: str
    settings: Settings
    intervals: Mapping[str, tuple[float, float, float]]
    gain: Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class BasketReport:
    """orders: how many were (learned from, chosen by, tested), the last two with one product hidden. chosen: what validated best."""

    orders: tuple[int, int, int]
    chosen: tuple[str, Settings]
    rows: tuple[Row, ...]


def work(context: JobContext) -> dict[str, Any]:
    """Make the basket model of the spec's {"dataset", "seed"} (seed 0 unless given). Returns what `report` measured."""
    spec, workspace = context.spec, context.workspace
    dataset = Dataset.open(workspace.dataset_dir(workspace.registry.dataset(spec["dataset"]).id))
    report = make_baskets(dataset, int(spec.get("seed") or 0), _JobListener(context))
    return {"dataset": dataset.id, "report": None if report is None else asdict(report)}


def make_baskets(dataset: Dataset, seed: int, listener: Listener) -> BasketReport | None:
    """Choose on validation, test, learn once more from all orders, and put the model beside the dataset in place of an older one.

    Returns None, and takes settings that did well elsewhere, where the log is too small or has no times to test by. Raises
    UnsupportedError where orders cannot be told, TooSmallError where no two products were bought together.
    """
    orders = read_orders(dataset)
    try:
        report = measure_baskets(orders, seed, listener) if dataset.has_times else None
    except TooSmallError:
        report = None
    if len(_known(orders.items)) < 2 or not (np.diff(orders.items.indptr) > 1).any():
        raise TooSmallError("No two products were often bought together.", "Give a longer log.")
    listener.progress(0.9, "learning from all orders")
    name, settings = report.chosen if report is not None else DEFAULT
    model, items = _learn(name, settings, orders, np.arange(len(orders)), seed, listener, {})
    description, arrays = model.export()
    folder = dataset.folder / FOLDER
    if folder.exists():
        remove_folder(folder)
    _write(folder, {**arrays, "items.npy": items}, dataset.id, name, settings, description, report, len(orders))
    return report


def measure_baskets(orders: Orders, seed: int, listener: Listener) -> BasketReport:
    """Basket completion by a ridge and by item-kNN, each learned from orders and from shoppers, and by best sellers; chosen on validation.

    What tests is learned from all orders before. Raises TooSmallError where there are too few.
    """
    fit, choice, test = cut_orders(orders.time)
    chosen: dict[str, tuple[float, Settings]] = {}
    trial = _some(hide_one(orders.items[choice], orders.user[choice], seed), MOST_CHOOSING, seed)
    if not len(trial.hidden) or len(_known(orders.items[fit])) < 2:
        raise TooSmallError("Too few products were bought together to learn from some orders and choose by others.", "Give a longer log.")
    grids: dict[str, tuple[Settings, ...]] = {BEST_SELLERS: ({},)}
    for name, grid in ((BASELINE, KNN_GRID), ("edlae", EDLAE_GRID)):
        grids |= {name: grid, name + OF_SHOPPERS: grid}
    steps, done = sum(map(len, grids.values())), 0
    for name, grid in grids.items():
        memo: dict[str, Any] = {}
        for settings in grid:
            listener.progress(0.8 * done / steps, f"choosing settings: {done + 1} of {steps}")
            value = _values(name, settings, orders, fit, trial, seed, listener, memo)[:, CHOSEN_BY].mean()
            if name not in chosen or value > chosen[name][0]:
                chosen[name] = (float(value), settings)
            done += 1
    best = max((name for name in chosen if name != BEST_SELLERS), key=lambda name: chosen[name][0])  # these need no model: they fill up
    listener.progress(0.8, "testing on later orders")
    tested = _some(hide_one(orders.items[test], orders.user[test], seed), MOST_TESTED, seed)
    if not len(tested.hidden):
        raise TooSmallError("No order to test on has two products.", "Give a longer log.")
    before = np.concatenate([fit, choice])
    values = {name: _values(name, settings, orders, before, tested, seed, listener, {}) for name, (_, settings) in chosen.items()}
    rows = tuple(
        Row(
            name,
            chosen[name][1],
            _told(found, tested.user, seed),
            _told(found - values[BASELINE], tested.user, seed),
        )
        for name, found in values.items()
    )
    return BasketReport((len(fit), len(trial.hidden), len(tested.hidden)), (best, chosen[best][1]), rows)


def _values(
    name: str,
    settings: Settings,
    orders: Orders,
    rows: NDArray[np.intp],
    trial: Trial,
    seed: int,
    listener: Listener,
    memo: dict[str, Any],
) -> NDArray[np.float64]:
    """METRICS of each basket of the trial by one model, learned from these orders."""
    model, items = _learn(name, settings, orders, rows, seed, listener, memo)
    return completion_metrics(hidden_ranks(model.score, trial, items))


def _learn(
    name: str, settings: Settings, orders: Orders, rows: NDArray[np.intp], seed: int, listener: Listener, memo: dict[str, Any]
) -> tuple[Recommender, NDArray[np.int32]]:
    """(the fitted model, the dataset index of each item it knows). name: a model's id, or that and OF_SHOPPERS."""
    matrix = orders.items[rows]
    items = _known(matrix)
    if name.endswith(OF_SHOPPERS):
        matrix = _by_shopper(matrix, orders.user[rows])
    model = model_class(name.removesuffix(OF_SHOPPERS))(settings)
    model.fit(matrix[:, items].tocsr(), FitContext(seed=seed, listener=listener, memo=memo))
    return model, items


def _known(matrix: csr_matrix) -> NDArray[np.int32]:
    return np.flatnonzero(matrix.getnnz(axis=0) >= FEWEST_ORDERS).astype(np.int32)


def _by_shopper(matrix: csr_matrix, user: NDArray[np.int32]) -> csr_matrix:
    """Orders of one shopper put together: csr of ones [shoppers, items]."""
    owner = np.unique(user, return_inverse=True)[1]
    row = np.repeat(owner, np.diff(matrix.indptr)).astype(np.int64)
    pairs = np.unique(row * matrix.shape[1] + matrix.indices)
    return from_pairs(pairs // matrix.shape[1], pairs % matrix.shape[1], (int(owner.max(initial=-1)) + 1, matrix.shape[1]))


def _some(trial: Trial, most: int, seed: int) -> Trial:
    """At most so many baskets, drawn at random."""
    if len(trial.hidden) <= most:
        return trial
    rows = np.sort(np.random.default_rng(seed).choice(len(trial.hidden), most, replace=False))
    return Trial(trial.given[rows], trial.hidden[rows], trial.user[rows])


def _told(values: NDArray[np.float64], user: NDArray[np.int32], seed: int) -> dict[str, tuple[float, float, float]]:
    found = basket_intervals(values, user, seed=seed)
    return {name: (one.value, one.low, one.high) for name, one in zip(METRICS, found, strict=True)}


def _write(
    folder: Path,
    arrays: dict[str, NDArray[Any]],
    dataset: str,
    model: str,
    settings: Settings,
    scorer: Mapping[str, Any],
    report: BasketReport | None,
    orders: int,
) -> None:
    about = {"kind": KIND, "format": 1, "dataset": dataset, "orders": orders, "model": model, "settings": dict(settings)}
    with new_folder(folder) as fresh:
        write_arrays(fresh, arrays)
        seal(fresh, {**about, "scorer": dict(scorer), "report": None if report is None else asdict(report)})


class _JobListener(Listener):
    """Moves the job's bar, and stops when the job is cancelled."""

    def __init__(self, context: JobContext) -> None:
        self._context = context

    def progress(self, fraction: float, message: str) -> None:
        self._context.progress(fraction, message)
        self.check()

    def check(self) -> None:
        self._context.check_cancelled()
