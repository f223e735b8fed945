"""New shoppers and products on a map that a run has: histories go through the exported encoder, vectors as they are. Light: no umap."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import make_split
from recsys_core.errors import InputError, UnsupportedError
from recsys_core.latent.map_settings import USUAL, MapSettings
from recsys_core.latent.placing import LinearPlacer, Placer, held_out_kept
from recsys_core.latent.projections import Projection, check_request, need_projection, placer
from recsys_core.models.runs import Run
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.store import open_set

COMPARED = 3  # shoppers whose stored vectors must be those that the encoder gives
USERS = "users"


@dataclass(frozen=True)
class Newcomers:
    """vectors: float32 [n, d], as the run's. ids: of each. left_out: shoppers who had nothing that the run knows."""

    ids: NDArray[np.object_]
    vectors: NDArray[np.float32]
    left_out: int = 0


@dataclass(frozen=True)
class OpenMap:
    """A map to place on, opened once. what: "items" or "users"."""

    run: Run
    dataset: Dataset
    what: str
    made: Projection

    @cached_property
    def placer(self) -> Placer | LinearPlacer:
        """What places on it."""
        return placer(self.run, self.made)

    @property
    def width(self) -> int:
        """Numbers in a vector of the run."""
        return int(self.run.vectors(self.what)[0].shape[1])

    def place(self, new: Newcomers) -> tuple[NDArray[np.float32], float]:
        """(coordinates float32 [n, 2 or 3], seconds it took). Raises InputError for vectors of another width, or that are no numbers."""
        if new.vectors.shape[1] != self.width:
            raise InputError(
                f"The vectors have {new.vectors.shape[1]} numbers each, those of '{self.run.id}' have {self.width}.",
                "Give vectors of the same run.",
            )
        if not np.isfinite(new.vectors).all():
            row = int(np.flatnonzero(~np.isfinite(new.vectors).all(axis=1))[0])
            raise InputError(f"The vector of '{new.ids[row]}' holds something that is no number.", "Leave the row out, or mend it.")
        begun = time.perf_counter()
        return self.placer.place(new.vectors), time.perf_counter() - begun

    @cached_property
    def kept(self) -> float:
        """How far to trust what is placed: neighbours kept by points of the map that were taken off and placed anew."""
        return held_out_kept(self.placer.vectors, self.placer.coordinates, type(self.placer))

    def shoppers(self, ids: Sequence[Any] | NDArray[Any], histories: sparse.csr_matrix) -> Newcomers:
        """Shoppers by what they had, csr [n, all items] of ones. Raises UnsupportedError, and UserError for a run without weights."""
        if self.what != USERS:
            raise InputError("Histories are shoppers', and the map is of products.", "Use --what users, or give vectors of products.")
        scorer = self.run.scorer()
        if not hasattr(scorer, "encode"):
            raise UnsupportedError(self._no_encoder, "Choose a run of mult-vae, recvae, ials or pure-svd.")
        self._check_encoder(scorer)
        own = histories.tocsr()[:, np.asarray(self.run.items)].astype(np.float32)
        known = np.diff(own.indptr) > 0
        return Newcomers(np.asarray(ids, object)[known], np.asarray(scorer.encode(own[known]), np.float32), int((~known).sum()))

    @property
    def _no_encoder(self) -> str:
        return f"The model {self.run.spec.id} cannot make its vectors of new shoppers from their histories alone."

    def _check_encoder(self, scorer: Any) -> None:
        """A mixture may keep the vectors of one of its parts, and encode with another."""
        split = make_split(self.dataset, str(self.run.manifest["protocol"]), int(self.run.manifest["seed"]))
        some = np.asarray(self.made.rows[:COMPARED])
        codes, stored = scorer.encode(split.known[some][:, self.run.items].astype(np.float32).tocsr()), self.run.user_vectors
        if stored is None or codes.shape[1] != stored.shape[1] or not np.allclose(codes, stored[some], atol=1e-3, rtol=1e-2):
            raise UnsupportedError(self._no_encoder, "Choose a run of mult-vae, recvae, ials or pure-svd.")


def open_map(workspace: Workspace, run: str, what: str, method: str = "umap", *, seed: int = 0, settings: MapSettings = USUAL) -> OpenMap:
    """A map of a run. Raises NotFoundError where there is no such run, or no such map yet, and InputError."""
    check_request(what, method)
    opened = Run.open(workspace.run_dir(workspace.registry.run(run).id))
    opened.vectors(what)
    made = need_projection(opened, what, method, seed, settings)
    return OpenMap(opened, Dataset.open(workspace.dataset_dir(opened.dataset_id)), what, made)


def synthetic_histories(workspace: Workspace, dataset: Dataset, set_id: str) -> tuple[list[str], sparse.csr_matrix]:
    """(ids, csr [n, all items] of ones) of a synthetic set's shoppers. Raises NotFoundError, and InputError for another dataset's."""
    made = open_set(workspace, set_id)
    if made.record.dataset != dataset.id:
        raise InputError(f"The set '{made.record.id}' was learned from another dataset.", "Choose a run of that dataset.")
    return [f"synthetic-{place + 1}" for place in range(len(made.drawn))], made.drawn.matrix(dataset.n_items)
