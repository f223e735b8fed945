"""What every recommender does. `tests/contract/test_recommenders.py` runs the same checks over each of them.

All matrices are csr float32 [users, items] over the run's own items, 1 where the user had the item.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import UnsupportedError
from recsys_core.inference.scorers import ArrayLoader, Floats, Scorer
from recsys_core.models.spec import ModelSpec, Value
from recsys_core.training.checkpoint import CheckpointFile
from recsys_core.training.events import Listener

Validate = Callable[[Scorer], float]


@dataclass(frozen=True)
class FitContext:
    """What a fit may use beside the matrix.

    validate: the chosen metric of a scorer on validation, None where nothing is chosen (refit). epochs: exactly this many, for a
    refit of what was chosen. checkpoint: where a neural fit keeps its state. threads: of the numerical libraries.
    """

    seed: int
    listener: Listener = field(default_factory=Listener)
    validate: Validate | None = None
    metric: str = "ndcg@100"
    epochs: int | None = None
    checkpoint: CheckpointFile | None = None
    threads: int = 1


@dataclass(frozen=True)
class FitReport:
    """curves: one dict an epoch (empty for a closed form). epochs: how many the kept weights were trained for."""

    curves: list[dict[str, float]] = field(default_factory=list)
    epochs: int | None = None


class Recommender(ABC):
    """A model: settings in, a fit on a matrix, then scores, vectors and arrays out."""

    spec: ClassVar[ModelSpec]

    def __init__(self, settings: Mapping[str, Value]) -> None:
        self.settings = self.spec.resolve(settings)

    @abstractmethod
    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Learn from `train`. The same seed, threads and machine give the same bits."""

    @abstractmethod
    def score(self, histories: sparse.csr_matrix) -> Floats:
        """Float32 [n, items]: a score of every item for each history, the history's own items included (callers mask)."""

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
