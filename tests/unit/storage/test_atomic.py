"""A file or folder is there whole or not at all, wherever its writer dies."""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recsys_core.storage.atomic import (
    TEMPORARY_PREFIX,
    new_file,
    new_folder,
    remove_folder,
    sweep_leftovers,
    temporary_sibling,
    write_array,
    write_json,
    write_text,
)

CHANGES = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir")  # what Python announces before it touches the disk


def die_before_change(number: int, action: Callable[[], None]) -> None:
    """Run `action` in a child that is gone, without any cleaning up, before its `number`-th change of the disk."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    changes = iter(range(number))

    def count(event: str, _: object) -> None:
        if event in CHANGES and next(changes, None) is None:
            os._exit(9)

    try:
        sys.addaudithook(count)
        action()
    finally:
        os._exit(0)


def fail_half_way(target: AbstractContextManager[Any], write: Callable[[Any], object]) -> None:
    """Write something, then raise ZeroDivisionError inside the `with`."""
    with target as place:
        write(place)
        raise ZeroDivisionError


def temporaries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name.startswith(TEMPORARY_PREFIX)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=st.none() | st.text(max_size=30), new=st.text(max_size=30), crash=st.integers(0, 6))
def test_a_killed_writer_leaves_the_old_file_or_the_new_one(tmp_path: Path, old: str | None, new: str, crash: int) -> None:
    target = tmp_path / "figures.txt"
    target.unlink(missing_ok=True)
    if old is not None:
        write_text(target, old)
    die_before_change(crash, lambda: write_text(target, new))
    found = target.read_bytes().decode() if target.exists() else None
    assert found in (old, new)
    sweep_leftovers(tmp_path)
    assert temporaries(tmp_path) == []


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from("abcdef"), min_size=1, unique=True), crash=st.integers(0, 20))
def test_a_killed_writer_leaves_a_whole_folder_or_none(tmp_path: Path, names: list[str], crash: int) -> None:
    target = tmp_path / "dataset"
    remove_folder(target)

    def make() -> None:
        with new_folder(target) as folder:
            for name in names:
                (folder / name).write_text(name)

    die_before_change(crash, make)
    assert not target.exists() or sorted(path.name for path in target.iterdir()) == sorted(names)
    sweep_leftovers(tmp_path)
    assert temporaries(tmp_path) == []


def test_an_error_while_writing_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    write_json(target, {"n": 1})
    with pytest.raises(ZeroDivisionError):
        fail_half_way(new_file(target), lambda file: file.write(b"half"))
    assert target.read_text() == '{\n  "n": 1\n}\n'
    assert temporaries(tmp_path) == []


def test_an_error_while_filling_a_folder_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_half_way(new_folder(tmp_path / "run"), lambda folder: (folder / "weights").write_text("half"))
    assert list(tmp_path.iterdir()) == []


def test_the_first_of_two_writers_of_one_folder_wins(tmp_path: Path) -> None:
    with new_folder(tmp_path / "x") as mine:
        (mine / "who").write_text("second")
        with new_folder(tmp_path / "x") as other:
            (other / "who").write_text("first")
    assert (tmp_path / "x" / "who").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_arrays_of_objects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Object arrays"):
        write_array(tmp_path / "a.npy", np.array([{}], dtype=object))
    assert list(tmp_path.iterdir()) == []


def test_an_array_comes_back_as_it_was(tmp_path: Path) -> None:
    write_array(tmp_path / "a.npy", np.arange(6, dtype=np.float32).reshape(2, 3))
    assert np.load(tmp_path / "a.npy").tolist() == [[0, 1, 2], [3, 4, 5]]


def test_work_in_progress_is_not_swept(tmp_path: Path) -> None:
    temporary_sibling(tmp_path / "mine").mkdir()
    assert sweep_leftovers(tmp_path) == 0


def test_a_temporary_of_another_host_is_swept_when_it_is_a_day_old(tmp_path: Path) -> None:
    young, old = tmp_path / f"{TEMPORARY_PREFIX}elsewhere-1-aa", tmp_path / "runs" / "r" / f"{TEMPORARY_PREFIX}elsewhere-1-bb"
    young.mkdir()
    old.mkdir(parents=True)
    os.utime(old, (0, 0))
    assert sweep_leftovers(tmp_path) == 1
    assert young.exists()
    assert not old.exists()


def test_removing_a_folder_that_is_not_there_is_no_matter(tmp_path: Path) -> None:
    remove_folder(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []
