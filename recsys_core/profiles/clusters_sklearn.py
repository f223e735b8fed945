"""Groups of products found in their titles: k-means on TF-IDF, with names a merchandiser understands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from recsys_core.data.dataset import Dataset
from recsys_core.profiles.groups import CLUSTERS_FOLDER, KIND, has_categories
from recsys_core.profiles.labels import label_groups, read_vocabulary
from recsys_core.storage.artifacts import seal
from recsys_core.storage.atomic import new_folder, write_array, write_json

FEWEST, MOST = 8, 40
_SIZES = (8, 12, 16, 20, 24, 28, 32, 36, 40)
_GOOD_ENOUGH = 0.7  # of the best silhouette: it creeps up with k on text, and fewer groups are easier to keep in mind
_LARGEST = 0.12  # share of the titles: a group that holds more is what is left over, and more groups would take it apart
_FEWEST_TITLES = 60
_FEWEST_WORDS = 30
_DIMENSIONS = 48  # with more of them the rare words set most titles apart, and half of them end up in one heap
_FITTED, _JUDGED = 5_000, 1_500  # titles on which each number of groups is tried, and of those on which it is scored
_MANY = 30_000  # titles from which on k-means takes mini-batches


@dataclass(frozen=True)
class Clusters:
    """codes: int32, the group of each item, -1 for none. labels: one a group. scores: silhouette by number of groups tried."""

    codes: NDArray[np.int32]
    labels: list[str]
    scores: dict[int, float]


def cluster_titles(titles: list[str], seed: int = 0, n_clusters: int | None = None) -> Clusters | None:
    """Group titles ('' for those without one). None where there are too few titles, or too few words in them, to tell groups apart.

    n_clusters: chosen between 8 and 40 where not given: the fewest whose silhouette (cosine, on a sample) comes near the best.
    """
    with threadpool_limits(1):  # sums in one order: the same titles give the same groups on any machine; and small matrices gain nothing
        return _cluster(titles, seed, n_clusters)


def _cluster(titles: list[str], seed: int, n_clusters: int | None) -> Clusters | None:
    vocabulary = read_vocabulary(titles)
    titles_with = np.asarray(vocabulary.present.sum(axis=0)).ravel()
    used = np.flatnonzero((titles_with >= 3) & (titles_with <= 0.4 * len(titles)))
    if len(used) < _FEWEST_WORDS:
        return None
    weights = TfidfTransformer().fit_transform(vocabulary.present[:, used])
    dimensions = min(_DIMENSIONS, len(used) - 1)
    points = normalize(TruncatedSVD(dimensions, random_state=seed, n_iter=4).fit_transform(weights))
    rows = np.flatnonzero(np.linalg.norm(points, axis=1) > 0.5)
    if len(rows) < _FEWEST_TITLES:
        return None
    points = points[rows]
    scores: dict[int, float] = {}
    if n_clusters is None:
        n_clusters, scores = _suggest(points, seed)
    codes = np.full(len(titles), -1, dtype=np.int32)
    codes[rows] = _k_means(points, n_clusters, seed, restarts=5)
    codes = _by_size(codes, n_clusters)
    return Clusters(codes, label_groups(vocabulary, codes, n_clusters), scores)


def write_clusters(dataset: Dataset, seed: int = 0) -> Path | None:
    """Find the groups of a dataset without categories and keep them beside it. Returns the folder, None where there is nothing to find."""
    if has_categories(dataset):
        return None
    folder = dataset.folder / CLUSTERS_FOLDER
    if folder.exists():
        return folder
    items = dataset.items
    titles = [title if isinstance(raw, str) else "" for title, raw in zip(items["title"], items["title_raw"], strict=True)]
    found = cluster_titles(titles, seed)
    if found is None:
        return None
    with new_folder(folder) as fresh:
        write_array(fresh / "codes.npy", found.codes)
        write_json(fresh / "groups.json", {"labels": found.labels, "source": "titles", "seed": seed, "silhouette": found.scores})
        seal(fresh, {"kind": KIND, "dataset": dataset.id})
    return folder


def _suggest(points: NDArray[np.float64], seed: int) -> tuple[int, dict[int, float]]:
    """The number of groups: the fewest that are nearly as clear as the clearest, without one that is a heap of leftovers."""
    rng = np.random.Generator(np.random.PCG64(seed))
    points = _sample(points, _FITTED, rng)
    judged = _sample(np.arange(len(points)), _JUDGED, rng)
    scores: dict[int, float] = {}
    largest: dict[int, float] = {}
    for k in _SIZES:
        if k * 5 <= len(points) or k == FEWEST:
            codes = _k_means(points, k, seed, restarts=1)
            clear = len(np.unique(codes[judged])) > 1
            scores[k] = float(silhouette_score(points[judged], codes[judged], metric="cosine")) if clear else 0.0
            largest[k] = float(np.bincount(codes).max() / len(codes))
    fine = [k for k, score in scores.items() if score >= _GOOD_ENOUGH * max(scores.values())]
    return next((k for k in fine if largest[k] <= _LARGEST), fine[-1]), scores


def _sample(values: NDArray[Any], most: int, rng: np.random.Generator) -> NDArray[Any]:
    return values if len(values) <= most else values[np.sort(rng.choice(len(values), most, replace=False))]


def _k_means(points: NDArray[np.float64], k: int, seed: int, restarts: int) -> NDArray[np.int32]:
    model = MiniBatchKMeans if len(points) > _MANY else KMeans
    codes: NDArray[np.int32] = model(n_clusters=k, n_init=restarts, max_iter=60, random_state=seed).fit_predict(points)
    return codes


def _by_size(codes: NDArray[np.int32], k: int) -> NDArray[np.int32]:
    """Groups numbered from the largest down."""
    order = np.argsort(-np.bincount(codes[codes >= 0], minlength=k), kind="stable")
    renamed = np.empty(k, dtype=np.int32)
    renamed[order] = np.arange(k, dtype=np.int32)
    return np.where(codes >= 0, renamed[codes], np.int32(-1)).astype(np.int32)
