"""A run on disk: what one training left behind, read lazily and memory-mapped. Light: no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import UnsupportedError, UserError
from recsys_core.models.registry import model_spec
from recsys_core.models.spec import ModelSpec
from recsys_core.storage.artifacts import Artifact, open_artifact

if TYPE_CHECKING:
    from recsys_core.inference.contract import Scorer

KIND = "run"


@dataclass(frozen=True)
class Run:
    """One training of one model on one split. Indices are those of the dataset unless said otherwise."""

    id: str
    artifact: Artifact

    @classmethod
    def open(cls, folder: Path, *, verify: bool = False) -> Run:
        """The run in `folder`. Raises NotFoundError, or CorruptArtifactError where files are missing or changed."""
        return cls(folder.name, open_artifact(folder, kind=KIND, verify=verify))

    @property
    def manifest(self) -> Mapping[str, Any]:
        """dataset, model, settings, chosen, protocol, seed, refit, scorer, costs, versions."""
        return self.artifact.manifest

    @property
    def dataset_id(self) -> str:
        """The dataset it was trained on."""
        return str(self.manifest["dataset"])

    @property
    def spec(self) -> ModelSpec:
        """What the model is and can do."""
        return model_spec(str(self.manifest["model"]))

    @property
    def folds_in(self) -> bool:
        """Whether it scores histories that it was not trained on (`scorer().score`)."""
        return bool(self.manifest.get("folds_in", True))

    @property
    def origin(self) -> str:
        """ "trained" here, or "shipped" with the demo."""
        return str(self.manifest["origin"])

    @cached_property
    def items(self) -> NDArray[np.int32]:
        """Int32 [run items]: dataset item index of each item the model knows."""
        return self.artifact.array("items.npy")

    @cached_property
    def candidates(self) -> NDArray[np.int32]:
        """Int32 [users, C] dataset item indices, best first, -1 where a list is short."""
        return self.artifact.array("candidates.npy")

    @cached_property
    def candidate_scores(self) -> NDArray[np.float32]:
        """Float32 [users, C], aligned with `candidates`."""
        return self.artifact.array("candidate_scores.npy")

    @cached_property
    def validation_lists(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]] | None:
        """(users [n], items [n, C], scores [n, C]): what the model of the choosing stage, which saw nothing of validation, would list.

        None for a run made before these were kept.
        """
        if not self.artifact.has("validation_candidates.npy"):
            return None
        return tuple(self.artifact.array(f"validation_{name}.npy") for name in ("users", "candidates", "scores"))  # type: ignore[return-value]

    @cached_property
    def fallback(self) -> NDArray[np.bool_]:
        """Bool [users]: whose list is the best sellers, for want of a history."""
        return self.artifact.array("fallback.npy")

    @cached_property
    def item_vectors(self) -> NDArray[np.float32] | None:
        """Float32 [all items, d], rows of items the model does not know are zero; None where the model has no vectors."""
        return self.artifact.array("item_vectors.npy") if self.artifact.has("item_vectors.npy") else None

    @cached_property
    def user_vectors(self) -> NDArray[np.float32] | None:
        """Float32 [users, d], rows of fallback users are zero; None where the model has none."""
        return self.artifact.array("user_vectors.npy") if self.artifact.has("user_vectors.npy") else None

    def vectors(self, what: str) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """(vectors [n, d], their dataset indices [n]) of "items" or "users" that have one. Raises UnsupportedError where none have."""
        table = self.item_vectors if what == "items" else self.user_vectors
        if table is None:
            noun = "products" if what == "items" else "shoppers"
            raise UnsupportedError(
                f"The model {self.spec.id} has no vectors for {noun}.", "Choose a run of another model, such as mult-vae."
            )
        rows = np.asarray(self.items if what == "items" else np.flatnonzero(~self.fallback), dtype=np.int32)
        return np.asarray(table[rows]), rows

    @cached_property
    def metrics(self) -> dict[str, dict[str, dict[str, float | None]]]:
        """{"validation" | "test": {"ndcg@10": {"value", "low", "high"}}}; a part without tested shoppers is empty."""
        found: dict[str, dict[str, dict[str, float | None]]] = self.artifact.json("metrics.json")
        return found

    @cached_property
    def curves(self) -> list[dict[str, float]]:
        """One dict an epoch of the training in which epochs were chosen; empty for a closed form."""
        found: list[dict[str, float]] = self.artifact.json("curves.json")
        return found

    def per_user(self, part: str) -> tuple[NDArray[np.int32], tuple[str, ...], NDArray[np.float32]]:
        """(users, metric names, values [users, names]) of "validation" or "test"."""
        found = self.artifact.json("per_user.json")
        names = tuple(found[part] if isinstance(found, dict) else found)  # older runs measured the same of both parts
        return self.artifact.array(f"{part}_users.npy"), names, self.artifact.array(f"{part}_values.npy")

    def scorer(self) -> Scorer:
        """The exported scorer, for histories [n, run items]. Raises UserError where the run was shipped without its weights."""
        if not self.manifest.get("scorer"):
            raise UserError(
                f"The run '{self.id}' came with the demo and without the model's weights, so it cannot score new histories.",
                f"Train it here: `python -m recsys_core train {self.dataset_id} --model {self.spec.id}`.",
            )
        from recsys_core.inference.scorers import build_scorer

        return build_scorer(self.manifest["scorer"], self.artifact.array)
