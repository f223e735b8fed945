"""Runs of a planted log that were never stored, for models that are made of runs."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from recsys_core.inference.scorers import build_scorer, rank
from recsys_core.models.contract import FitContext
from recsys_core.models.registry import model_class
from tests.contract.planted import PlantedSide


def planted_run(id_, model_id, train, **manifest):
    """What a `models.runs.Run` offers to a fusion, of a model fitted on `train`; every user has a validation list."""
    model = model_class(model_id)({})
    model.fit(train, FitContext(seed=0, side=PlantedSide(train)))
    description, arrays = model.export()
    users = np.arange(train.shape[0])
    lists, scores = rank(build_scorer(description, arrays.__getitem__), train, train.shape[1], users=users)
    return SimpleNamespace(
        id=id_,
        manifest={"dataset": "planted", "protocol": "random", "seed": 0, "refit": False, "scorer": description, **manifest},
        items=np.arange(train.shape[1], dtype=np.int32),
        fallback=np.zeros(train.shape[0], dtype=bool),
        folds_in=model.folds_in,
        validation_lists=(users.astype(np.int32), lists, scores),
        artifact=SimpleNamespace(files=dict.fromkeys(arrays), array=arrays.__getitem__),
    )


class PlantedRuns(PlantedSide):
    """Knows the run "linear" (ease) and the run "best" (popularity)."""

    def __init__(self, train):
        super().__init__(train)
        self.train = train

    def open_run(self, id):
        return planted_run(id, {"linear": "ease", "best": "popularity"}[id], self.train)
