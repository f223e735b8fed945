"""A sealed folder opens only as it was sealed."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys_core.errors import CorruptArtifactError, NotFoundError
from recsys_core.storage.artifacts import MANIFEST, open_artifact, seal
from recsys_core.storage.atomic import write_array, write_json


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A run of two files and a derived artifact inside it."""
    folder = tmp_path / "run-1"
    write_array(folder / "vectors.npy", np.eye(3, dtype=np.float32))
    write_json(folder / "deep" / "metrics.json", {"ndcg@10": 0.5})
    pq.write_table(pa.table({"item": [1, 2]}), folder / "items.parquet")
    write_json(folder / "projections" / "items-pca" / "note.json", {})
    seal(folder / "projections" / "items-pca", {"kind": "projection"})
    seal(folder, {"kind": "run", "seed": 7})
    return folder


def test_what_was_sealed_can_be_read(sealed: Path) -> None:
    run = open_artifact(sealed, kind="run", verify=True)
    assert run.manifest["seed"] == 7
    assert run.manifest["versions"]["numpy"] == np.__version__
    assert run.json("deep/metrics.json") == {"ndcg@10": 0.5}
    assert run.table("items.parquet").column("item").to_pylist() == [1, 2]
    vectors = run.array("vectors.npy")
    assert isinstance(vectors, np.memmap)
    assert not vectors.flags.writeable


def test_derived_artifacts_are_not_part_of_their_parent(sealed: Path) -> None:
    assert set(open_artifact(sealed, kind="run").files) == {"vectors.npy", "deep/metrics.json", "items.parquet"}
    assert open_artifact(sealed / "projections" / "items-pca", kind="projection").has("note.json")


def test_a_folder_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="The run 'nope' is not on disk"):
        open_artifact(tmp_path / "nope", kind="run")


def test_a_missing_file_is_noticed(sealed: Path) -> None:
    (sealed / "vectors.npy").unlink()
    with pytest.raises(CorruptArtifactError, match=r"lacks its file 'vectors\.npy'"):
        open_artifact(sealed, kind="run")


def test_a_cut_file_is_noticed(sealed: Path) -> None:
    (sealed / "vectors.npy").write_bytes(b"short")
    with pytest.raises(CorruptArtifactError, match="has 5 bytes instead of 164"):
        open_artifact(sealed, kind="run")


def test_a_changed_byte_is_noticed_when_verified(sealed: Path) -> None:
    data = bytearray((sealed / "vectors.npy").read_bytes())
    data[-1] ^= 1
    (sealed / "vectors.npy").write_bytes(data)
    open_artifact(sealed, kind="run")
    with pytest.raises(CorruptArtifactError, match=r"checksum of 'vectors\.npy' differs"):
        open_artifact(sealed, kind="run", verify=True)


@pytest.mark.parametrize(
    ("manifest", "what"),
    [
        ("{", "unreadable"),
        ("[]", "does not list"),
        ('{"files": ["a"]}', "does not list"),
        ('{"files": {"a": {}}}', "does not list"),
        ('{"files": {"../../secret": {"bytes": 1, "sha256": ""}}}', "does not list"),
        ('{"files": {"/etc/passwd": {"bytes": 1, "sha256": ""}}}', "does not list"),
        ('{"kind": "dataset", "files": {}}', "says it is a dataset"),
    ],
)
def test_a_manifest_that_is_none_is_refused(sealed: Path, manifest: str, what: str) -> None:
    (sealed / MANIFEST).write_text(manifest)
    with pytest.raises(CorruptArtifactError, match=what):
        open_artifact(sealed, kind="run")


def test_a_folder_without_manifest_is_corrupt(tmp_path: Path) -> None:
    with pytest.raises(CorruptArtifactError, match="has no manifest"):
        open_artifact(tmp_path, kind="run")


@pytest.mark.parametrize(("name", "read"), [("vectors.npy", "array"), ("items.parquet", "table"), ("deep/metrics.json", "json")])
def test_a_file_of_another_format_is_corrupt(sealed: Path, name: str, read: str) -> None:
    run = open_artifact(sealed, kind="run")
    (sealed / name).write_bytes(b"\x00 nothing of the kind")
    with pytest.raises(CorruptArtifactError, match="no readable"):
        getattr(run, read)(name)


def test_pickled_arrays_are_never_loaded(sealed: Path) -> None:
    np.save(sealed / "vectors.npy", np.array([{}], dtype=object))  # numpy pickles unless told not to
    manifest = json.loads((sealed / MANIFEST).read_text())
    manifest["files"]["vectors.npy"]["bytes"] = (sealed / "vectors.npy").stat().st_size
    write_json(sealed / MANIFEST, manifest)
    with pytest.raises(CorruptArtifactError, match="no readable array"):
        open_artifact(sealed, kind="run").array("vectors.npy")


def test_a_name_the_artifact_has_not_is_refused(sealed: Path) -> None:
    with pytest.raises(CorruptArtifactError, match=r"has no file 'other\.npy'"):
        open_artifact(sealed, kind="run").array("other.npy")
