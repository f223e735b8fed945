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
from recsys_core.models.refusals import no_times
from recsys_core.models.spec import Value
from recsys_core.models.specs.popularity import POPULARITY


class Popularity(Recommender):
    """Score = how many users had the item; with a half-life, a user counts half for every so many days that have passed since."""

    spec = POPULARITY

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Count the users of each item. Raises InputError where a half-life is asked for and the log has no times."""
        context.listener.check()
        half_life = float(self.settings["half_life_days"])
        worth = np.ones(train.nnz)
        if half_life > 0:
            ages = context.side.ages(train)
            if ages is None:
                raise no_times()
            worth = np.exp2(-ages.astype(np.float64) / half_life)
        self.scores_: Floats = np.bincount(train.indices, worth, minlength=train.shape[1]).astype(np.float32)
        return FitReport()

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """The same for everyone."""
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
