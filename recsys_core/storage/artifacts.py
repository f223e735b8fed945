"""Sealed folders: a manifest beside the files says what they are, how large, with which checksum, and what made them."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from recsys_core.errors import CorruptArtifactError, NotFoundError
from recsys_core.storage.atomic import TEMPORARY_PREFIX, write_json
from recsys_core.storage.system_errors import RefusedError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

MANIFEST = "manifest.json"
# import name -> distribution; those loaded when an artifact is sealed are the ones that made it
RECORDED_PACKAGES = {
    "numpy": "numpy",
    "scipy": "scipy",
    "pandas": "pandas",
    "pyarrow": "pyarrow",
    "duckdb": "duckdb",
    "numba": "numba",
    "torch": "torch",
    "sklearn": "scikit-learn",
    "umap": "umap-learn",
}


def seal(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write `manifest.json` into `folder`: the keys given, plus `files` (bytes and sha256 of each), `versions`, `created_at`.

    Sub-folders with a manifest of their own (derived artifacts) are left out, and so are temporaries.
    """
    files = {name: {"bytes": (folder / name).stat().st_size, "sha256": file_sha256(folder / name)} for name in _own_files(folder)}
    ours = {"files": files, "versions": _versions(), "created_at": datetime.now(UTC)}
    write_json(folder / MANIFEST, {**manifest, **ours})


@dataclass(frozen=True)
class Artifact:
    """A sealed folder opened for reading. `kind` is the word messages use for it; `manifest` is what `seal` was given and found."""

    folder: Path
    manifest: Mapping[str, Any]
    kind: str

    @cached_property
    def files(self) -> Mapping[str, Mapping[str, Any]]:
        """name (relative posix path) -> {"bytes", "sha256"}."""
        return dict(self.manifest["files"])

    def has(self, name: str) -> bool:
        """Whether the artifact holds a file of this name."""
        return name in self.files

    def path(self, name: str) -> Path:
        """Where a file of the artifact is. Raises CorruptArtifactError if it holds none of that name."""
        if not self.has(name):
            raise self._corrupt(f"has no file '{name}'")
        return self.folder / name

    def array(self, name: str) -> np.ndarray[Any, Any]:
        """A `.npy` file, memory-mapped and read-only."""
        import numpy as np

        path = self.path(name)
        try:
            loaded: np.ndarray[Any, Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        except PermissionError as error:
            raise _forbidden(self.folder, self.kind, error) from error
        except (ValueError, OSError, EOFError) as error:
            raise self._corrupt(f"holds a file '{name}' that is no readable array") from error
        return loaded

    def table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """A Parquet file, or the named columns of it."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.path(name)
        try:
            return pq.read_table(path, columns=columns)
        except PermissionError as error:
            raise _forbidden(self.folder, self.kind, error) from error
        except (pa.ArrowException, OSError) as error:
            raise self._corrupt(f"holds a file '{name}' that is no readable table") from error

    def json(self, name: str) -> Any:
        """A JSON file."""
        path = self.path(name)
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except PermissionError as error:
            raise _forbidden(self.folder, self.kind, error) from error
        except (ValueError, OSError) as error:
            raise self._corrupt(f"holds a file '{name}' that is no readable JSON") from error

    def verify(self) -> None:
        """Read every file and compare its checksum. Raises CorruptArtifactError naming the first that differs."""
        for name, expected in self.files.items():
            try:
                found = file_sha256(self.folder / name)
            except PermissionError as error:
                raise _forbidden(self.folder, self.kind, error) from error
            except OSError as error:
                raise self._corrupt(f"holds a file '{name}' that cannot be read") from error
            if found != expected["sha256"]:
                raise self._corrupt(f"was changed after it was written: the checksum of '{name}' differs")

    def check_sizes(self) -> None:
        """Compare the size of every file with the manifest, which costs a stat each. Raises CorruptArtifactError."""
        for name, expected in self.files.items():
            try:
                size = (self.folder / name).stat().st_size
            except PermissionError as error:
                raise _forbidden(self.folder, self.kind, error) from error
            except OSError as error:
                raise self._corrupt(f"lacks its file '{name}'") from error
            if size != expected["bytes"]:
                raise self._corrupt(f"was changed after it was written: '{name}' has {size:,} bytes instead of {expected['bytes']:,}")

    def _corrupt(self, what: str) -> CorruptArtifactError:
        return _corrupt(self.folder, self.kind, what)


def open_artifact(folder: Path, *, kind: str, verify: bool = False) -> Artifact:
    """The sealed folder, its files present and of the size they should be; with `verify` their checksums too.

    Raises NotFoundError if there is no such folder, RefusedError if it may not be read, CorruptArtifactError if it is damaged or its
    manifest names another `kind`.
    """
    try:
        if not folder.is_dir():
            raise NotFoundError(
                f"The {kind} '{folder.name}' is not on disk.", f"Nothing is at {folder}: it may have been deleted; make it again."
            )
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except PermissionError as error:
        raise _forbidden(folder, kind, error) from error
    except OSError as error:
        raise _corrupt(folder, kind, f"has no {MANIFEST}") from error
    except ValueError as error:
        raise _corrupt(folder, kind, f"has an unreadable {MANIFEST}") from error
    if not isinstance(manifest, dict) or not _lists_files(manifest.get("files")):
        raise _corrupt(folder, kind, f"has a {MANIFEST} that does not list its files")
    if manifest.get("kind", kind) != kind:
        raise _corrupt(folder, kind, f"says it is a {manifest['kind']}")
    artifact = Artifact(folder, manifest, kind)
    artifact.check_sizes()
    if verify:
        artifact.verify()
    return artifact


def file_sha256(path: Path) -> str:
    """Checksum of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _corrupt(folder: Path, kind: str, what: str) -> CorruptArtifactError:
    return CorruptArtifactError(f"The {kind} '{folder.name}' {what}.", "Delete it and make it again.")


def _forbidden(folder: Path, kind: str, error: PermissionError) -> RefusedError:
    """What is there and whole, for all we know: deleting it would be the wrong advice."""
    return RefusedError(f"The {kind} '{folder.name}' may not be read ({error.strerror}).", f"Give your user the right to read {folder}.")


def _lists_files(files: object) -> bool:
    """Whether a manifest's `files` is of the right shape and names nothing outside the folder."""
    if not isinstance(files, dict):
        return False
    safe = all(not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts and "\\" not in name for name in files)
    return safe and all(isinstance(entry, dict) and {"bytes", "sha256"} <= entry.keys() for entry in files.values())


def _own_files(folder: Path, root: Path | None = None) -> Iterator[str]:
    root = root or folder
    for path in sorted(folder.iterdir()):
        if path.name.startswith(TEMPORARY_PREFIX) or (folder == root and path.name == MANIFEST):
            continue
        if not path.is_dir():
            yield path.relative_to(root).as_posix()
        elif not (path / MANIFEST).exists():
            yield from _own_files(path, root)


def _versions() -> dict[str, str]:
    found = {name: importlib.metadata.version(name) for module, name in RECORDED_PACKAGES.items() if module in sys.modules}
    return {"python": platform.python_version(), **found}
