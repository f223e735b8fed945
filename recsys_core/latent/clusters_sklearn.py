"""Clusters of a run's products or shoppers, found in its vectors and named after what is known of their members. Worker only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.data.dataset import Dataset
from recsys_core.latent.clusters import LatentClusters
from recsys_core.latent.comparing import vectors_to_compare
from recsys_core.latent.groups_sklearn import Groups, find_groups
from recsys_core.latent.nearest import unit_rows
from recsys_core.models.runs import Run
from recsys_core.profiles.bag import Bag
from recsys_core.profiles.groups import load_groups
from recsys_core.profiles.labels import MIXED, listing, read_vocabulary
from recsys_core.profiles.material import Material, read_material
from recsys_core.profiles.naming import is_mixed, name_groups, top_words
from recsys_core.profiles.segment_labels import describe_segments, wording_of
from recsys_core.profiles.shoppers import read_shoppers

TOO_FEW = "There are too few vectors to tell clusters apart: at least 16 are needed."
_TERMS = 6
_OFTEN = 1.5  # times as often as among all products, from which on a category is a term of a cluster


def make_clusters(
    run: Run, dataset: Dataset, what: str, *, seed: int = 0, n_clusters: int | None = None, check: Callable[[], None] = lambda: None
) -> LatentClusters:
    """The clusters of "items" or "users" with their names. n_clusters: as many; None: as the data says. check: called between steps.

    The same seed gives the same clusters. Raises UnsupportedError where the model has no vectors for them.
    """
    vectors, rows = vectors_to_compare(run, dataset, what)
    found = find_groups(vectors, seed=seed, n_groups=n_clusters, check=check)
    check()
    total = dataset.n_items if what == "items" else dataset.n_users
    codes = np.full(total, -1, dtype=np.int32)
    codes[rows] = found.codes
    names, terms = (_of_items if what == "items" else _of_users)(run, dataset, codes, found.n_groups, seed)
    return LatentClusters(
        what=what,
        rows=rows,
        codes=found.codes,
        labels=names,
        terms=terms,
        sizes=np.bincount(found.codes[found.codes >= 0], minlength=found.n_groups).tolist(),
        centres=_centres(vectors, found),
        suggested=found.suggested,
        plain=found.plain,
        scores=found.scores,
        seed=seed,
        reason="" if found.n_groups else TOO_FEW,
    )


def _centres(vectors: NDArray[np.float32], found: Groups) -> NDArray[np.float32]:
    """The mean direction of each cluster's members."""
    return np.vstack(
        [np.zeros((0, vectors.shape[1])), *(unit_rows(vectors[found.codes == code]).mean(axis=0) for code in range(found.n_groups))]
    ).astype(np.float32)


def _of_items(run: Run, dataset: Dataset, codes: NDArray[np.int32], n: int, seed: int) -> tuple[list[str], list[list[str]]]:
    material = read_material(dataset)
    vocabulary = read_vocabulary(material.titles)
    names = name_groups(material, vocabulary, codes, n, by_title=True)
    bought = np.bincount(material.positives.indices, minlength=material.n_items)
    terms = []
    for code in range(n):
        words = [word for word, _, _ in top_words(vocabulary, codes, code, most=_TERMS)]
        mixed = is_mixed(names[code])
        told = MIXED + listing(words[:3]) if mixed and len(words) >= 3 else names[code]
        names[code] = told if told not in names else names[code]
        first, second = (_kinds(material, codes == code), words) if mixed else (words, _kinds(material, codes == code))
        terms.append(list(dict.fromkeys([*first, *second, *_best_known(material, codes == code, bought)]))[:_TERMS])
    return names, terms


def _kinds(material: Material, inside: NDArray[np.bool_]) -> list[str]:
    """Categories and makers that the products of a cluster have more often than others do, the most common first."""
    counts: dict[str, list[int]] = {}
    for kinds, maker, member in zip(material.kinds, material.maker, inside, strict=True):
        for value in (*(kind.partition("=")[2] for kind in kinds), *((maker,) if maker else ())):
            pair = counts.setdefault(value, [0, 0])
            pair[0] += bool(member)
            pair[1] += 1
    share = inside.mean()
    telling = [(own, value) for value, (own, everywhere) in counts.items() if own >= 2 and own / everywhere >= _OFTEN * share]
    return [value for _, value in sorted(telling, key=lambda one: (-one[0], one[1]))][:_TERMS]


def _best_known(material: Material, inside: NDArray[np.bool_], bought: NDArray[np.integer]) -> list[str]:
    members = np.flatnonzero(inside)
    best = members[np.argsort(-bought[members], kind="stable")[:3]]
    return [material.titles[item] or material.ids[item] for item in best]


def _of_users(run: Run, dataset: Dataset, codes: NDArray[np.int32], n: int, seed: int) -> tuple[list[str], list[list[str]]]:
    """Named by what their shoppers buy and how; groups of products are those of the profile, else the run's own clusters of products."""
    groups = load_groups(dataset)
    product_codes, labels = groups.codes, groups.labels
    if not labels and run.item_vectors is not None:
        own = make_clusters(run, dataset, "items", seed=seed)
        product_codes, labels = np.full(dataset.n_items, -1, dtype=np.int32), own.labels
        product_codes[own.rows] = own.codes
    profile = read_shoppers(dataset, product_codes, labels, Bag(csr_matrix((dataset.n_items, 0)), []))
    described = describe_segments(profile, codes, n, wording_of(dataset))
    return [one.label for one in described], [[feature.text for feature in one.features] for one in described]
