"""What the operating system refuses is said in one sentence, and never as damage or a bug of Aisle's."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from recsys_core.errors import CorruptArtifactError, InputError
from recsys_core.storage import artifacts
from recsys_core.storage.artifacts import MANIFEST, open_artifact, seal
from recsys_core.storage.atomic import new_folder, write_array, write_json, write_text
from recsys_core.storage.system_errors import RefusedError, explain
from recsys_core.storage.workspace import Workspace


def failing(code: int, path: Path | None = None) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(code, os.strerror(code), *([str(path)] if path else []))

    return fail


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A run of one array."""
    folder = tmp_path / "run-1"
    write_array(folder / "vectors.npy", np.eye(3, dtype=np.float32))
    write_json(folder / "metrics.json", {})
    seal(folder, {"kind": "run"})
    return folder


def test_a_full_disk_is_named_with_what_was_being_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    with pytest.raises(InputError, match=r"The disk is full: .*a.txt .*Make room there"):
        write_text(tmp_path / "a.txt", "x")
    with pytest.raises(InputError, match=r"The disk is full: .*run-1 "), new_folder(tmp_path / "run-1") as folder:
        (folder / "x").touch()
    assert list(tmp_path.iterdir()) == []


def test_numpys_own_words_for_a_full_disk_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("4096 requested and 512 written")

    monkeypatch.setattr(np, "save", fail)
    with pytest.raises(InputError, match=r"The disk is full: .*a.npy"):
        write_array(tmp_path / "a.npy", np.zeros(3))


def test_a_folder_at_the_target_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(InputError, match=r"There is a folder where a file should be: .*a.txt"):
        write_text(tmp_path / "a.txt", "x")


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(InputError, match=r"There is a file where a folder should be: .*a"):
        write_text(tmp_path / "a" / "b" / "c.txt", "x")


def test_a_bug_stays_a_bug() -> None:
    assert explain(FileNotFoundError(errno.ENOENT, "gone", "x")) is None


def test_what_may_not_be_read_is_not_called_damaged(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_artifact(sealed, kind="run")
    denied = failing(errno.EACCES, sealed)
    with monkeypatch.context() as patch:
        patch.setattr(np, "load", denied)
        with pytest.raises(InputError, match=r"The run 'run-1' may not be read \(Permission denied\). Give your user the right"):
            opened.array("vectors.npy")
    with monkeypatch.context() as patch:
        patch.setattr(artifacts, "file_sha256", denied)
        with pytest.raises(InputError, match="may not be read"):
            open_artifact(sealed, kind="run", verify=True)
    for method in ("is_dir", "read_text", "stat"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, method, denied)
            with pytest.raises(InputError, match="may not be read"):
                open_artifact(sealed, kind="run")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", denied)
        with pytest.raises(InputError, match="may not be read"):
            opened.json("metrics.json")


def test_a_manifest_that_is_gone_is_still_damage(sealed: Path) -> None:
    (sealed / MANIFEST).unlink()
    with pytest.raises(CorruptArtifactError, match=r"has no manifest\.json"):
        open_artifact(sealed, kind="run")


@pytest.mark.parametrize("words", ["attempt to write a readonly database", "database or disk is full"])
def test_a_registry_that_cannot_be_written_is_named(words: str) -> None:
    registry = Workspace.open().registry
    with pytest.raises(RefusedError, match=f"The registry of this workspace cannot be written .{words}."), registry.session():
        raise sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError(words))
    with pytest.raises(sa.exc.OperationalError, match="locked"), registry.session():
        raise sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))
