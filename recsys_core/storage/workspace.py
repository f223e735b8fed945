"""The workspace: one folder with the registry and everything that was uploaded, made or trained."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recsys_core.errors import InputError
from recsys_core.settings import Settings, load_settings
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

    def job_dir(self, id: str) -> Path:
        """The folder of one job."""
        return self.jobs_dir / id

    def delete_dataset(self, id: str, cascade: bool = False) -> None:
        """Delete a dataset (with `cascade` its runs too): records first, so that nothing points at a folder that is going.

        Raises UserError naming what depends on it, NotFoundError.
        """
        id = self.registry.dataset(id).id
        runs = self.registry.delete_dataset(id, cascade)
        for folder in (*map(self.run_dir, runs), self.dataset_dir(id)):
            remove_folder(folder)

    def delete_run(self, id: str) -> None:
        """Delete a run and all derived from it. Raises NotFoundError, and UserError while a job uses it."""
        id = self.registry.run(id).id
        self.registry.delete_run(id)
        remove_folder(self.run_dir(id))

    def delete_job(self, id: str) -> None:
        """Delete a job's record, log and events. Raises NotFoundError, and UserError while it waits or runs."""
        id = self.registry.job(id).id
        self.registry.delete_job(id)
        remove_folder(self.job_dir(id))
