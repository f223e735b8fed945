"""Models of the registry learned from real shoppers at weight 1 and synthetic ones at another, and what they find."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.evaluation.protocol import list_hits
from recsys_core.evaluation.ranking_metrics import ndcg_at_k
from recsys_core.inference.top_k import mask_seen, top_k
from recsys_core.models.contract import FitContext, FitReport, Recommender, Validation
from recsys_core.models.registry import model_class
from recsys_core.synthesis.augmenting.trial import HeldOut
from recsys_core.training.events import Listener

CHOSEN_AT = 100
CHOSEN_BY = f"ndcg@{CHOSEN_AT}"  # as everything here is chosen; less noisy than shorter lists
SQUARED = frozenset({"ease", "edlae", "item-knn"})  # learn from sums of products of entries: a row times sqrt(w) counts w times
LINEAR = frozenset({"mult-vae", "mult-dae"})  # a shopper's share of the likelihood is its row's sum, and the input is scaled to length 1
BLOCK = 1024  # shoppers scored at once
Floats = NDArray[np.float64]


def takes_weights(model: str) -> bool:
    """Whether a shopper can count in part; elsewhere a share of the synthetic shoppers is left out."""
    return model in SQUARED | LINEAR


def mixed(model: str, real: sparse.csr_matrix, synthetic: sparse.csr_matrix, weight: float, seed: int) -> sparse.csr_matrix:
    """What `model` is to be trained on: csr float32 [real + synthetic shoppers, items], synthetic rows scaled to count `weight` each.

    A model that takes no weights gets a share `weight` of the synthetic shoppers, at most all.
    """
    if weight == 0:
        return real
    if takes_weights(model):
        scaled = synthetic * np.float32(weight**0.5 if model in SQUARED else weight)
    else:
        kept = np.random.default_rng(seed).random(synthetic.shape[0]) < weight
        scaled = synthetic[np.flatnonzero(kept)]
    return sparse.vstack([real, scaled], format="csr").astype(np.float32)


def learn(
    model: str,
    settings: Mapping[str, Any],
    train: sparse.csr_matrix,
    *,
    seed: int,
    memo: dict[str, Any],
    listener: Listener,
    validation: Validation | None = None,
    epochs: int | None = None,
    threads: int = 1,
) -> tuple[Recommender, FitReport]:
    """One fit. validation: for a network, to choose its epochs by; or epochs as chosen before."""
    fitted = model_class(model)(settings)
    context = FitContext(
        seed=seed, listener=Quiet(listener), validation=validation, metric=CHOSEN_BY, epochs=epochs, threads=threads, memo=memo
    )
    return fitted, fitted.fit(train, context)


def found(model: Recommender, tests: HeldOut, k: int, tail: NDArray[np.bool_] | None = None) -> Floats:
    """NDCG@k of each tested shopper: float64 [n], or with `tail` (bool [items]) [n, 2], the second with the tail alone to be found,
    NaN where a shopper has none of it held out.
    """
    columns = [tests.targets] if tail is None else [tests.targets, _only(tests.targets, tail)]
    values = np.empty((len(tests.users), len(columns)))
    for start in range(0, len(tests.users), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(tests.users)))
        histories = tests.histories[rows]
        lists, _ = top_k(mask_seen(model.score(histories), histories), k)
        for place, column in enumerate(columns):
            targets = column[rows]
            held = np.diff(targets.indptr).astype(np.int64)
            values[rows, place] = np.where(held > 0, ndcg_at_k(list_hits(lists, targets), np.maximum(held, 1)), np.nan)
    return values[:, 0] if tail is None else values


def as_validation(tests: HeldOut) -> Validation:
    """What a network chooses its epochs by."""
    return Validation(tests.histories, tests.targets, tests.users, CHOSEN_BY)


class Quiet(Listener):
    """Lets a model be stopped; what it tells is not passed on."""

    def __init__(self, outer: Listener) -> None:
        self._outer = outer

    def check(self) -> None:
        """Raises where the job was cancelled."""
        self._outer.check()


def _only(targets: sparse.csr_matrix, kept: NDArray[np.bool_]) -> sparse.csr_matrix:
    chosen = targets.copy()
    chosen.data = chosen.data * kept[chosen.indices]
    chosen.eliminate_zeros()
    return chosen
