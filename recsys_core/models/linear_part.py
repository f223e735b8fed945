"""EDLAE as a part of a larger model: its settings chosen by the larger model's validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from scipy import sparse

from recsys_core.inference.contract import Scorer
from recsys_core.inference.scorers import build_scorer
from recsys_core.models.contract import FitContext, Recommender
from recsys_core.models.edlae import Edlae
from recsys_core.models.spec import Value


def choose_edlae(train: sparse.csr_matrix, context: FitContext, grid: Sequence[Mapping[str, Value]] = Edlae.spec.grid) -> dict[str, Value]:
    """The point of `grid` that validates best; EDLAE's defaults where there is nothing to choose by."""
    best: tuple[float, dict[str, Value]] = (-1.0, {})
    for number, point in enumerate(grid if context.validation is not None else ()):
        context.listener.check()
        model, _ = fit_edlae(point, train, context)
        assert context.validation is not None
        value = context.validation(exported(model))
        context.listener.trial(point, context.metric, value)
        context.listener.progress((number + 1) / len(grid), f"linear part, setting {number + 1} of {len(grid)}")
        if value > best[0]:
            best = (value, dict(point))
    return best[1]


def fit_edlae(settings: Mapping[str, Value], train: sparse.csr_matrix, context: FitContext, form: str | None = None) -> tuple[Edlae, str]:
    """EDLAE with these settings, and the form it took. form: what an earlier fit took for `auto`."""
    model = Edlae(settings)
    report = model.fit(train, replace(context, validation=None, learned={"form": form} if form else {}))
    return model, str(report.learned["form"])


def exported(model: Recommender) -> Scorer:
    """The exported form of a fitted model."""
    description: dict[str, Any]
    description, arrays = model.export()
    return build_scorer(description, arrays.__getitem__)
