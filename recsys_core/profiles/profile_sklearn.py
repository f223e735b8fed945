"""A profile of a dataset: vectors of products and shoppers, clusters, segments and measured gains, made at once and kept beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from recsys_core.data.dataset import Dataset
from recsys_core.errors import CorruptArtifactError
from recsys_core.profiles.bag import Bag
from recsys_core.profiles.clusters_sklearn import Clusters, Views, find_clusters, read_views
from recsys_core.profiles.fusing import PARTS, Part, fuse, unit
from recsys_core.profiles.gains import measure_gains
from recsys_core.profiles.groups import has_categories, load_groups
from recsys_core.profiles.labels import Vocabulary, read_vocabulary
from recsys_core.profiles.material import Material, read_material
from recsys_core.profiles.naming import is_mixed, name_groups, top_words
from recsys_core.profiles.parts_sklearn import make_parts, together, words_of
from recsys_core.profiles.segment_labels import describe_segments, wording_of
from recsys_core.profiles.segments_sklearn import FoundSegments, find_segments
from recsys_core.profiles.shoppers import ShopperProfile, read_shoppers
from recsys_core.profiles.store import DEFAULT, KIND, ProfileRequest, choose_profile
from recsys_core.storage.artifacts import open_artifact, seal
from recsys_core.storage.atomic import new_folder, remove_folder, write_array, write_json

Progress = Callable[[float, str], None]
FORMAT = 2
_MOSTLY_MIXED = 0.5  # of the products in groups that no few words speak for: titles do not say what is what, so purchases must


def make_profile(dataset: Dataset, request: ProfileRequest, progress: Progress = lambda fraction, message: None) -> Path:
    """Make the profile that is asked for, unless it is there, and choose it. Returns its folder.

    progress: hears a fraction and a few words; what it raises ends the work with nothing left behind.
    """
    folder = dataset.folder / request.folder
    if not _in_place(folder):
        with threadpool_limits(1):  # sums in one order: the same data gives the same profile, and small matrices gain nothing from threads
            _Making(dataset, request, progress).write(folder)
    if folder.name != DEFAULT or (dataset.folder / "profile.json").exists():
        choose_profile(dataset, folder.name)
    progress(1.0, "Done")
    return folder


def _in_place(folder: Path) -> bool:
    """Whether a whole profile of this format is there; an older or damaged one goes, to be made again."""
    if not folder.exists():
        return False
    try:
        if open_artifact(folder, kind=KIND).manifest.get("format") == FORMAT:
            return True
    except CorruptArtifactError:
        pass
    remove_folder(folder)
    return False


@dataclass
class _Making:
    """One profile from the opened dataset to the sealed folder."""

    dataset: Dataset
    request: ProfileRequest
    progress: Progress

    def write(self, folder: Path) -> None:
        """Read, measure, group, name, write."""
        seed, dataset = self.request.seed, self.dataset
        self.progress(0.0, "Reading what is known of products")
        material = read_material(dataset)
        bag = words_of(material)
        views = read_views(material.touched, bag, seed)
        parts = make_parts(material, bag, views.purchases, seed, lambda: self.progress(0.1, "Reading what is known of products"))
        weights = {name: weight for name, (_, weight) in PARTS.items()} | dict(self.request.weights)
        self.progress(0.25, "Measuring what each part adds")
        gains = measure_gains(parts, weights, material.positives, lambda train: _bought_together(train, seed), seed, self._check(0.3))
        self.progress(0.4, "Grouping products")
        vocabulary = read_vocabulary(material.titles)
        clusters, labels = self._clusters(material, views, parts, weights, vocabulary)
        self.progress(0.7, "Finding segments of shoppers")
        profile = self._shoppers(clusters, labels, bag)
        segments = find_segments(views, clusters, material.touched, profile, seed, self.request.n_segments, self._check(0.8))
        described = describe_segments(profile, segments.codes, segments.n_segments, wording_of(dataset))
        self.progress(0.95, "Writing the profile")
        items = fuse(parts, weights)
        with new_folder(folder) as fresh:
            write_array(fresh / "codes.npy", clusters.codes)
            write_json(fresh / "groups.json", _groups_json(clusters, labels, vocabulary, seed))
            write_array(fresh / "items.npy", items)
            write_array(fresh / "users.npy", profile.values)
            write_array(fresh / "segments.npy", segments.codes)
            write_json(fresh / "segments.json", _segments_json(segments, [one.to_json() for one in described], seed))
            write_json(fresh / "gains.json", gains.to_json())
            write_json(fresh / "columns.json", {"users": profile.names, "items": _item_columns(parts, weights)})
            seal(fresh, self._manifest(weights, material))

    def _clusters(
        self, material: Material, views: Views, parts: Mapping[str, Part], weights: Mapping[str, float], vocabulary: Vocabulary
    ) -> tuple[Clusters, list[str]]:
        """The groups and their names; where titles turn out not to say what is what, by what is bought together instead."""
        seed, number, check = self.request.seed, self.request.n_clusters, self._check(0.5)
        found = find_clusters(views, parts, weights, vocabulary, seed, number, check)
        labels = name_groups(material, vocabulary, found.codes, found.n_groups, by_title="text" in found.basis)
        sizes = np.bincount(found.codes[found.codes >= 0], minlength=found.n_groups)
        mixed = sum(int(size) for size, label in zip(sizes, labels, strict=True) if is_mixed(label))
        if not found.plain and mixed > _MOSTLY_MIXED * max(sizes.sum(), 1) and "together" in parts and "text" not in self.request.weights:
            found = find_clusters(views, {"together": parts["together"]}, {"together": 1.0}, vocabulary, seed, number, check)
            labels = name_groups(material, vocabulary, found.codes, found.n_groups, by_title=False)
        return found, labels

    def _shoppers(self, clusters: Clusters, labels: list[str], bag: Bag) -> ShopperProfile:
        """Shopper profiles over categories where there are some, else over the clusters."""
        if has_categories(self.dataset):
            groups = load_groups(self.dataset)
            return read_shoppers(self.dataset, groups.codes, groups.labels, bag)
        return read_shoppers(self.dataset, clusters.codes, labels, bag)

    def _check(self, fraction: float) -> Callable[[], None]:
        return lambda: self.progress(fraction, "Measuring what each part adds" if fraction < 0.4 else "Looking for groups")

    def _manifest(self, weights: Mapping[str, float], material: Material) -> dict[str, Any]:
        return {
            "kind": KIND,
            "format": FORMAT,
            "dataset": self.dataset.id,
            "request": self.request.to_json(),
            "weights": dict(weights),
            "sources": material.sources,
        }


def _bought_together(train: csr_matrix, seed: int) -> Part | None:
    points = together(train, seed)
    return None if points is None else Part("together", unit(points))


def _item_columns(parts: Mapping[str, Part], weights: Mapping[str, float]) -> list[dict[str, Any]]:
    """Which columns of items.npy hold which part, at which weight."""
    columns, start = [], 0
    for name, part in parts.items():
        width = part.points.shape[1] if weights.get(name, 0) > 0 else 0
        columns.append(
            {"part": name, "weight": weights.get(name, 0), "first": start, "columns": width, "covered": float(part.present.mean())}
        )
        start += width
    return columns


def _groups_json(clusters: Clusters, labels: list[str], vocabulary: Vocabulary, seed: int) -> dict[str, Any]:
    return {
        "labels": labels,
        "words": [top_words(vocabulary, clusters.codes, group) for group in range(clusters.n_groups)],
        "source": "clusters",
        "seed": seed,
        "silhouette": {trial.groups: trial.silhouette for trial in clusters.trials},
        "trials": [asdict(trial) for trial in clusters.trials],
        "suggested": clusters.suggested,
        "plain": clusters.plain,
        "basis": list(clusters.basis),
        "reason": clusters.reason,
    }


def _segments_json(found: FoundSegments, segments: list[dict[str, Any]], seed: int) -> dict[str, Any]:
    return {
        "segments": segments,
        "scores": {trial.groups: trial.agreement for trial in found.trials},
        "trials": [asdict(trial) for trial in found.trials],
        "suggested": found.suggested,
        "plain": found.plain,
        "seed": seed,
        "reason": found.reason,
    }
