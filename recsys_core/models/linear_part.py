"""Models as parts of a larger one: EDLAE, its settings chosen by the larger model's validation, and networks that take its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Scorer, part_loader
from recsys_core.inference.scorers import build_scorer
from recsys_core.models.contract import FitContext, Recommender
from recsys_core.models.edlae import Edlae
from recsys_core.models.memo import shared
from recsys_core.models.registry import model_class, model_spec
from recsys_core.models.spec import Value

Part = TypeVar("Part", bound=Recommender)


def choose_edlae(train: sparse.csr_matrix, context: FitContext, grid: Sequence[Mapping[str, Value]] = Edlae.spec.grid) -> dict[str, Value]:
    """The point of `grid` that validates best, chosen once for all fits of a job; EDLAE's defaults where there is nothing to choose by."""
    return shared(context.memo, "edlae chosen", train, (context.metric, context.validation is None), lambda: _choose(train, context, grid))


def _choose(train: sparse.csr_matrix, context: FitContext, grid: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
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


def new_part(model: str, settings: Mapping[str, Value]) -> Recommender:
    """The model of this id, with those of the larger model's settings that it has too."""
    own = {setting.key for setting in model_spec(model).settings} | {"metric"}
    return model_class(model)({key: value for key, value in settings.items() if key in own})


def load_part(part: Part, description: Mapping[str, Any], array: ArrayLoader, place: int) -> Part:
    """`part` as it was exported: its arrays are nested at `place`."""
    loaded = type(part).load(part.settings, description, part_loader(array, place))
    assert isinstance(loaded, type(part))
    return loaded
