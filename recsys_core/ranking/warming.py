"""Compile all that answers a counterfactual, or load it from the cache, before somebody waits for it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from scipy import sparse

from recsys_core.ranking.ground import Ground
from recsys_core.ranking.kernel import warm
from recsys_core.ranking.population import Held
from recsys_core.ranking.scenario import Scenario
from recsys_core.ranking.whatif import Studio


def warm_all() -> None:
    """The kernels, then every figure, on two shoppers and four products."""
    warm()
    studio = Studio(_smallest(), date(2026, 1, 1), held=Held(sparse.csr_matrix(np.eye(2, 4, dtype=np.float32))))
    studio.answer(Scenario(k=2, variety=50, balance=50, discovery=50))


def _smallest() -> Ground:
    one_each = sparse.csr_matrix(np.eye(2, 4, 2, dtype=np.float32))
    return Ground(
        candidates=np.array([[0, 1, 2], [1, 0, 3]], dtype=np.int32),
        scores=np.array([[3, 2, 1], [3, 2, 1]], dtype=np.float32),
        fallback=np.zeros(2, dtype=np.bool_),
        had=one_each,
        buyers=np.array([0, 0, 1, 1], dtype=np.int64),
        table=pd.DataFrame({"item_id": list("abcd"), "price": [1.0, 2.0, 3.0, 4.0], "cost": [0.5] * 4}),
        group=np.array([0, 1, 0, 1], dtype=np.int32),
        groups=("x", "y"),
        mix=sparse.csr_matrix(np.eye(2, dtype=np.float32)),
        segment=np.zeros(2, dtype=np.int32),
        segments=("all",),
        model_vectors=np.eye(4, dtype=np.float32),
    )
