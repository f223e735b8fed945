"""vae-linear: a VAE with a full-rank linear path around its bottleneck.

    score = a v(x) + x (B - b C),   v(x) = n softmax(f(z)), what Mult-VAE (Liang et al. 2018) expects among n purchases,
    B: EDLAE's item-item matrix (Steck 2020),   C: the same regression with v for its target (`imitation`)

B - b C is EDLAE fitted on what the VAE leaves, X - b v: with a = b the VAE adds just what no item-item matrix can say, broad taste, and the
linear path keeps the near-twins. a and b are chosen on validation. The idea is VASP's (Vancura & Kordik 2021), who multiply two paths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.evaluation.intervals import bootstrap_intervals
from recsys_core.evaluation.protocol import evaluate_lists
from recsys_core.inference.contract import ArrayLoader, Floats, Scorer, Users, nested
from recsys_core.inference.kinds.vae_linear import VaeLinearScorer, expected_counts
from recsys_core.inference.top_k import mask_seen, top_k
from recsys_core.models.contract import FitContext, FitReport, Recommender, Validation, as_float32
from recsys_core.models.edlae import Edlae
from recsys_core.models.imitation import imitation_weights
from recsys_core.models.linear_part import choose_edlae, exported, fit_edlae, load_part, new_part
from recsys_core.models.spec import Value
from recsys_core.models.specs.vae_linear import VAE_LINEAR

WEIGHTS = (0.125, 0.25, 0.375, 0.5, 0.75)  # a to choose among: with 1 the VAE would say all that it expects
SHARES = (0.0, 0.5, 1.0, 1.5, 2.0)  # b / a to choose among
UNKNOWN = {"weight": 0.25, "share": 0.5}  # where there is nothing to choose by
BATCH = 512
AT = (10, 100)


class VaeLinear(Recommender):
    """Lists by what the VAE expects, and by what the linear path makes of the rest."""

    spec = VAE_LINEAR

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """EDLAE by its own grid, the VAE with early stopping, then how much each says.

        `learned`: linear, form, vae (its own), weight (a), share (b / a), and worth: what the lists of both parts, of each alone and of
        EDLAE reach on validation.
        """
        train = as_float32(train)
        learned = dict(context.learned)
        if "linear" not in learned:
            l2 = self.settings["l2"]
            learned["linear"] = {"l2": l2} if l2 else choose_edlae(train, context)
        self.linear, learned["form"] = fit_edlae(learned["linear"], train, context, learned.get("form"))
        self.vae = new_part("mult-vae", self.settings)
        report = self.vae.fit(train, replace(context, learned=learned.get("vae", {})))
        learned["vae"] = report.learned
        imitation = imitation_weights(exported(self.vae), self.linear, train, context)
        validation = context.validation
        if "weight" not in learned:
            learned |= UNKNOWN if validation is None else self._choose(imitation, validation, context)
        self.weight = float(learned["weight"])
        before = exported(self.linear)
        self.linear.weights_ = _less(self.linear.weights_, self.weight * float(learned["share"]), imitation)
        if validation is not None and "worth" not in learned:
            learned["worth"] = self._worth(before, validation)
        return FitReport(report.curves, report.epochs, learned, report.alarms)

    def _choose(self, imitation: Floats | sparse.csr_matrix, validation: Validation, context: FitContext) -> dict[str, float]:
        """The weight and the share whose lists validate best."""
        vae, linear = exported(self.vae), exported(self.linear)
        lists: dict[tuple[float, float], list[NDArray[np.int32]]] = {(a, share): [] for a in WEIGHTS for share in SHARES}
        for start in range(0, validation.histories.shape[0], BATCH):
            context.listener.check()
            seen = validation.histories[start : start + BATCH]
            counts, scores = expected_counts(vae.score(seen), np.diff(seen.indptr)), linear.score(seen)
            imitated = _product(seen, imitation)
            for a, share in lists:
                total = (scores + np.float32(a) * (counts - np.float32(share) * imitated)).astype(np.float32, copy=False)
                lists[a, share].append(top_k(mask_seen(total, seen), validation.at)[0])
        found = {point: float(validation.of_lists(np.concatenate(own)).mean(dtype=np.float64)) for point, own in lists.items()}
        weight, share = max(found, key=lambda point: found[point])
        return {"weight": weight, "share": share}

    def _worth(self, edlae: Scorer, validation: Validation) -> dict[str, Any]:
        """NDCG of both parts, of each alone and of EDLAE on validation, and the gains of both over the latter with paired 95 % intervals.

        vae_adds: over the linear part alone, fitted on what the VAE leaves; over_edlae: over the matrix that was fitted on its own.
        """
        scorers: dict[str, Scorer] = {part: self._exported(part) for part in ("both", "linear", "vae")} | {"edlae": edlae}
        values = {}
        for name, scorer in scorers.items():
            batches = (validation.histories[start : start + BATCH] for start in range(0, validation.histories.shape[0], BATCH))
            lists = [top_k(mask_seen(scorer.score(seen), seen), max(AT))[0] for seen in batches]
            found = evaluate_lists(np.concatenate(lists), validation.targets, at=AT)
            values[name] = {f"ndcg@{k}": found.values[:, found.names.index(f"ndcg@{k}")] for k in AT}
        worth: dict[str, Any] = {}
        for metric in values["both"]:
            means = {name: float(values[name][metric].mean(dtype=np.float64)) for name in values}
            gains = {}
            for name, other in (("vae_adds", "linear"), ("over_edlae", "edlae")):
                gain = bootstrap_intervals(values["both"][metric] - values[other][metric])[0]
                gains[name] = {"value": gain.value, "low": gain.low, "high": gain.high}
            worth[metric] = {**means, **gains}
        return worth

    def _exported(self, part: str) -> VaeLinearScorer:
        return VaeLinearScorer(exported(self.vae), exported(self.linear), self.weight, part)

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """By the torch network and the matrix (the exported numpy path must equal it to 1e-5)."""
        return VaeLinearScorer(self.vae, self.linear, self.weight, str(self.settings["part"])).score(as_float32(histories))

    def item_vectors(self) -> Floats:
        """The autoencoder's."""
        return self.vae.item_vectors()

    def user_vectors(self, histories: sparse.csr_matrix) -> Floats:
        """The autoencoder's."""
        return self.vae.user_vectors(histories)

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """The VAE's layers and the linear matrix, nested."""
        vae, vae_arrays = self.vae.export()
        linear, linear_arrays = self.linear.export()
        description = {"kind": "vae-linear", "parts": [vae, linear], "weight": self.weight, "part": str(self.settings["part"])}
        return description, {**nested(vae_arrays, 0), **nested(linear_arrays, 1)}

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> VaeLinear:
        """Both parts back."""
        model = cls(settings)
        vae, linear = description["parts"]
        model.vae = load_part(new_part("mult-vae", model.settings), vae, array, 0)
        model.linear = load_part(Edlae({}), linear, array, 1)
        model.weight = float(description["weight"])
        return model


def _less(weights: Floats | sparse.csr_matrix, factor: float, others: Floats | sparse.csr_matrix) -> Floats | sparse.csr_matrix:
    """weights - factor others, in their form, float32."""
    left: Floats | sparse.csr_matrix = (weights - np.float32(factor) * others).astype(np.float32, copy=False)
    return left


def _product(histories: sparse.csr_matrix, weights: Floats | sparse.csr_matrix) -> Floats:
    scores = histories @ weights
    return np.asarray(scores.toarray() if sparse.issparse(scores) else scores, dtype=np.float32)
