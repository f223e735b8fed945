"""The group of each product: its category where the catalogue has one, else the cluster that it was found to be in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.profiles.store import open_profile

OTHER = "Other"
MOST_GROUPS = 60  # more could be told apart neither in a legend nor by colour; the rarest become 'Other'
NOT_MADE = "No groups of products were made of this dataset yet."
_CATEGORISED = 0.5  # of the products must have a category, else titles say more


@dataclass(frozen=True)
class ItemGroups:
    """codes: int32, the group of each item by its number, -1 for none. labels: one a group. source: "category", "clusters" or "none"."""

    codes: NDArray[np.int32]
    labels: list[str]
    source: str

    def label(self, item: int) -> str | None:
        """The group's name of one item."""
        code = int(self.codes[item])
        return self.labels[code] if code >= 0 else None


@dataclass(frozen=True)
class ItemClusters:
    """Groups found by k-means, categories or not. codes, labels: as in ItemGroups. sizes: items in each.

    words: of each group, (word, share of its titles that have it, share of all titles). scores: silhouette by number of groups tried.
    suggested: the number that the data says. plain: whether anybody would find the same groups. basis: parts of the profile that they were
    found in. reason: why there are none, else ''.
    """

    codes: NDArray[np.int32]
    labels: list[str]
    sizes: list[int]
    words: list[list[tuple[str, float, float]]]
    scores: dict[int, float]
    suggested: int
    plain: bool
    basis: tuple[str, ...]
    seed: int
    reason: str


def load_groups(dataset: Dataset) -> ItemGroups:
    """The groups of a dataset's products. Raises CorruptArtifactError where the stored clusters are damaged."""
    if has_categories(dataset):
        return _by_category(dataset.items["category"])
    found = load_clusters(dataset)
    return ItemGroups(found.codes, found.labels, "clusters" if found.labels else "none")


def load_clusters(dataset: Dataset) -> ItemClusters:
    """The clusters of the chosen profile, none (with the reason) where there are none. Raises CorruptArtifactError."""
    profile = open_profile(dataset)
    if profile is None:
        return ItemClusters(np.full(dataset.n_items, -1, dtype=np.int32), [], [], [], {}, 0, False, (), 0, NOT_MADE)
    codes, found = profile.array("codes.npy"), profile.json("groups.json")
    labels = list(found["labels"])
    return ItemClusters(
        codes=codes,
        labels=labels,
        sizes=np.bincount(codes[codes >= 0], minlength=len(labels)).tolist(),
        words=[[(str(word), float(share), float(usual)) for word, share, usual in group] for group in found.get("words", [])],
        scores={int(number): float(score) for number, score in found.get("silhouette", {}).items()},
        suggested=int(found.get("suggested", len(labels))),
        plain=bool(found.get("plain", False)),
        basis=tuple(found.get("basis", ("text",))),
        seed=int(found.get("seed", 0)),
        reason=str(found.get("reason", "")),
    )


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
