"""The workspace: one folder with the registry and everything that was uploaded, made or trained."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from recsys_core.errors import InputError, UserError
from recsys_core.settings import Settings, load_settings
from recsys_core.storage.artifacts import MANIFEST
from recsys_core.storage.atomic import remove_folder, sweep_leftovers
from recsys_core.storage.registry import Registry
from recsys_core.storage.uploads import sweep_uploads

FOLDERS = ("datasets", "runs", "synthetic", "jobs", "uploads")
HOPEFUL = ("queued", "running", "interrupted")  # jobs that may yet read what was uploaded for them


@dataclass(frozen=True)
class Workspace:
    """Folders by id, and the registry that says what is in them. May be shared between threads."""

    home: Path
    registry: Registry
    settings: Settings

    @classmethod
    def open(cls, home: Path | None = None) -> Workspace:
        """The workspace in `home` (default: AISLE_HOME), made if it is not there; leftovers of dead writers and old uploads are swept.

        Raises InputError if the folder cannot be written.
        """
        settings = load_settings(home)
        try:
            for name in FOLDERS:
                (settings.home / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"The workspace folder {settings.home} cannot be written ({error.strerror}).", "Choose another with AISLE_HOME."
            ) from error
        sweep_leftovers(settings.home)
        workspace = cls(settings.home, Registry(settings.database_url, settings.home), settings)
        sweep_uploads(workspace.uploads_dir, lambda: workspace.registry.jobs(HOPEFUL))
        return workspace

    @property
    def datasets_dir(self) -> Path:
        """Where datasets lie."""
        return self.home / "datasets"

    @property
    def runs_dir(self) -> Path:
        """Where runs lie."""
        return self.home / "runs"

    @property
    def synthetic_dir(self) -> Path:
        """Where synthetic sets lie, and `learned`, what their generators learned."""
        return self.home / "synthetic"

    @property
    def jobs_dir(self) -> Path:
        """Where jobs have their folders."""
        return self.home / "jobs"

    @property
    def uploads_dir(self) -> Path:
        """Where uploaded files wait for intake."""
        return self.home / "uploads"

    def discard_upload(self, file: Path) -> None:
        """Remove an uploaded file and the folder it came in; files elsewhere are the user's own and stay."""
        if file.parent.parent == self.uploads_dir and ".." not in file.parts:
            remove_folder(file.parent)

    def dataset_dir(self, id: str) -> Path:
        """The folder of one dataset."""
        return self.datasets_dir / id

    def run_dir(self, id: str) -> Path:
        """The folder of one run."""
        return self.runs_dir / id

    def set_dir(self, id: str) -> Path:
        """The folder of one synthetic set."""
        return self.synthetic_dir / id

    def job_dir(self, id: str) -> Path:
        """The folder of one job."""
        return self.jobs_dir / id

    def sets_of(self, **maker: str) -> list[str]:
        """Ids of the synthetic sets whose manifest says so, sorted: run="...", dataset="..." or parent="..."."""
        found = []
        for path in sorted(self.synthetic_dir.glob(f"*/{MANIFEST}")):
            with contextlib.suppress(OSError, ValueError, AttributeError):  # a damaged one depends on nothing that can be told
                told = json.loads(path.read_text(encoding="utf-8"))
                if all(told.get(key) == id for key, id in maker.items()):
                    found.append(path.parent.name)
        return found

    def delete_dataset(self, id: str, cascade: bool = False) -> None:
        """Delete a dataset (with `cascade` its runs and synthetic sets too): records first, so that nothing points at what is going.

        Raises UserError naming what depends on it, NotFoundError.
        """
        id = self.registry.dataset(id).id
        sets = self.sets_of(dataset=id)
        if sets:
            self._refuse_if_made(sets, f"the dataset '{id}'", cascade)
        runs = self.registry.delete_dataset(id, cascade)
        learned = [path.parent for path in self.synthetic_dir.glob(f"learned/*/{MANIFEST}") if id in path.read_text(encoding="utf-8")]
        for folder in (*map(self.set_dir, sets), *learned, *map(self.run_dir, runs), self.dataset_dir(id)):
            remove_folder(folder)

    def delete_run(self, id: str, cascade: bool = False) -> list[str]:
        """Delete a run and all derived from it; with `cascade` the synthetic sets made of it too, whose ids it returns.

        Raises NotFoundError, and UserError while a job uses it, or naming the sets.
        """
        id = self.registry.run(id).id
        sets = self.sets_of(run=id)
        if sets:
            self._refuse_if_made(sets, f"the trained model '{id}'", cascade)
        self.registry.delete_run(id)
        for folder in (*map(self.set_dir, sets), self.run_dir(id)):
            remove_folder(folder)
        return sets

    def delete_set(self, id: str, cascade: bool = False) -> list[str]:
        """Delete a synthetic set; with `cascade` those made of it too, whose ids it returns. id: the whole of it.

        Raises UserError while a job uses it, or naming those sets.
        """
        sets, newest = [], [id]
        while newest:
            newest = [child for parent in newest for child in self.sets_of(parent=parent)]
            sets += newest
        if sets:
            self._refuse_if_made(sets, f"the set '{id}'", cascade)
        self.registry.check_unused(f"The set '{id}'", id)
        for folder in map(self.set_dir, (*sets, id)):
            remove_folder(folder)
        return sets

    def _refuse_if_made(self, sets: list[str], what: str, cascade: bool) -> None:
        shown = ", ".join(sets[:5]) + (f" and {len(sets) - 5} more" if len(sets) > 5 else "")
        several = len(sets) > 1
        if not cascade:
            raise UserError(
                f"{len(sets)} synthetic set{'s were' if several else ' was'} made from {what} ({shown}).",
                "Delete them first, or delete everything with --cascade.",
            )
        self.registry.check_unused(f"The synthetic set{'s' if several else ''} {shown}", *sets)

    def delete_job(self, id: str) -> None:
        """Delete a job's record, log and events. Raises NotFoundError, and UserError while it waits or runs."""
        id = self.registry.job(id).id
        self.registry.delete_job(id)
        remove_folder(self.job_dir(id))
