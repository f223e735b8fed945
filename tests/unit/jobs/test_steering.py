"""A run opened for walks: its codes are the run's own, what was had is hidden, directions say what they do to the lists."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.jobs.steering import AXIS, GROUP, Steering, attributes_of, can_steer, launched, open_steering
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from recsys_core.models.runs import Run
from recsys_core.profiles.groups import load_groups
from recsys_core.storage.workspace import Workspace

USERS, PER_GROUP = 210, 26
GROUPS = ("Mugs", "Lights", "Bags")


def log_and_items(folder: Path) -> tuple[Path, Path]:
    """Shoppers of one favourite group each, half of whom buy its cheap half; one who bought a product that nobody else did."""
    rng = np.random.default_rng(11)
    rows = [("zstranger", "x0", 900.0, pd.Timestamp("2026-01-01"))]
    for user in range(USERS):
        favourite, cheap = user % 3, user % 2
        for step in range(9):
            group = favourite if rng.random() < 0.85 else int(rng.integers(3))
            half = cheap if rng.random() < 0.9 else 1 - cheap
            number = int(rng.integers(PER_GROUP // 2)) + half * PER_GROUP // 2
            price = 10.0 + number - 8 * half
            rows.append((f"u{user:03d}", f"i{group}{number:02d}", price, pd.Timestamp("2026-01-02") + pd.Timedelta(days=step)))
    log, items = folder / "log.csv", folder / "items.csv"
    table = pd.DataFrame(rows, columns=["user_id", "item_id", "price", "timestamp"])
    table.to_csv(log, index=False)
    ids = sorted(set(table["item_id"]))
    pd.DataFrame({"item_id": ids, "category": [GROUPS[int(i[1])] for i in ids]}).to_csv(items, index=False)
    return log, items


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a pure-svd, an ials and an ease run on such a shop."""
    folder = tmp_path_factory.mktemp("steered")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder))
        workspace = Workspace.open()
        log, items = log_and_items(folder)
        spec = {"log": str(log), "items": str(items), "name": "Steered", "currency": "£"}
        dataset = run_here(workspace, "ingest", spec, title="ingest").result["dataset"]  # type: ignore[index]
        for model, settings in (("pure-svd", {"rank": 70}), ("ials", {"factors": 8, "epochs": 4}), ("ease", {})):
            run_here(workspace, "train", train_spec(dataset, model, settings=settings), title=model)
    return folder


@pytest.fixture
def workspace(home: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("AISLE_HOME", str(home))
    return Workspace.open()


def run_of(workspace: Workspace, model: str) -> str:
    return next(run.id for run in workspace.registry.runs() if run.model == model)


@pytest.fixture(params=["ials", "pure-svd"])
def opened(workspace: Workspace, request: pytest.FixtureRequest) -> Steering:
    return open_steering(workspace, run_of(workspace, request.param))


def test_a_shoppers_own_code_is_shown_what_the_run_lists_for_them(opened: Steering) -> None:
    for user in range(0, 40, 3):
        listed = opened.lists(opened.codes_of_users([user]), 8, opened.hidden(user))
        scores = opened.run.candidate_scores[user, :8]
        assert listed.scores[0] == pytest.approx(scores, abs=1e-5)
        assert set(listed.items[0]) - set(opened.known[[user]].indices) == set(listed.items[0])


def test_stored_vectors_are_codes_only_where_they_are(workspace: Workspace) -> None:
    """pure-svd keeps 64 numbers of each shopper and decodes them all; the codes are then made of the histories."""
    stored = open_steering(workspace, run_of(workspace, "ials"))
    assert stored.codes is not None
    assert np.array_equal(stored.codes_of_users([3, 1]), np.asarray(stored.run.user_vectors)[[3, 1]])
    made = open_steering(workspace, run_of(workspace, "pure-svd"))
    assert made.codes is None
    assert made.codes_of_users([0]).shape[1] > np.asarray(made.run.user_vectors).shape[1]


def test_a_walk_ends_in_the_others_list_without_what_the_first_had(opened: Steering) -> None:
    start, end = opened.codes_of_users([0, 1])
    hidden = opened.hidden(0)
    codes, listed = opened.walk(start, end, steps=5, k=6, hidden=hidden)
    assert codes.shape == (5, len(start))
    assert listed.items.shape == (5, 6)
    assert not set(listed.items.ravel()) & set(opened.known[[0]].indices)
    assert listed.items[-1].tolist() == opened.lists(end[None], 6, hidden).items[0].tolist()


def test_a_list_is_shorter_where_there_is_less_to_show(opened: Steering) -> None:
    items = np.asarray(opened.run.items)
    listed = opened.lists(opened.codes_of_users([0]), 10, opened.hidden(items=items[:-3]))
    assert sorted(listed.items[0]) == sorted(items[-3:])


def test_directions_do_to_the_lists_what_they_are_called(opened: Steering) -> None:
    ways = {way.name: way for way in opened.ways}
    assert {"price", *GROUPS} <= set(ways)
    middle = opened.codes_of_users(range(60)).mean(axis=0)
    groups, prices = load_groups(opened.dataset), opened.dataset.items["price"].to_numpy()
    for name, values in (("price", prices), *((each, groups.codes == groups.labels.index(each)) for each in GROUPS)):
        way = ways[name]
        assert way.direction.explained > 0.3, name
        low, high = (values[opened.lists((middle + step * way.direction.vector)[None], 7).items[0]].mean() for step in (-2, 2))
        assert high > low, name
    assert opened.way("cheaper") == (ways["price"], -1.0)
    assert opened.way("MUGS") == (ways["Mugs"], 1.0)
    with pytest.raises(InputError, match="no direction 'blue'") as caught:
        opened.way("blue")
    assert "price" in caught.value.hint


def test_axes_are_told_by_products_at_their_ends(opened: Steering) -> None:
    axes = [way for way in opened.ways if way.kind == AXIS]
    assert len(axes) >= 3
    for way in axes:
        assert len(way.low_items) == len(way.high_items) == 5
        assert not set(way.low_items) & set(way.high_items)
    told = [way.direction.explained for way in opened.ways if way.kind != AXIS]
    assert told == sorted(told, reverse=True)


def test_who_or_what_the_model_does_not_know_is_refused(opened: Steering) -> None:
    stranger, product = opened.dataset.user_index("zstranger"), opened.dataset.item_index("x0")
    with pytest.raises(UnsupportedError, match="'zstranger'"):
        opened.codes_of_users([0, stranger])
    with pytest.raises(UnsupportedError, match="'x0'"):
        opened.codes_of_items([product])
    one = int(opened.run.items[4])
    assert np.isfinite(opened.codes_of_items([one])).all()
    assert one not in opened.lists(opened.codes_of_items([one]), 5, opened.hidden(items=[one])).items


def test_which_runs_can_be_steered_is_known_without_opening_them(workspace: Workspace) -> None:
    for run in workspace.registry.runs():
        opened = Run.open(workspace.run_dir(run.id))
        scorer = opened.scorer()
        assert can_steer(opened) == (hasattr(scorer, "encode") and hasattr(scorer, "decode"))


def test_a_model_without_codes_is_refused(workspace: Workspace) -> None:
    with pytest.raises(UnsupportedError, match="ease") as caught:
        open_steering(workspace, run_of(workspace, "ease"))
    assert "mult-vae" in caught.value.hint


def test_directions_are_the_same_at_every_opening(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recsys_core.jobs.steering.SAMPLED", 90)
    first, second = (open_steering(workspace, run_of(workspace, "ials")) for _ in range(2))
    assert [way.name for way in first.ways] == [way.name for way in second.ways]
    assert all(np.array_equal(a.direction.vector, b.direction.vector) for a, b in zip(first.ways, second.ways, strict=True))


def test_what_is_told_of_a_shopper_is_of_what_they_had(workspace: Workspace) -> None:
    opened = open_steering(workspace, run_of(workspace, "ials"))
    groups = load_groups(opened.dataset)
    told = attributes_of(opened.known[:10], opened.dataset, groups)
    had = opened.known[[4]].indices
    assert told["price"][4] == pytest.approx(np.log(opened.dataset.items["price"].to_numpy()[had]).mean())
    code = groups.labels.index("Lights")
    assert told[f"{GROUP} {code}"][4] == pytest.approx((groups.codes[had] == code).mean())
    days = launched(opened.dataset)
    assert days is not None
    assert told["newness"][4] == pytest.approx(days[had].mean())
