"""A profile beside its dataset: stored whole, the same every time, adjusted without harm, read without scikit-learn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.metrics import adjusted_rand_score

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.errors import CorruptArtifactError, InputError
from recsys_core.profiles.fusing import Part, fuse, unit
from recsys_core.profiles.gains import load_gains, measure_gains
from recsys_core.profiles.groups import MOST_GROUPS, OTHER, load_clusters, load_groups
from recsys_core.profiles.parts_sklearn import price_bands
from recsys_core.profiles.profile_sklearn import make_profile
from recsys_core.profiles.segments import load_segments
from recsys_core.profiles.store import ProfileRequest, open_profile, profile_version
from tests.unit.profiles.planted import Plan, Shop, make_shop
from tests.unit.profiles.shop import titled_log


def taken_in(folder: Path, shop: Shop) -> Dataset:
    """The made-up shop as files, taken in."""
    events = shop.events.assign(user_id=shop.events["user"].map("u{:04d}".format), item_id=shop.events["item"].map("p{:04d}".format))
    events[["user_id", "item_id", "timestamp", "price"]].to_csv(folder / "log.csv", index=False)
    ids = [f"p{place:04d}" for place in range(len(shop.titles))]
    pd.DataFrame({"item_id": ids, "title": shop.titles}).to_csv(folder / "items.csv", index=False)
    request = IngestRequest(str(folder / "log.csv"), items=str(folder / "items.csv"), currency="£")
    return Dataset.open(folder / "datasets" / ingest(request, folder / "datasets").dataset)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return make_shop(Plan(groups=5, items=150, users=250, activity=True), 1)


@pytest.fixture(scope="module")
def dataset(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    made = taken_in(tmp_path_factory.mktemp("shop"), shop)
    make_profile(made, ProfileRequest())
    return made


def test_planted_groups_come_back_through_files(shop: Shop, dataset: Dataset) -> None:
    groups, segments = load_groups(dataset), load_segments(dataset)
    truth = [int(id[1:]) for id in dataset.item_ids]
    people = [int(id[1:]) for id in dataset.user_ids]
    assert groups.source == "clusters"
    assert adjusted_rand_score(shop.item_group[truth], groups.codes) >= 0.9
    assert adjusted_rand_score(shop.user_kind[people], segments.codes) >= 0.8
    assert len(set(segments.labels)) == len(segments.labels) == segments.suggested
    assert sum(segments.sizes) == (segments.codes >= 0).sum()
    assert segments.plain
    assert load_clusters(dataset).plain


def test_every_segment_says_what_sets_it_apart_in_figures(dataset: Dataset) -> None:
    for segment in load_segments(dataset).segments:
        assert segment.features
        assert all(any(character.isdigit() for character in feature.text) for feature in segment.features)
        assert all(feature.value != feature.typical for feature in segment.features)


def test_arrays_have_a_row_for_each_product_and_shopper(dataset: Dataset) -> None:
    profile = open_profile(dataset)
    assert profile is not None
    items, users, columns = profile.array("items.npy"), profile.array("users.npy"), profile.json("columns.json")
    assert items.shape == (dataset.n_items, sum(part["columns"] for part in columns["items"]))
    assert users.shape == (dataset.n_users, len(columns["users"]))
    np.testing.assert_allclose(np.linalg.norm(items, axis=1), 1, atol=1e-5)
    assert {"products", "spend", "recency", "breadth"} <= set(columns["users"])


def test_titles_that_go_with_purchases_gain_and_prices_that_say_nothing_do_not(dataset: Dataset) -> None:
    gains = {gain.part: gain for gain in load_gains(dataset).parts}
    assert gains["text"].low > 0
    assert gains["price"].low <= 0.02
    assert load_gains(dataset).value > 2 * load_gains(dataset).chance


def test_another_number_makes_another_profile_and_leaves_dataset_and_default_alone(dataset: Dataset) -> None:
    before = profile_version(dataset)
    suggested = load_clusters(dataset).codes.copy()
    folder = make_profile(dataset, ProfileRequest(n_clusters=9, n_segments=3))
    assert folder.name != "profiles"
    assert (len(load_groups(dataset).labels), len(load_segments(dataset).labels)) == (9, 3)
    assert load_clusters(dataset).suggested == 5
    assert profile_version(dataset) != before
    Dataset.open(dataset.folder, verify=True)
    make_profile(dataset, ProfileRequest())
    np.testing.assert_array_equal(load_clusters(dataset).codes, suggested)


def test_making_it_again_gives_the_same_bytes(shop: Shop, dataset: Dataset, tmp_path: Path) -> None:
    again = taken_in(tmp_path, shop)
    make_profile(again, ProfileRequest())
    one, other = open_profile(dataset), open_profile(again)
    assert one is not None
    assert other is not None
    assert one.files == other.files


def test_a_cancel_leaves_nothing_behind(shop: Shop, tmp_path: Path) -> None:
    dataset = taken_in(tmp_path, shop)

    def stop(fraction: float, message: str) -> None:
        if fraction > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_profile(dataset, ProfileRequest(), stop)
    assert not [path.name for path in dataset.folder.iterdir() if "profile" in path.name or path.name.startswith(".tmp")]
    assert load_segments(dataset).source == "none"
    assert load_segments(dataset).reason


def test_a_pointer_that_cannot_be_read_is_said(dataset: Dataset, tmp_path: Path) -> None:
    pointer = dataset.folder / "profile.json"
    kept = pointer.read_text() if pointer.exists() else None
    pointer.write_text("{")
    with pytest.raises(CorruptArtifactError):
        load_groups(dataset)
    pointer.write_text(kept or '{"folder": "../../etc"}')
    assert load_groups(dataset).source == "clusters"


def test_categories_go_before_clusters(tmp_path: Path) -> None:
    titled_log(tmp_path)
    lines = (tmp_path / "items.csv").read_text().splitlines()
    kinds = ["category", *(f"C{place % 70:02d}" if place else "" for place in range(len(lines) - 1))]
    (tmp_path / "items.csv").write_text("\n".join(f"{line},{kind}" for line, kind in zip(lines, kinds, strict=True)))
    request = IngestRequest(str(tmp_path / "log.csv"), items=str(tmp_path / "items.csv"))
    dataset = Dataset.open(tmp_path / "datasets" / ingest(request, tmp_path / "datasets").dataset)
    make_profile(dataset, ProfileRequest())
    groups = load_groups(dataset)
    assert groups.source == "category"
    assert groups.codes[0] == -1
    assert len(groups.labels) == MOST_GROUPS
    assert groups.labels[-1] == OTHER
    assert len(load_clusters(dataset).labels) >= 2


def test_an_item_without_a_part_is_compared_by_those_it_has() -> None:
    text = Part("text", unit(np.array([[1.0, 0], [1, 0], [0, 1]])))
    picture = Part("picture", unit(np.array([[1.0, 0], [0, 0], [1, 0]])))
    points = fuse({"text": text, "picture": picture}, {"text": 1.0, "picture": 0.5})
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1, atol=1e-6)
    assert points[0] @ points[1] == pytest.approx(np.sqrt(1 / 1.5))
    assert points[0] @ points[2] == pytest.approx(0.5 / 1.5)


def test_price_bands_are_soft_and_of_length_one() -> None:
    bands = price_bands(np.array([*np.geomspace(1, 100, 30), np.nan]))
    assert bands is not None
    np.testing.assert_allclose((bands[:-1] ** 2).sum(axis=1), 1)
    assert (bands[-1] == 0).all()
    assert bands[0] @ bands[1] > bands[0] @ bands[-2]


def test_a_part_that_decides_what_is_bought_gains_and_noise_does_not() -> None:
    rng = np.random.default_rng(0)
    side = np.arange(200) % 4
    rows = [(user, item) for user in range(120) for item in rng.choice(np.flatnonzero(side == user % 4), 10, replace=False)]
    positives = csr_matrix((np.ones(len(rows), np.float32), tuple(np.array(rows).T)), shape=(120, 200))
    parts = {"text": Part("text", np.eye(4, dtype=np.float32)[side]), "picture": Part("picture", unit(rng.normal(size=(200, 8))))}
    gains = {gain.part: gain for gain in measure_gains(parts, {"text": 1.0, "picture": 0.5}, positives, lambda train: None, 0).parts}
    assert gains["text"].low > 0.1
    assert gains["picture"].low <= 0
    assert gains["text"].alone > gains["picture"].alone


@pytest.mark.parametrize("given", [{"n_clusters": 1}, {"n_segments": 500}, {"weights": {"smell": 1.0}}, {"weights": {"text": -1.0}}])
def test_requests_that_cannot_be_met_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(InputError):
        ProfileRequest.from_json(given)


def test_reading_a_profile_loads_no_scikit_learn() -> None:
    code = (
        "import sys, recsys_core.profiles.groups, recsys_core.profiles.segments, recsys_core.profiles.gains; "
        "sys.exit(bool({'sklearn', 'rjieba', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_vectors_that_came_with_the_products_are_a_part(tmp_path: Path) -> None:
    shop = make_shop(Plan(groups=4, items=80, users=120, titles="none"), 2)
    rng = np.random.default_rng(0)
    numbers = np.eye(4)[shop.item_group] + 0.1 * rng.normal(size=(80, 4))
    table = pd.DataFrame(numbers[:70], columns=[f"x{place}" for place in range(4)])
    table.insert(0, "item_id", [f"p{place:04d}" for place in range(70)])
    table.to_csv(tmp_path / "vectors.csv", index=False)
    events = shop.events.assign(user_id=shop.events["user"].map("u{:04d}".format), item_id=shop.events["item"].map("p{:04d}".format))
    events[["user_id", "item_id", "timestamp", "price"]].to_csv(tmp_path / "log.csv", index=False)
    request = IngestRequest(str(tmp_path / "log.csv"), vectors=str(tmp_path / "vectors.csv"))
    dataset = Dataset.open(tmp_path / "datasets" / ingest(request, tmp_path / "datasets").dataset)
    make_profile(dataset, ProfileRequest())
    gains = {gain.part: gain for gain in load_gains(dataset).parts}
    assert gains["vectors"].low > 0
    assert 0.5 < gains["vectors"].covered < 1
