"""A run that was taught about new products places one of a planted group among that group's products and shoppers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import make_split
from recsys_core.errors import InputError, NotFoundError, UserError
from recsys_core.models.runs import Run
from recsys_core.profiles.segments import Segment, Segments
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.cold.calibration import Calibration, Tried, buyer_residuals, buyers_estimate, calibrate
from recsys_core.synthesis.cold.learning import teach, write_taught
from recsys_core.synthesis.cold.records import NewItem
from recsys_core.synthesis.cold.store import ColdModel, has_cold, open_cold
from tests.unit.synthesis.cold_shop import PER_GROUP, SHOPPERS, TASTES, trained_shop

TRAIN = TASTES.index("train")


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that was taught; only to read."""
    folder = tmp_path_factory.mktemp("cold")
    run_id = trained_shop(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder / "home"))
        workspace = Workspace.open()
        run = Run.open(workspace.run_dir(run_id))
        dataset = Dataset.open(workspace.dataset_dir(run.dataset_id))
        split = make_split(dataset, str(run.manifest["protocol"]), int(run.manifest["seed"]))
        write_taught(run.artifact.folder, run, teach(run, dataset, split, seed=0), seed=0)
    return run.artifact.folder


def _segments() -> Segments:
    codes = (np.arange(SHOPPERS) % 4).astype(np.int32)
    found = tuple(Segment(word, SHOPPERS // 4, 0.25, ()) for word in TASTES)
    return Segments(codes, found, {}, 4, True, 0, "shoppers", "")


@pytest.fixture
def model(taught: Path) -> ColdModel:
    return open_cold(taught, _segments())


def test_a_product_of_a_group_lies_among_it_and_goes_to_its_shoppers(model: ColdModel) -> None:
    placed = model.place(NewItem("striped train puzzle", "Train", 3.2))
    assert {near.item // PER_GROUP for near in placed.nearest[:8]} == {TRAIN}
    assert {near.item // PER_GROUP for near in placed.alike[:5]} == {TRAIN}
    assert all(user % 4 == TRAIN for user in placed.audience.best(15))
    assert placed.audience.chance[TRAIN::4].mean() > 3 * placed.audience.chance[0::4].mean()
    assert placed.segments[0].label == "train"
    assert placed.notes == ()


def test_figures_hold_together(model: ColdModel) -> None:
    placed = model.place(NewItem("woven candle lantern", "Candle", 2.1))
    assert placed.exposure.low <= placed.exposure.value <= placed.exposure.high
    assert placed.exposure.value == pytest.approx(float(placed.audience.chance.mean()), rel=1e-5)
    assert placed.buyers.low <= placed.buyers.value <= placed.buyers.high
    nothing, segment, everybody, reserve = placed.helps
    assert nothing.exposure == pytest.approx(placed.exposure.value, rel=1e-5)
    assert nothing.exposure < segment.exposure < everybody.exposure == 1.0
    assert nothing.exposure < reserve.exposure < 1.0
    others = placed.audience.chance[np.arange(SHOPPERS) % 4 != TASTES.index("candle")].sum()
    assert segment.segment == "candle"
    assert segment.exposure == pytest.approx((SHOPPERS / 4 + others) / SHOPPERS, rel=1e-5)


def test_a_longer_list_reaches_more_and_more_rivals_less(model: ColdModel) -> None:
    item = NewItem("rustic mug kettle", "Mug", 1.3)
    sizes = [model.place(item, k=k).audience.size for k in (1, 5, 10, 20)]
    assert sizes == sorted(sizes)
    reserve = [model.place(item, rivals=rivals).helps[-1].exposure for rivals in (2, 10, 100)]
    assert reserve == sorted(reserve, reverse=True)


def test_one_at_a_time_is_the_same_as_all_together(model: ColdModel) -> None:
    items = [NewItem("striped train puzzle", "Train"), NewItem("woven mug", price=1.0), NewItem("Zorblax")]
    for item, together in zip(items, model.place_many(items), strict=True):
        alone = model.place(item)
        np.testing.assert_allclose(alone.vector, together.vector, atol=1e-5)
        np.testing.assert_allclose(alone.audience.chance, together.audience.chance, atol=1e-5)
        assert alone.notes == together.notes


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (NewItem("Zorblax quux"), "cannot be placed"),
        (NewItem(), "cannot be placed"),
        (NewItem("", "Train", 3.0), "No title"),
        (NewItem("Zorblax quux", "Train", 3.0), "No word of the title"),
        (NewItem("Zorblax train", "Train", 3.0), "zorblax"),
        (NewItem("striped train"), "No category"),
        (NewItem("striped train", "Spaceship", 3.0), "no 'category Spaceship'"),
        (NewItem("striped train", "Train"), "No price"),
    ],
)
def test_what_is_missing_or_not_understood_is_said(model: ColdModel, item: NewItem, words: str) -> None:
    placed = model.place(item)
    assert any(words in note for note in placed.notes), placed.notes
    assert np.isfinite(placed.vector).all()
    assert np.isfinite(placed.audience.chance).all()


def test_what_cannot_be_placed_is_shown_to_nobody(model: ColdModel) -> None:
    placed = model.place(NewItem("Zorblax quux"))
    assert (placed.audience.size, placed.nearest, placed.alike, placed.point) == (0, (), (), None)


def test_a_map_gives_a_point_among_its_neighbours(taught: Path) -> None:
    items = np.arange(len(TASTES) * PER_GROUP, dtype=np.int32)
    coordinates = np.stack([items // PER_GROUP, items % 2], axis=1).astype(np.float32)
    placed = open_cold(taught, points=(coordinates, items)).place(NewItem("striped train puzzle", "Train", 3.2))
    assert placed.point is not None
    assert placed.point[0] == pytest.approx(TRAIN, abs=0.3)
    assert placed.segments == ()


@pytest.mark.parametrize("wish", [{"k": 0}, {"k": 51}, {"rivals": 0}])
def test_an_impossible_wish_is_refused(model: ColdModel, wish: dict[str, int]) -> None:
    with pytest.raises(InputError):
        model.place(NewItem("mug"), **wish)


def test_an_unknown_column_is_refused_by_name(model: ColdModel) -> None:
    with pytest.raises(InputError, match="no column 'colour'"):
        model.place(NewItem("mug", attributes={"colour": "red"}))


def test_a_run_that_was_not_taught_says_how(tmp_path: Path) -> None:
    assert not has_cold(tmp_path)
    with pytest.raises(NotFoundError, match="cold-item"):
        open_cold(tmp_path)


def test_a_changed_folder_is_refused(taught: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(taught / "cold", tmp_path / "cold")
    (tmp_path / "cold" / "spread.npy").write_bytes(b"nonsense")
    with pytest.raises(UserError):
        open_cold(tmp_path)


def _tried(seen: np.ndarray, lists: np.ndarray, k: int = 10) -> Tried:
    from scipy import sparse

    n = seen.shape[0]
    as_csr = [sparse.csr_matrix(table.astype(np.float32)) for table in (seen, lists)]
    return Tried(as_csr[0], as_csr[1], 4 * seen.shape[1], np.zeros(n, np.int64), np.zeros(n, dtype=bool), k)


def test_the_threshold_is_the_score_that_so_many_of_the_left_out_have() -> None:
    """10 left out of 40 products: a list of 10 holds two and a half of them, one of 2 half of one."""
    scores = np.tile(np.arange(10, 0, -1, dtype=np.float32), (3, 1))
    made = calibrate(lambda users: scores[users], np.zeros(10, np.float32), _tried(np.zeros((3, 10)), np.zeros((3, 10))), seed=0)
    np.testing.assert_allclose(made.listed, 0.25)
    np.testing.assert_allclose(made.threshold(10), 8.0)  # the middle between the second and the third would be 2.5 - .5 = 2 places down
    np.testing.assert_allclose(made.threshold(2), 10.0)
    seen = np.zeros((3, 10))
    seen[0, 0] = 1  # what a shopper had is not in the list
    made = calibrate(lambda users: scores[users], np.zeros(10, np.float32), _tried(seen, np.zeros((3, 10))), seed=0)
    assert made.best[0, 0] == 9.0


def test_calibrated_chances_have_the_right_mean() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(300, 80)).astype(np.float32)
    lists = rng.random((300, 80)) < 1 / (1 + np.exp(3 - 2 * scores))
    made = calibrate(lambda users: scores[users], np.zeros(80, np.float32), _tried(np.zeros((300, 80)), lists), seed=0)
    nobody = np.zeros(300, dtype=bool)
    predicted = np.array([made.audience(scores[:, item], 0.0, 10, nobody).chance.mean() for item in range(80)])
    assert predicted.mean() == pytest.approx(lists.mean(), rel=0.05)
    assert made.logistic[1] > 0
    everybody = made.audience(scores[:, 0], 0.0, 10, ~nobody)
    assert (everybody.size, float(everybody.chance.max())) == (0, 0.0)


def test_calibration_and_buyers_survive_writing() -> None:
    scores = np.tile(np.arange(10, 0, -1, dtype=np.float32), (3, 1))
    made = calibrate(lambda users: scores[users], np.zeros(10, np.float32), _tried(np.zeros((3, 10)), np.zeros((3, 10))), seed=0)
    arrays = made.arrays("ours")
    again = Calibration.read("ours", arrays.__getitem__)
    np.testing.assert_array_equal(again.threshold(10), made.threshold(10))
    residuals = buyer_residuals(np.zeros(5, np.float32), np.expm1([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert residuals["middle"] == pytest.approx(3.0)
    assert buyers_estimate(0.0, residuals).value == pytest.approx(np.expm1(3.0))


def test_the_same_seed_teaches_the_same(taught: Path) -> None:
    workspace_home = taught.parents[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(workspace_home))
        run = Run.open(taught)
        dataset = Dataset.open(Workspace.open().dataset_dir(run.dataset_id))
        split = make_split(dataset, str(run.manifest["protocol"]), int(run.manifest["seed"]))
        again = teach(run, dataset, split, seed=0)
    model = open_cold(taught)
    np.testing.assert_array_equal(again.learned.blend.spread, model.blend.spread)
    np.testing.assert_array_equal(again.space.to_vectors, model.space.to_vectors)
    assert again.learned.blend.to_json() == model.told["blend"]
