"""`datasets`, `runs`, `jobs`, `show ID`, `delete ID`: what is in the workspace."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Annotated

import typer

from recsys_core.cli.output import JsonOption, emit, facts, size

if TYPE_CHECKING:
    from rich.console import RenderableType

    from recsys_core.storage.workspace import Workspace

AnyId = Annotated[str, typer.Argument(metavar="ID", help="The id of a dataset, run, job or synthetic set, or the start of it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (datasets, runs, jobs, show, delete):
        app.command()(command)


def datasets(as_json: JsonOption = False) -> None:
    """List the datasets."""
    from recsys_core.cli.views import datasets_table

    records = _open().registry.datasets()
    emit(records, as_json=as_json, table=lambda: datasets_table(records))


def runs(
    dataset: Annotated[str | None, typer.Option(metavar="ID", help="Only those on this dataset.")] = None, as_json: JsonOption = False
) -> None:
    """List the trained models and how well they did."""
    from recsys_core.cli.views import runs_table

    registry = _open().registry
    records = registry.runs(registry.dataset(dataset).id if dataset else None)
    emit(records, as_json=as_json, table=lambda: runs_table(records))


def jobs(as_json: JsonOption = False) -> None:
    """List the jobs and how far they are."""
    from recsys_core.cli.views import job_json, jobs_table

    records = _refreshed().registry.jobs()
    emit([job_json(record) for record in records], as_json=as_json, table=lambda: jobs_table(records))


def show(id: AnyId, as_json: JsonOption = False) -> None:
    """Show a dataset, a run, a job or a synthetic set."""
    from recsys_core.cli.views import job_facts, job_json, run_facts
    from recsys_core.storage.records import JobRecord, RunRecord

    workspace = _refreshed()
    if (made := _set(workspace, id)) is not None:
        from recsys_core.cli.synthesize import show as show_set

        show_set(made, as_json)
        return
    kind, record = workspace.registry.find(id)
    if isinstance(record, JobRecord):
        emit({"type": kind, **job_json(record)}, as_json=as_json, table=lambda: job_facts(record))
        return
    n_bytes = workspace.registry.artifact_bytes(kind, record.id)

    def table() -> RenderableType:
        return run_facts(record, n_bytes) if isinstance(record, RunRecord) else facts({**vars(record), "on disk": size(n_bytes)})

    emit({"type": kind, **vars(record), "bytes": n_bytes}, as_json=as_json, table=table)


def delete(
    id: AnyId,
    cascade: Annotated[bool, typer.Option("--cascade", "--yes-all", help="Delete what was made from it too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete a dataset, a run, a job or a synthetic set; one that others depend on only with --cascade."""
    workspace = _refreshed()
    if (made := _set(workspace, id)) is not None:
        emit({"deleted": made, "type": "synthetic set", "with_it": workspace.delete_set(made, cascade)}, as_json=as_json)
        return
    kind, record = workspace.registry.find(id)
    along: list[str] = []
    if kind == "dataset":
        along = [run.id for run in workspace.registry.runs(record.id)] + workspace.sets_of(dataset=record.id)
        workspace.delete_dataset(record.id, cascade)
    elif kind == "run":
        along = workspace.delete_run(record.id, cascade)
    else:
        workspace.delete_job(record.id)
    emit({"deleted": record.id, "type": kind, "with_it": along}, as_json=as_json)


def _set(workspace: Workspace, id: str) -> str | None:
    """The synthetic set with this id, or the only one that begins with it; None where it is the id of something else."""
    from recsys_core.errors import NotFoundError
    from recsys_core.synthesis.store import find_set

    try:
        workspace.registry.find(id)
    except NotFoundError:
        with contextlib.suppress(NotFoundError):
            return find_set(workspace, id)
    return None


def _open() -> Workspace:
    from recsys_core.storage.workspace import Workspace

    return Workspace.open()


def _refreshed() -> Workspace:
    from recsys_core.jobs import refresh

    workspace = _open()
    refresh(workspace)
    return workspace
