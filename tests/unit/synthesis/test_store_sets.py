"""Synthetic sets on disk: whole or not at all, found by the start of their id, refused when damaged."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys_core.errors import CorruptArtifactError, NotFoundError
from recsys_core.storage.atomic import write_json
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.contract import DrawnShoppers
from recsys_core.synthesis.store import EVENTS, SetRecord, find_set, list_sets, new_set_id, now, open_set, write_set

DRAWN = DrawnShoppers(np.array([0, 2, 3]), np.array([4, 1, 2], np.int32), np.array([0, -1], np.int32))
ROWS = pd.DataFrame({"user_id": ["synthetic-1", "synthetic-1", "synthetic-2"], "item_id": ["p4", "p1", "p2"], "price": [1.0, 2.5, 3.0]})


def record(id: str, minute: int = 0, run: str = "ease-1", **more: str) -> SetRecord:
    made = f"2026-01-01T12:{minute:02d}:00+00:00"
    return SetRecord(
        id, run, "d1", "sequential", "generated", 2, 3, 7, made, wish={"users": 2, "price": [1.0, 3.0]}, why="It suits.", **more
    )


@pytest.fixture
def workspace() -> Workspace:
    """Two sets of one run, one of another, and the folder of what was learned."""
    workspace = Workspace.open()
    for id, minute, run in (("sequential-set-aa11", 1, "ease-1"), ("sequential-set-bb22", 3, "ease-1"), ("vae-gan-set-cc33", 2, "ease-2")):
        write_set(workspace.set_dir(id), record(id, minute, run), ROWS, DRAWN, [{"epoch": 0, "loss": 2.0}], fit_cpu_seconds=1.5)
    write_json(workspace.synthetic_dir / "learned" / "key" / "manifest.json", {"kind": "learned generator", "files": {}})
    return workspace


def test_a_set_comes_back_as_it_was_written(workspace: Workspace) -> None:
    made = open_set(workspace, "sequential-set-aa11")
    assert made.record == record("sequential-set-aa11", 1)
    pd.testing.assert_frame_equal(made.events, ROWS, check_dtype=False)
    for name in ("indptr", "items", "segment"):
        np.testing.assert_array_equal(getattr(made.drawn, name), getattr(DRAWN, name))
    assert made.curves == [{"epoch": 0, "loss": 2.0}]
    assert made.scorecard is None
    assert made.artifact.manifest["fit_cpu_seconds"] == 1.5


def test_the_start_of_an_id_is_enough_where_it_is_the_only_one(workspace: Workspace) -> None:
    assert open_set(workspace, "vae").record.id == "vae-gan-set-cc33"
    with pytest.raises(NotFoundError, match="no synthetic set 'sequential'") as caught:
        open_set(workspace, "sequential")
    assert caught.value.hint == "It could be sequential-set-aa11, sequential-set-bb22."


@pytest.mark.parametrize("id", ["", "nothing", "learned", "../runs", "/"])
def test_what_is_no_set_is_not_found(workspace: Workspace, id: str) -> None:
    with pytest.raises(NotFoundError):
        open_set(workspace, id)


def test_sets_are_listed_newest_first_and_by_run(workspace: Workspace) -> None:
    assert [each.id for each in list_sets(workspace)] == ["sequential-set-bb22", "vae-gan-set-cc33", "sequential-set-aa11"]
    assert [each.id for each in list_sets(workspace, run="ease-2")] == ["vae-gan-set-cc33"]
    assert list_sets(workspace, dataset="other") == []


def test_a_changed_set_is_told_and_left_out_of_the_list(workspace: Workspace) -> None:
    with (workspace.set_dir("vae-gan-set-cc33") / EVENTS).open("ab") as file:
        file.write(b"more")
    with pytest.raises(CorruptArtifactError, match=r"events\.parquet"):
        open_set(workspace, "vae-gan-set-cc33")
    assert len(list_sets(workspace)) == 2
    assert find_set(workspace, "vae-gan") == "vae-gan-set-cc33"  # it can still be deleted


def test_a_manifest_without_what_a_set_says_is_told(workspace: Workspace) -> None:
    folder = workspace.set_dir("odd-set-dd44")
    write_json(folder / "manifest.json", {"kind": "synthetic", "files": {}})
    with pytest.raises(CorruptArtifactError, match="does not say its 'id'"):
        open_set(workspace, "odd-set-dd44")
    assert len(list_sets(workspace)) == 3


def test_a_set_that_fails_while_it_is_written_is_not_there(workspace: Workspace) -> None:
    with pytest.raises(TypeError):
        write_set(workspace.set_dir("x-set-ee55"), record("x-set-ee55"), ROWS, DRAWN, [], odd=object())
    assert not workspace.set_dir("x-set-ee55").exists()


def test_ids_are_fresh_and_name_their_generator() -> None:
    assert new_set_id("vae-gan").startswith("vae-gan-set-")
    assert new_set_id("vae-gan") != new_set_id("vae-gan")


def test_sets_made_within_a_second_keep_their_order() -> None:
    moments = [now() for _ in range(50)]
    assert moments == sorted(moments)
    assert moments[0] < moments[-1]
