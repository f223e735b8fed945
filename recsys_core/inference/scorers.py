"""Scorers over exported arrays: what a run can do without the library that trained it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import CorruptArtifactError
from recsys_core.inference.contract import ArrayLoader, Floats, Scorer, Users, part_loader
from recsys_core.inference.top_k import mask_seen, top_k

# kind in a run's manifest -> file in `inference/kinds`
KINDS = {
    "constant": "constant",
    "item-item": "item_item",
    "sparse-item-item": "sparse_item_item",
    "low-rank": "low_rank",
    "least-squares": "least_squares",
    "autoencoder": "autoencoder",
    "recvae": "recvae",
    "user-item": "user_item",
    "generator": "generator",
    "vae-linear": "vae_linear",
    "blend": "blend",
    "rank-fusion": "rank_fusion",
}
# kinds whose lists are made of a code alone: they encode histories and decode codes
CODERS = frozenset({"low-rank", "least-squares", "autoencoder", "recvae", "generator"})


def build_scorer(description: Mapping[str, Any], array: ArrayLoader) -> Scorer:
    """The scorer that a run's manifest describes: {"kind": ..., and what it needs}. `array` loads an exported array by name."""
    kind = str(description.get("kind"))
    if kind not in KINDS:
        raise CorruptArtifactError(f"This run names a scorer '{kind}' that this version of Aisle does not know.", "Train the model again.")
    made: Scorer = import_module(f"recsys_core.inference.kinds.{KINDS[kind]}").build(description, array)
    return made


def build_parts(description: Mapping[str, Any], array: ArrayLoader) -> tuple[Scorer, ...]:
    """The scorers that a compound one is made of: those in description["parts"], their arrays as `contract.nested` named them."""
    return tuple(build_scorer(part, part_loader(array, i)) for i, part in enumerate(description["parts"]))


def rank(
    scorer: Scorer, histories: sparse.csr_matrix, k: int, *, seen: sparse.csr_matrix | None = None, users: Users | None = None
) -> tuple[NDArray[np.int32], Floats]:
    """The k best unseen items of each history: indices [n, k] (-1 where short) and scores. `seen` defaults to the history itself.

    users: see `Scorer.score`.
    """
    return top_k(mask_seen(scorer.score(histories, users), histories if seen is None else seen), k)
