"""`job run|cancel|resume ID`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from recsys_core.cli.output import JsonOption, emit, progress_bar

if TYPE_CHECKING:
    from recsys_core.storage.records import JobRecord

JobId = Annotated[str, typer.Argument(metavar="ID", help="The job's id, or the start of it.")]


def register(app: typer.Typer) -> None:
    """Add the group `job`."""
    group = typer.Typer(name="job", help="Run, cancel or resume a job.")
    group.command("run")(run)
    group.command("cancel")(cancel)
    group.command("resume")(resume)
    app.add_typer(group)


def run(id: JobId, as_json: JsonOption = False, claim: Annotated[str | None, typer.Option(hidden=True)] = None) -> None:
    """Do a queued job in this process (workers are started with this)."""
    from recsys_core.jobs import worker
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    if claim is not None:
        worker.run(workspace, id, claim)
        return
    with progress_bar(f"Job {id}") as report:
        record = worker.run(workspace, id, on_progress=report)
    _tell_ending(record, as_json)


def cancel(id: JobId, as_json: JsonOption = False) -> None:
    """End a waiting job at once; ask a running one to stop."""
    from recsys_core import jobs
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    record = jobs.cancel(workspace, id)
    jobs.refresh(workspace)  # ends the job at once if its worker is gone
    _tell(workspace.registry.job(record.id), as_json)


def resume(
    id: JobId, as_json: JsonOption = False, here: Annotated[bool, typer.Option("--here", help="Do it in this process and wait.")] = False
) -> None:
    """Take up a failed, cancelled or interrupted job from its last checkpoint."""
    from recsys_core import jobs
    from recsys_core.jobs import worker
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    jobs.refresh(workspace)
    record = jobs.resume(workspace, id, start=not here)
    if not here:
        _tell(record, as_json)
        return
    with progress_bar(record.title) as report:
        record = worker.run(workspace, record.id, on_progress=report)
    _tell_ending(record, as_json)


def _tell(record: JobRecord, as_json: bool) -> None:
    from recsys_core.cli.views import job_facts, job_json

    emit(job_json(record), as_json=as_json, table=lambda: job_facts(record))


def _tell_ending(record: JobRecord, as_json: bool) -> None:
    """Print a job done in this process; one that did not end well ends the command the way its own command would have ended."""
    from recsys_core.errors import UserError
    from recsys_core.jobs.states import CANCELLED, FAILED, INTERRUPTED, Cancelled

    if record.state == FAILED and record.error:
        raise UserError(record.error["message"], record.error["hint"])
    if record.state == CANCELLED:
        raise Cancelled("The job was cancelled.")
    if record.state == INTERRUPTED:
        raise KeyboardInterrupt(f"Go on later with `python -m recsys_core job resume {record.id}`.")
    _tell(record, as_json)
