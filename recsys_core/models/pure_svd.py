"""PureSVD: the leading directions of who had what (Cremonesi, Koren & Turrin 2010, "Performance of Recommender Algorithms on Top-N Tasks").

score = x V V',   V: right singular vectors of X D^-exponent, with D the popularity of the items (Nikolakopoulos et al. 2019, EigenRec)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.inference.contract import ArrayLoader, Floats, Users
from recsys_core.inference.kinds.low_rank import LowRankScorer
from recsys_core.models.contract import FitContext, FitReport, Recommender, as_float32
from recsys_core.models.memo import shared
from recsys_core.models.spec import Value
from recsys_core.models.specs.pure_svd import PURE_SVD
from recsys_core.models.spectral import leading_directions, scaled_items

VECTOR_DIMENSIONS = 64  # of the vectors for the map and for variety: the leading ones say most, and a re-ranking costs in proportion


class PureSVD(Recommender):
    """A history folded into the leading directions and unfolded again."""

    spec = PURE_SVD

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Decompose once for the largest rank that the grid asks for at this exponent, and cut. Raises InputError where memory is short."""
        train = as_float32(train)
        rank, exponent = int(self.settings["rank"]), float(self.settings["exponent"])
        most = max(rank, *(int(point["rank"]) for point in self.spec.grid if point["exponent"] == exponent), 1)
        most = min(most, max(1, min(train.shape) - 1))
        _check_memory(train.shape, most)
        found = shared(
            context.memo,
            self.spec.id,
            train,
            (exponent, most),
            lambda: leading_directions(scaled_items(train, exponent), most, context.listener.check),
        )
        values, directions = found
        self.values_: Floats = values[:rank]
        self.directions_: Floats = np.ascontiguousarray(directions[:, :rank])
        return FitReport()

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """x V V'."""
        return LowRankScorer(self.directions_, self.directions_).score(as_float32(histories))

    def item_vectors(self) -> Floats:
        """The leading 64 directions, times their singular values."""
        return self.directions_[:, :VECTOR_DIMENSIONS] * self.values_[:VECTOR_DIMENSIONS]

    def user_vectors(self, histories: sparse.csr_matrix) -> Floats:
        """Each history's place along the leading 64 directions."""
        leading = self.directions_[:, :VECTOR_DIMENSIONS]
        return LowRankScorer(leading, leading).encode(as_float32(histories))

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """The directions, which fold and unfold, and their singular values."""
        return {"kind": "low-rank", "tied": True}, {"scorer/fold.npy": self.directions_, "scorer/values.npy": self.values_}

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> PureSVD:
        """From the directions."""
        model = cls(settings)
        model.directions_, model.values_ = array("scorer/fold.npy"), np.asarray(array("scorer/values.npy"))
        return model


def _check_memory(shape: tuple[int, int], rank: int) -> None:
    users, items = shape
    needed, free = 4 * 1.25 * rank * (4 * items + users), psutil.virtual_memory().available
    if needed > 0.8 * free:
        raise InputError(
            f"{rank} directions of {users:,} shoppers and {items:,} products need {needed / 2**30:.1f} GB of memory"
            f" and {free / 2**30:.1f} GB are free.",
            "Set a smaller rank (--set rank=64), or train item-knn.",
        )
