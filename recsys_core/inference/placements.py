"""What the server needs to fill up a basket: the item-item weights that a job learned from orders, kept beside the dataset."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.data.dataset import Dataset
from recsys_core.inference.contract import Floats, Scorer
from recsys_core.inference.scorers import build_scorer
from recsys_core.storage.artifacts import MANIFEST, Artifact, open_artifact
from recsys_core.storage.atomic import new_folder

FOLDER = KIND = "baskets"
OF_SHOPPERS = " of shoppers"  # ends the name of what was learned from all that a shopper bought, not order by order
SHIPPED = "shipped"  # the origin of one that came with the demo


@dataclass(frozen=True)
class BasketModel:
    """What is bought together. Arrays are memory-mapped; a basket of a few products is scored in a millisecond."""

    artifact: Artifact

    @property
    def manifest(self) -> Mapping[str, Any]:
        """dataset, orders, model, settings, scorer, report (see `jobs.work.baskets`)."""
        return self.artifact.manifest

    @property
    def by_shoppers(self) -> bool:
        """Whether it learned from all that a shopper bought (which told orders best), not order by order."""
        return str(self.manifest["model"]).endswith(OF_SHOPPERS)

    @property
    def shipped(self) -> bool:
        """Whether it came with the demo."""
        return self.manifest.get("origin") == SHIPPED

    @cached_property
    def items(self) -> NDArray[np.int32]:
        """Int32, ascending: dataset index of each item that the model knows."""
        return np.asarray(self.artifact.array("items.npy"))

    @cached_property
    def _scorer(self) -> Scorer:
        return build_scorer(self.manifest["scorer"], self.artifact.array)

    def score(self, baskets: csr_matrix) -> Floats:
        """Float32 [n, model items] of baskets csr [n, all items], ones; see `Scorer.score`."""
        return self._scorer.score(baskets[:, self.items].tocsr().astype(np.float32))


def open_baskets(dataset: Dataset) -> BasketModel | None:
    """The dataset's basket model; None where none was made. Raises CorruptArtifactError where it is damaged."""
    folder = dataset.folder / FOLDER
    return BasketModel(open_artifact(folder, kind=KIND)) if folder.is_dir() else None


def install_baskets(dataset: Dataset, shipped: Path) -> bool:
    """Copy the basket model in `shipped` beside `dataset`, if it was made from exactly this one and none is there: returns whether so."""
    manifest, target = shipped / MANIFEST, dataset.folder / FOLDER
    if target.exists() or not manifest.is_file() or json.loads(manifest.read_text(encoding="utf-8")).get("dataset") != dataset.id:
        return False
    with new_folder(target) as fresh:
        shutil.copytree(shipped, fresh, dirs_exist_ok=True)
    return True
