"""Segments drawn on a map: kept under a name beside their dataset, found again by anybody, and never in the way when one is damaged."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import ingest
from recsys_core.data.request import IngestRequest
from recsys_core.errors import InputError, NotFoundError
from recsys_core.profiles.drawn import (
    FOLDER,
    LONGEST_NAME,
    check_name,
    damaged_drawn,
    drawn_segments,
    drawn_version,
    find_drawn,
    keep_drawn,
    remove_drawn,
)
from recsys_core.profiles.profile_sklearn import make_profile
from recsys_core.profiles.segments import load_segments
from recsys_core.profiles.store import ProfileRequest
from tests.unit.profiles.shop import titled_log


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """40 shoppers, 120 products, three segments."""
    folder = tmp_path_factory.mktemp("drawn")
    titled_log(folder)
    request = IngestRequest(log=str(folder / "log.csv"), items=str(folder / "items.csv"), min_item_users=1)
    found = ingest(request, folder / "datasets", lambda fraction, message: None)
    dataset = Dataset.open(folder / "datasets" / found.dataset)
    make_profile(dataset, ProfileRequest(n_segments=3))
    return dataset


@pytest.fixture
def dataset(made: Dataset):
    """The same, with nothing drawn."""
    yield made
    for one in [one.id for one in drawn_segments(made)] + list(damaged_drawn(made)):
        remove_drawn(made, one)


def test_what_is_kept_is_found_again_by_a_fresh_reader(dataset: Dataset) -> None:
    kept = keep_drawn(dataset, "  Late \n gift   buyers ", "users", np.array([5, 1, 3, 1]), {"run": "r1", "method": "umap"})
    assert (kept.name, kept.what, kept.made) == ("Late gift buyers", "users", {"run": "r1", "method": "umap"})
    assert_array_equal(kept.rows, [1, 3, 5])
    (again,) = drawn_segments(Dataset.open(dataset.folder))
    assert (again.id, again.name, again.made, again.created_at) == (kept.id, kept.name, kept.made, kept.created_at)
    assert again.rows.dtype == np.int32
    assert find_drawn(dataset, "LATE gift  BUYERS").id == find_drawn(dataset, kept.id).id == kept.id


def test_oldest_first_and_by_what_they_are_of(dataset: Dataset) -> None:
    for name, what in (("b", "users"), ("a", "items"), ("c", "users")):
        keep_drawn(dataset, name, what, np.arange(3), {})
    assert [one.name for one in drawn_segments(dataset)] == ["b", "a", "c"]
    assert [one.name for one in drawn_segments(dataset, "users")] == ["b", "c"]
    with pytest.raises(NotFoundError, match="no drawn segment 'a'"):
        find_drawn(dataset, "a", "users")


def test_a_name_may_be_of_shoppers_and_of_products_at_once(dataset: Dataset) -> None:
    keep_drawn(dataset, "Candles", "users", np.arange(3), {})
    keep_drawn(dataset, "Candles", "items", np.arange(3), {})
    remove_drawn(dataset, "candles", "items")
    assert [one.what for one in drawn_segments(dataset)] == ["users"]


@pytest.mark.parametrize(
    ("name", "what", "rows", "words"),
    [
        ("  ", "users", [1], "has no name"),
        ("\u200b\x07", "users", [1], "has no name"),
        ("x" * (LONGEST_NAME + 1), "users", [1], "61 characters"),
        ("Ann", "users", [], "nobody in this segment"),
        ("Ann", "items", [], "nothing in this group"),
        ("Ann", "users", [1, 40], "Row 40 is not in"),
        ("Ann", "users", [-1, 3], "Row -1 is not in"),
        ("Ann", "things", [1], "option what is 'things'"),
        ("TAKEN", "users", [2], "'TAKEN' already"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_leaves_nothing(dataset: Dataset, name: str, what: str, rows: list[int], words: str) -> None:
    keep_drawn(dataset, "Taken", "users", np.array([1]), {})
    with pytest.raises(InputError, match=words):
        keep_drawn(dataset, name, what, np.array(rows, dtype=np.int64), {})
    assert [one.name for one in drawn_segments(dataset)] == ["Taken"]


def test_a_found_segments_name_is_taken(dataset: Dataset) -> None:
    with pytest.raises(InputError, match="already"):
        keep_drawn(dataset, load_segments(dataset).labels[0].upper(), "users", np.array([1]), {})


@given(st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_a_name_is_kept_on_one_line_and_checking_it_twice_changes_nothing(made: Dataset, name: str) -> None:
    try:
        kept = check_name(made, name, "items")
    except InputError:
        return
    assert kept == check_name(made, kept, "items")
    assert "|" not in kept
    assert len(kept.splitlines()) == 1
    assert kept == kept.strip()
    assert kept.isprintable()


def test_the_same_letters_composed_or_not_are_one_name(dataset: Dataset) -> None:
    keep_drawn(dataset, "Cafe\u0301", "users", np.arange(2), {})
    with pytest.raises(InputError, match="already"):
        keep_drawn(dataset, "Caf\u00e9", "users", np.arange(3), {})


def test_of_two_writers_at_once_one_is_told_that_the_name_is_taken(dataset: Dataset) -> None:
    def attempt(number: int) -> str:
        try:
            return str(len(keep_drawn(dataset, "Both", "users", np.arange(number + 1), {}).rows))
        except InputError as error:
            return error.message

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(attempt, range(8)))
    (kept,) = drawn_segments(dataset)
    assert [each for each in told if each.isdecimal()] == [str(len(kept.rows))]
    assert sum("already" in each for each in told) == 7


def test_the_version_changes_with_what_is_kept_and_with_nothing_else(dataset: Dataset) -> None:
    empty = drawn_version(dataset)
    keep_drawn(dataset, "One", "users", np.arange(3), {})
    one = drawn_version(dataset)
    assert empty == "" != one == drawn_version(dataset)
    remove_drawn(dataset, "One")
    keep_drawn(dataset, "One", "users", np.arange(4), {})
    assert drawn_version(dataset) not in (one, empty)
    remove_drawn(dataset, "one")
    assert drawn_version(dataset) == empty


def harm(folder: Path, how: str) -> None:
    """Damage a kept segment."""
    manifest = folder / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    if how == "rows gone":
        (folder / "rows.npy").unlink()
    elif how == "rows cut":
        (folder / "rows.npy").write_bytes((folder / "rows.npy").read_bytes()[:40])
    elif how == "manifest cut":
        manifest.write_text("{", encoding="utf-8")
    elif how == "no name":
        manifest.write_text(json.dumps({key: value for key, value in told.items() if key != "name"}), encoding="utf-8")
    elif how == "of something else":
        manifest.write_text(json.dumps({**told, "what": "orders"}), encoding="utf-8")
    else:
        np.save(folder / "rows.npy", np.array([1, 4000], np.int32))


@pytest.mark.parametrize("how", ["rows gone", "rows cut", "manifest cut", "no name", "of something else", "row not there"])
def test_a_damaged_one_is_left_out_told_of_and_can_be_taken_away_or_drawn_anew(dataset: Dataset, how: str) -> None:
    keep_drawn(dataset, "Whole", "users", np.arange(5), {})
    harmed = keep_drawn(dataset, "Harmed", "users", np.arange(2), {})
    harm(dataset.folder / FOLDER / harmed.id, how)
    assert [one.name for one in drawn_segments(dataset)] == ["Whole"]
    assert damaged_drawn(dataset) == (harmed.id,)
    with pytest.raises(NotFoundError):
        find_drawn(dataset, "Harmed")
    keep_drawn(dataset, "Harmed", "users", np.arange(7), {})
    assert damaged_drawn(dataset) == ()
    harm(dataset.folder / FOLDER / harmed.id, how)
    assert remove_drawn(dataset, harmed.id).id == harmed.id
    assert [one.name for one in drawn_segments(dataset)] == ["Whole"]
    assert damaged_drawn(dataset) == ()


def test_removing_what_is_not_there_says_what_is(dataset: Dataset) -> None:
    with pytest.raises(NotFoundError, match="None was kept"):
        remove_drawn(dataset, "Nobody")
    keep_drawn(dataset, "Somebody", "users", np.arange(2), {})
    with pytest.raises(NotFoundError, match="There are: Somebody"):
        remove_drawn(dataset, "Nobody")
