"""Popularity: everyone is shown what most shoppers had. The floor that every other model is measured from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Floats, Users
from recsys_core.inference.kinds.constant import ConstantScorer
from recsys_core.models.contract import FitContext, FitReport, Recommender
from recsys_core.models.spec import Value
from recsys_core.models.specs.popularity import POPULARITY


class Popularity(Recommender):
    """Score = how many users had the item."""

    spec = POPULARITY

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Count the users of each item."""
        self.scores_: Floats = np.asarray((train > 0).sum(axis=0), dtype=np.float32).ravel()
        return FitReport()

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """The counts, for everyone."""
        return ConstantScorer(self.scores_).score(histories)

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """One array of counts."""
        return {"kind": "constant"}, {"scorer/scores.npy": self.scores_}

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> Popularity:
        """From the counts."""
        model = cls(settings)
        model.scores_ = np.asarray(array("scorer/scores.npy"))
        return model
