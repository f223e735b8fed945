"""A blend of an autoencoder, EDLAE and iALS: broad taste beside full rank, and factors that err elsewhere (guides: 1.8, 1.9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.contract import ArrayLoader, Floats, Scorer, Users, nested
from recsys_core.inference.kinds.blend import BlendScorer, standardised
from recsys_core.inference.top_k import mask_seen, top_k
from recsys_core.models.contract import FitContext, FitReport, Recommender, Validation, as_float32
from recsys_core.models.edlae import Edlae
from recsys_core.models.ials import Ials
from recsys_core.models.linear_part import choose_edlae, exported, fit_edlae, load_part, new_part
from recsys_core.models.memo import shared
from recsys_core.models.mixing import Weights, learn_weights
from recsys_core.models.shortlist import Shortlist
from recsys_core.models.spec import Value
from recsys_core.models.specs.blend import BLEND

BATCH = 512
DEPTH = 2  # times the metric's k: so deep is each part's list, of which mixtures are made while weights are learned
LINEAR = 1  # the part that weights start from


class Blend(Recommender):
    """score = sum of w_i z(part i), z the standard score over the shopper's unseen items; weights learned on validation."""

    spec = BLEND

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """EDLAE with the settings that validate best, the autoencoder with early stopping, iALS by its defaults, then their weights.

        `learned` has all that was chosen (linear, form, what the autoencoder learned, weights, and the metric of each part alone); a refit
        takes it as it is.
        """
        train = as_float32(train)
        learned = dict(context.learned)
        if "linear" not in learned:
            l2 = self.settings["l2"]
            learned["linear"] = {"l2": l2} if l2 else choose_edlae(train, context)
        self.linear, learned["form"] = fit_edlae(learned["linear"], train, context, learned.get("form"))
        self.vae = new_part(str(self.settings["vae"]), self.settings)
        path = {key: learned[key] for key in ("linear", "form")}  # a linear path in the autoencoder is the same regression
        report = self.vae.fit(train, replace(context, learned=learned.get("vae", path)))
        learned["vae"] = report.learned
        self.third: Recommender | None = None
        if self.settings["third"] == "ials":
            self.third = shared(context.memo, "blend third", train, context.seed, lambda: _factors(train, context))
        if context.validation is not None and "weights" not in learned:
            learned |= self._learn_weights(context.validation, context)
        self.weights: Weights = tuple(learned.setdefault("weights", [1 / len(self._parts())] * len(self._parts())))
        return FitReport(report.curves, report.epochs, learned, report.alarms)

    def _learn_weights(self, validation: Validation, context: FitContext) -> dict[str, Any]:
        parts = tuple(map(exported, self._parts()))
        batches = list(_shortlists(parts, validation, context))

        def values(weights: Weights) -> NDArray[np.float32]:
            return validation.of_lists(np.concatenate([batch.lists(weights, validation.at) for batch in batches]))

        weights, tried = learn_weights(values, len(parts), context.listener, anchor=LINEAR)
        single = [tuple(float(i == place) for i in range(len(parts))) for place in range(len(parts))]
        alone = {part.spec.id: tried[weight] for part, weight in zip(self._parts(), single, strict=True)}
        return {"weights": list(weights), "alone": alone, "together": tried[weights], "by": context.metric}

    def _parts(self) -> tuple[Recommender, ...]:
        return (self.vae, self.linear) if self.third is None else (self.vae, self.linear, self.third)

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """The weighted sum of the parts' own standard scores."""
        return BlendScorer(self._parts(), self.weights).score(as_float32(histories), users)

    def item_vectors(self) -> Floats:
        """The autoencoder's."""
        return self.vae.item_vectors()

    def user_vectors(self, histories: sparse.csr_matrix) -> Floats:
        """The autoencoder's."""
        return self.vae.user_vectors(histories)

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """All parts, nested."""
        made = [part.export() for part in self._parts()]
        arrays = {name: array for i, (_, own) in enumerate(made) for name, array in nested(own, i).items()}
        return {"kind": "blend", "weights": list(self.weights), "parts": [description for description, _ in made]}, arrays

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> Blend:
        """All parts back."""
        model = cls(settings)
        vae, linear, *third = description["parts"]
        model.vae = load_part(new_part(str(model.settings["vae"]), model.settings), vae, array, 0)
        model.linear = load_part(Edlae({}), linear, array, 1)
        model.third = load_part(Ials({}), third[0], array, 2) if third else None
        model.weights = tuple(description["weights"])
        return model


def _factors(train: sparse.csr_matrix, context: FitContext) -> Ials:
    model = Ials({})
    model.fit(train, replace(context, validation=None, learned={}))
    return model


def _shortlists(parts: tuple[Scorer, ...], validation: Validation, context: FitContext) -> Iterator[Shortlist]:
    """Of the validation users, a batch at a time: what the parts would list, with each part's standard scores."""
    for start in range(0, validation.histories.shape[0], BATCH):
        context.listener.check()
        seen, users = validation.histories[start : start + BATCH], validation.users[start : start + BATCH]
        tables = [standardised(part.score(seen, users), seen) for part in parts]
        yield Shortlist.of([top_k(mask_seen(table.copy(), seen), DEPTH * validation.at)[0] for table in tables], tables)
