"""Clusters of a run's vectors: planted groups are found in their number, nothing is called plain that is not, and what is kept is read."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import adjusted_rand_score

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.data.splits import make_split
from recsys_core.errors import CorruptArtifactError, InputError
from recsys_core.latent.clusters import LatentClusters, clusters_dir, load_clusters, write_clusters
from recsys_core.latent.clusters_sklearn import make_clusters
from recsys_core.latent.comparing import vectors_to_compare
from recsys_core.latent.groups_sklearn import find_groups

pytestmark = pytest.mark.unit


def heaps(sizes, dimensions=24, spread=0.15, seed=0):
    """(vectors, the heap of each): directions around as many random ones, of any length, shuffled."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    middles = rng.normal(size=(len(sizes), dimensions))
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    vectors = (middles[truth] + spread * rng.normal(size=(len(truth), dimensions))) * rng.lognormal(0, 1, (len(truth), 1))
    return vectors.astype(np.float32), truth


@pytest.mark.parametrize("sizes", [[60] * 3, [40] * 7, [200, 120, 80, 40, 30, 25], [30] * 15, [500, 400, 60, 50]])
def test_as_many_heaps_are_found_as_there_are(sizes):
    vectors, truth = heaps(sizes)
    found = find_groups(vectors)
    assert (found.n_groups, found.suggested, found.plain) == (len(sizes), len(sizes), True)
    assert adjusted_rand_score(truth, found.codes) > 0.97
    counts = np.bincount(found.codes)
    assert (np.diff(counts) <= 0).all()  # numbered by size


def test_a_cloud_without_heaps_is_not_called_plain():
    for seed in range(3):
        found = find_groups(np.random.default_rng(seed).normal(size=(600, 20)))
        assert not found.plain
        assert 8 <= found.n_groups <= 40


def test_a_line_of_directions_is_not_two_heaps():
    angle = np.random.default_rng(0).uniform(0, 2, 400)
    vectors = np.c_[np.cos(angle), np.sin(angle), 0.05 * np.random.default_rng(1).normal(size=(400, 8))]
    assert not find_groups(vectors).plain


def test_a_number_that_is_asked_for_is_made_and_the_data_are_still_heard():
    vectors, _ = heaps([50] * 6)
    found = find_groups(vectors, n_groups=4)
    assert (found.n_groups, found.suggested, found.plain) == (4, 6, False)


def test_vectors_of_zeros_are_in_no_cluster_and_too_few_vectors_make_none():
    vectors, _ = heaps([50] * 4)
    vectors[:5] = 0
    found = find_groups(vectors)
    assert (found.codes[:5] == -1).all()
    assert (found.codes[5:] >= 0).all()
    assert find_groups(vectors[:15]).n_groups == 0


def test_length_does_not_matter_and_a_seed_gives_the_same_codes():
    vectors, _ = heaps([50] * 5)
    first = find_groups(vectors, seed=3)
    assert_array_equal(first.codes, find_groups(vectors, seed=3).codes)
    assert_array_equal(first.codes, find_groups(vectors * np.linspace(0.1, 9, len(vectors))[:, None].astype(np.float32), seed=3).codes)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """60 titled products of three kinds, 120 shoppers who each buy of one kind."""
    folder = tmp_path_factory.mktemp("kinds")
    rng = np.random.default_rng(5)
    kinds, looks = ("candle", "mug", "lunch bag"), ("red", "blue", "tall", "round", "old")
    items = [(f"p{item:02d}", f"{looks[item % 5]} {kinds[item // 20]}".title()) for item in range(60)]
    pd.DataFrame(items, columns=["item_id", "title"]).to_csv(folder / "items.csv", index=False)
    rows = [(f"u{user:03d}", f"p{user % 3 * 20 + item:02d}") for user in range(120) for item in rng.choice(20, 8, replace=False)]
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_csv(folder / "log.csv", index=False)
    made = ingest(IngestRequest(log=str(folder / "log.csv"), items=str(folder / "items.csv")), folder, lambda fraction, message: None)
    return Dataset.open(folder / made.dataset)


def a_run(dataset, family="closed form", **changes):
    """What clusters read of a run whose codes are the kinds with a little chance, and whose product vectors are noise."""
    rng = np.random.default_rng(0)
    users = np.eye(3)[[int(name[1:]) % 3 for name in dataset.user_ids]] + 0.1 * rng.normal(size=(dataset.n_users, 3))
    items = np.eye(3)[[int(name[1:]) // 20 for name in dataset.item_ids]] + 0.1 * rng.normal(size=(dataset.n_items, 3))
    noise = rng.normal(size=(dataset.n_items, 3))
    tables = {"users": users.astype(np.float32), "items": (noise if family == "neural" else items).astype(np.float32)}
    told = {
        "spec": SimpleNamespace(family=family),
        "manifest": {"protocol": "random", "seed": 0},
        "fallback": np.zeros(dataset.n_users, bool),
        "user_vectors": tables["users"],
        "item_vectors": tables["items"],
        "vectors": lambda what: (tables[what], np.arange(len(tables[what]), dtype=np.int32)),
    }
    return SimpleNamespace(**(told | changes))


@pytest.mark.parametrize("family", ["closed form", "neural"])
def test_products_are_clustered_by_kind_and_named_by_their_words(dataset, family):
    found = make_clusters(a_run(dataset, family), dataset, "items")
    assert (found.n_clusters, found.sizes, found.plain) == (3, [20, 20, 20], True)
    kind = [int(name[1:]) // 20 for name in dataset.item_ids]
    assert adjusted_rand_score(kind, found.codes) == 1
    assert {label.lower().rstrip("s") for label in found.labels} == {"candle", "mug", "lunch bag"}
    for label, terms in zip(found.labels, found.terms, strict=True):
        assert terms[0].lower() in label.lower()


def test_shoppers_are_clustered_by_taste_and_named_by_what_they_buy(dataset):
    run = a_run(dataset)
    found = make_clusters(run, dataset, "users")
    assert adjusted_rand_score([int(name[1:]) % 3 for name in dataset.user_ids], found.codes) == 1
    assert len(set(found.labels)) == 3
    assert all(any(kind in label.lower() for kind in ("candle", "mug", "bag")) for label in found.labels)


def test_a_networks_products_are_compared_by_the_codes_of_who_bought_them(dataset):
    run = a_run(dataset, "neural")
    vectors, rows = vectors_to_compare(run, dataset, "items")
    known = make_split(dataset, "random", 0).known
    buyers = known.tocsc()[:, 7].indices
    unit = run.user_vectors / np.linalg.norm(run.user_vectors, axis=1, keepdims=True)
    assert_allclose(vectors[7], (unit - unit.mean(axis=0))[buyers].sum(axis=0), atol=1e-4)
    assert_array_equal(rows, np.arange(60))
    assert_array_equal(vectors_to_compare(run, dataset, "users")[0], run.user_vectors)


def test_what_is_kept_is_read_again_to_the_last_byte(dataset, tmp_path):
    first, second = tmp_path / "one", tmp_path / "two"
    for folder in (first, second):
        write_clusters(folder, make_clusters(a_run(dataset), dataset, "items"))
    for name in ("codes.npy", "rows.npy", "centres.npy", "clusters.json"):
        assert (clusters_dir(first, "items") / name).read_bytes() == (clusters_dir(second, "items") / name).read_bytes()
    found, made = load_clusters(first, "items"), make_clusters(a_run(dataset), dataset, "items")
    assert isinstance(found, LatentClusters)
    assert_array_equal(found.codes, made.codes)
    assert_array_equal(found.centres, made.centres)
    assert (found.labels, found.terms, found.sizes, found.scores) == (made.labels, made.terms, made.sizes, made.scores)
    assert (found.suggested, found.plain, found.seed, found.reason) == (3, True, 0, "")
    assert found.label(0) == found.labels[found.codes[0]]
    assert found.codes_of(np.array([3, 999])).tolist() == [found.codes[3], -1]
    assert load_clusters(first, "users") is None
    with pytest.raises(InputError, match="items, users"):
        load_clusters(first, "moods")
    (clusters_dir(first, "items") / "codes.npy").unlink()
    with pytest.raises(CorruptArtifactError):
        load_clusters(first, "items")
