"""The group of each product: its category where the catalogue has one, else the cluster of its title."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.storage.artifacts import open_artifact

CLUSTERS_FOLDER = "profiles"
KIND = "profile"
OTHER = "Other"
MOST_GROUPS = 60  # more could be told apart neither in a legend nor by colour; the rarest become 'Other'
_CATEGORISED = 0.5  # of the products must have a category, else titles say more


@dataclass(frozen=True)
class ItemGroups:
    """codes: int32, the group of each item by its number, -1 for none. labels: one a group. source: "category", "titles" or "none"."""

    codes: NDArray[np.int32]
    labels: list[str]
    source: str

    def label(self, item: int) -> str | None:
        """The group's name of one item."""
        code = int(self.codes[item])
        return self.labels[code] if code >= 0 else None


def load_groups(dataset: Dataset) -> ItemGroups:
    """The groups of a dataset's products. Raises CorruptArtifactError where the stored clusters are damaged."""
    if has_categories(dataset):
        return _by_category(dataset.items["category"])
    folder = dataset.folder / CLUSTERS_FOLDER
    if not folder.is_dir():
        return ItemGroups(np.full(dataset.n_items, -1, dtype=np.int32), [], "none")
    artifact = open_artifact(folder, kind=KIND)
    return ItemGroups(artifact.array("codes.npy"), list(artifact.json("groups.json")["labels"]), "titles")


def has_categories(dataset: Dataset) -> bool:
    """Whether the catalogue's categories tell its products apart."""
    if "category" not in dataset.items:
        return False
    category = dataset.items["category"]
    return bool(category.notna().mean() >= _CATEGORISED and category.nunique() >= 2)


def _by_category(category: pd.Series) -> ItemGroups:
    counts = category.value_counts()
    ordered = counts.sort_index(kind="stable").sort_values(ascending=False, kind="stable")
    labels = [str(name) for name in ordered.index]
    codes = pd.Categorical(category, categories=ordered.index).codes.astype(np.int32)
    if len(labels) > MOST_GROUPS:
        codes = np.where(codes >= MOST_GROUPS - 1, np.int32(MOST_GROUPS - 1), codes)
        labels = [*labels[: MOST_GROUPS - 1], OTHER]
    return ItemGroups(codes.astype(np.int32), labels, "category")
