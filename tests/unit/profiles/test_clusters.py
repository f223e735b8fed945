"""Groups from titles: the kinds that are there, named as a merchandiser would, the same every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.profiles.clusters_sklearn import FEWEST, MOST, cluster_titles, write_clusters
from recsys_core.profiles.groups import MOST_GROUPS, OTHER, load_groups
from recsys_core.profiles.labels import label_groups, read_vocabulary
from tests.unit.profiles.shop import KINDS, titled_log, titles


def test_kinds_of_product_are_found_and_named() -> None:
    names, kind = titles()
    found = cluster_titles(names, n_clusters=len(KINDS))
    assert found is not None
    assert adjusted_rand_score(kind, found.codes) > 0.9
    assert set(found.labels) >= {"Lunch bags", "Candles", "Photo frames", "Mugs"}


def test_the_number_of_groups_is_suggested_within_bounds_and_seeded() -> None:
    names, _ = titles()
    one, other = cluster_titles(names, seed=1), cluster_titles(names, seed=1)
    assert one is not None
    assert other is not None
    assert FEWEST <= len(one.labels) <= MOST
    np.testing.assert_array_equal(one.codes, other.codes)
    assert one.labels == other.labels
    assert len(set(one.labels)) == len(one.labels)
    assert (np.diff(np.bincount(one.codes)) <= 0).all()  # numbered from the largest down


def test_products_without_a_readable_title_are_in_no_group() -> None:
    names, _ = titles()
    found = cluster_titles([*names, "", "12 34", "?", "zzz"])
    assert found is not None
    assert found.codes[-4:].tolist() == [-1, -1, -1, -1]
    assert (found.codes[: len(names)] >= 0).all()


@pytest.mark.parametrize("names", [[], [""] * 300, ["Mug"] * 300, [f"word{i}" for i in range(300)], titles(each=2)[0]])
def test_titles_that_tell_nothing_apart_give_no_groups(names: list[str]) -> None:
    assert cluster_titles(names) is None


def test_labels_are_unique_even_for_groups_that_are_alike() -> None:
    names, _ = titles()
    codes = (np.arange(len(names)) % 4).astype(np.int32)
    labels = label_groups(read_vocabulary(names), codes, 4)
    assert len(set(labels)) == 4
    assert all(label[0].isupper() for label in labels)


def test_a_theme_is_named_by_itself_and_a_mixed_bag_says_so() -> None:
    themed = [f"Christmas {noun}" for noun in ("tree", "star", "angel", "candle", "wreath", "card", "sock", "bell")]
    mixed = [f"{noun} {place}" for place, noun in enumerate(("hammer", "teapot", "rug", "globe", "lamp", "stool", "brush", "fork"))]
    labels = label_groups(read_vocabulary(themed + mixed), np.repeat([0, 1], 8).astype(np.int32), 2)
    assert labels[0] == "Christmas"
    assert labels[1].count(",") == 1


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    titled_log(tmp_path)
    request = IngestRequest(str(tmp_path / "log.csv"), items=str(tmp_path / "items.csv"), currency="£")
    return Dataset.open(tmp_path / "datasets" / ingest(request, tmp_path / "datasets").dataset)


def test_groups_are_kept_beside_the_dataset_and_read_back(dataset: Dataset) -> None:
    assert load_groups(dataset).source == "none"
    write_clusters(dataset)
    written = (dataset.folder / "profiles" / "codes.npy").stat().st_mtime_ns
    groups = load_groups(dataset)
    assert groups.source == "titles"
    assert groups.codes.shape == (dataset.n_items,)
    assert groups.label(0) in groups.labels
    write_clusters(dataset)
    assert (dataset.folder / "profiles" / "codes.npy").stat().st_mtime_ns == written
    Dataset.open(dataset.folder, verify=True)


def test_categories_go_before_titles(tmp_path: Path) -> None:
    titled_log(tmp_path)
    lines = (tmp_path / "items.csv").read_text().splitlines()
    kinds = ["category", *(f"C{place % 70:02d}" if place else "" for place in range(len(lines) - 1))]
    (tmp_path / "items.csv").write_text("\n".join(f"{line},{kind}" for line, kind in zip(lines, kinds, strict=True)))
    request = IngestRequest(str(tmp_path / "log.csv"), items=str(tmp_path / "items.csv"))
    dataset = Dataset.open(tmp_path / "datasets" / ingest(request, tmp_path / "datasets").dataset)
    assert write_clusters(dataset) is None
    groups = load_groups(dataset)
    assert groups.source == "category"
    assert groups.codes[0] == -1
    assert len(groups.labels) == MOST_GROUPS
    assert groups.labels[-1] == OTHER
    assert groups.codes.max() == MOST_GROUPS - 1
