"""What every recommender does. `tests/contract/test_recommenders.py` runs the same checks over each of them.

All matrices are csr float32 [users, items] over the run's own items, 1 where the user had the item.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import NotFoundError, UnsupportedError
from recsys_core.evaluation.protocol import evaluate_lists, evaluate_ranker
from recsys_core.inference.contract import ArrayLoader, Floats, Scorer, Users
from recsys_core.inference.scorers import rank
from recsys_core.models.spec import ModelSpec, Value
from recsys_core.training.checkpoint import CheckpointFile
from recsys_core.training.events import Listener


@dataclass(frozen=True)
class Validation:
    """What a fit may choose by: users with a history and with purchases held out of it, and the metric that counts.

    histories, targets: csr float32 [n, items]. users: int [n], their rows in the matrix that trains (`Scorer.score`). at: the metric's k.
    """

    histories: sparse.csr_matrix
    targets: sparse.csr_matrix
    users: NDArray[np.int64]
    metric: str = "ndcg@100"

    @property
    def at(self) -> int:
        """The length of list that the metric reads."""
        return int(self.metric.partition("@")[2])

    def __call__(self, scorer: Scorer) -> float:
        """The metric's mean over these users, of a scorer's lists."""
        found = evaluate_ranker(
            lambda histories, k, users: rank(scorer, histories, k, users=self.users[users])[0], self.histories, self.targets, at=(self.at,)
        )
        return found.mean(self.metric)

    def of_lists(self, lists: NDArray[np.integer]) -> NDArray[np.float32]:
        """The metric of ready lists int [n, >= at], one value a user that has something held out."""
        found = evaluate_lists(lists, self.targets, at=(self.at,))
        return found.values[:, found.names.index(self.metric)]


class Side:
    """What the log knows beside who had what, aligned with the run's users and items. This one knows nothing; a job's knows its dataset.

    `pairs` is csr [users, items], any part of a split; what is returned for it is aligned with `pairs.data`.
    """

    def ages(self, pairs: sparse.csr_matrix) -> Floats | None:
        """Days from the first event of each pair to the newest of these; None where the log has no times."""
        return None

    def strengths(self, pairs: sparse.csr_matrix) -> Floats | None:
        """What all events of each pair are worth together, by the dataset's event weights (1 each where it has none); None if unknown."""
        return None

    def item_features(self) -> sparse.csr_matrix | Floats | None:
        """What the catalogue says of each item: [items, features], rows of length 1 or 0; None where it says nothing."""
        return None

    def open_run(self, id: str) -> Any:
        """Another run of the same dataset (models.runs.Run). Raises NotFoundError."""
        raise NotFoundError(f"There is no run '{id}'.", "List them with `python -m recsys_core runs`.")


@dataclass(frozen=True)
class FitContext:
    """What a fit may use beside the matrix.

    validation: what to choose by, None where nothing is chosen (refit). epochs, learned: what an earlier fit chose (`FitReport`), to be
    taken as it is. checkpoint: where a neural fit keeps its state. threads: of the numerical libraries. side: the rest of the log.
    memo: kept between the fits of one job, so that the points of a grid share what does not depend on them (a Gram matrix).
    """

    seed: int
    listener: Listener = field(default_factory=Listener)
    validation: Validation | None = None
    metric: str = "ndcg@100"
    epochs: int | None = None
    learned: Mapping[str, Any] = field(default_factory=dict)
    checkpoint: CheckpointFile | None = None
    threads: int = 1
    side: Side = field(default_factory=Side)
    memo: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FitReport:
    """curves: one dict an epoch (empty for a closed form). epochs: how many the kept weights were trained for.

    learned: what else was chosen on validation inside the fit, as JSON (the weights of a blend); a refit gets it back. In the manifest.
    alarms: what went wrong on the way, as `Listener.alarm` was told; in the manifest too.
    """

    curves: list[dict[str, float]] = field(default_factory=list)
    epochs: int | None = None
    learned: dict[str, Any] = field(default_factory=dict)
    alarms: list[dict[str, Any]] = field(default_factory=list)


class Recommender(ABC):
    """A model: settings in, a fit on a matrix, then scores, vectors and arrays out."""

    spec: ClassVar[ModelSpec]

    def __init__(self, settings: Mapping[str, Value]) -> None:
        self.settings = self.spec.resolve(settings)

    @property
    def folds_in(self) -> bool:
        """Whether the fitted model scores histories that it was not trained on."""
        return self.spec.folds_in_with(self.settings)

    @abstractmethod
    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Learn from `train`. The same seed, threads and machine give the same bits."""

    @abstractmethod
    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Float32 [n, items]: a score of every item for each history, by the model itself; see `Scorer.score`."""

    def item_vectors(self) -> Floats:
        """Float32 [items, d]. Raises UnsupportedError where the model has none."""
        raise UnsupportedError(f"The model {self.spec.id} has no vectors for products.", "Choose a run of another model, such as mult-vae.")

    def user_vectors(self, histories: sparse.csr_matrix) -> Floats:
        """Float32 [n, d], by fold-in. Raises UnsupportedError where the model has none."""
        raise UnsupportedError(f"The model {self.spec.id} has no vectors for shoppers.", "Choose a run of another model, such as mult-vae.")

    @abstractmethod
    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """(description, arrays by file name under scorer/): enough for `inference.build_scorer` and for `load`."""

    @classmethod
    @abstractmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> Recommender:
        """The fitted model back from its arrays; scores as it did when exported."""


def as_float32(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """`matrix` as csr float32 (no copy where it is already)."""
    return matrix.tocsr().astype(np.float32, copy=False)
