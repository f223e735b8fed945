"""The queue: submit a job, admit what there is room for, cancel, resume. Safe when several processes do it at once."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping
from typing import Any

from recsys_core.errors import InputError, UserError
from recsys_core.jobs.executor import executor_for
from recsys_core.jobs.holding import Hold, now, take_hold, take_queued
from recsys_core.jobs.journal import append_log, make_folder, request_cancel, withdraw_cancel
from recsys_core.jobs.states import CANCELLED, FAILED, LIVE, QUEUED, RESUMABLE, RUNNING
from recsys_core.jobs.work import check_kind
from recsys_core.storage import passwords
from recsys_core.storage.json_text import plain
from recsys_core.storage.lookup import find_row
from recsys_core.storage.processes import process_mark
from recsys_core.storage.records import JobRecord
from recsys_core.storage.tables import JobRow
from recsys_core.storage.workspace import Workspace

UNBEGUN: Mapping[str, Any] = {
    "started_at": None,
    "finished_at": None,
    "heartbeat_at": None,
    "error": None,
    "result": None,
    "host": None,
    "pid": None,
    "pid_mark": None,
    "claim": None,
}


def submit(
    workspace: Workspace, kind: str, spec: Mapping[str, Any], *, title: str, start: bool = True, secret: str | None = None
) -> JobRecord:
    """Put a job into the queue and, with `start`, admit what there is room for. Raises NotFoundError for an unknown kind.

    secret: the password of the database it reads; in a file of its folder that only this user may read, until a worker takes it.
    """
    id = _enter(workspace, kind, spec, title, {"state": QUEUED}, secret)
    if start:
        pump(workspace)
    return workspace.registry.job(id)


def start_at_once(workspace: Workspace, kind: str, spec: Mapping[str, Any], *, title: str, secret: str | None = None) -> JobRecord:
    """Start a worker now, whatever else runs: for seconds of work that somebody waits for, which must not wait for a training."""
    hold = submit_held(workspace, kind, spec, title=title, secret=secret)
    start_worker(hold)
    return workspace.registry.job(hold.job_id)


def submit_held(workspace: Workspace, kind: str, spec: Mapping[str, Any], *, title: str, secret: str | None = None) -> Hold:
    """Enter a job that this process does itself, now: it never waits in the queue, so no other can take it."""
    ticket = take_hold()
    return Hold(workspace, _enter(workspace, kind, spec, title, ticket, secret), ticket["claim"])


def _enter(workspace: Workspace, kind: str, spec: Mapping[str, Any], title: str, columns: Mapping[str, Any], secret: str | None) -> str:
    check_kind(kind)
    id, asked = f"job-{secrets.token_hex(5)}", plain(spec)
    if passwords.holds_password([asked, title]):  # what is stored and shown
        raise InputError("The address of the database holds a password, which would be stored with the job.", "Give it apart.")
    folder = workspace.job_dir(id)
    make_folder(folder, asked)
    try:
        if secret is not None:
            passwords.keep(folder, secret)
        with workspace.registry.session() as session:
            session.add(JobRow(id=id, kind=kind, title=title, spec=asked, created_at=now(), **columns))
    except BaseException:
        passwords.forget(folder)
        raise
    return id


def pump(workspace: Workspace) -> None:
    """Start queued jobs, oldest first, while fewer than `settings.max_jobs` run."""
    while (hold := take_queued(workspace, limit=workspace.settings.max_jobs)) is not None:
        start_worker(hold)


def start_worker(hold: Hold) -> None:
    """Start a worker for a claimed job and hand it the hold."""
    hold.update(message="Starting")
    try:
        pid = executor_for(hold.workspace.settings).start(hold)
    except OSError as error:
        with contextlib.suppress(OSError):
            append_log(hold.workspace.job_dir(hold.job_id), f"The worker could not be started: {error}")
        hint = "See whether memory or processes have run out, then resume the job."
        hold.finish(FAILED, error={"message": f"The worker could not be started ({error.strerror}).", "hint": hint})
        return
    if pid is not None:
        hold.update(pid=pid, pid_mark=process_mark(pid) or "gone", started_at=now())


def cancel(workspace: Workspace, id: str) -> JobRecord:
    """End a queued job at once; ask a running one to stop, which it does at its next batch (`refresh` ends it if it does not).

    Raises NotFoundError, and UserError for a job that has ended.
    """
    with workspace.registry.session() as session:
        row = find_row(session, JobRow, id)
        if row.state not in LIVE:
            raise UserError(f"The job '{row.id}' cannot be cancelled: it is {row.state}.", "Only jobs that wait or run can be.")
        if row.state == QUEUED:
            row.state, row.finished_at, row.message = CANCELLED, now(), "Cancelled before it began"
            passwords.forget(workspace.job_dir(row.id))
        else:
            request_cancel(workspace.job_dir(row.id))
            row.message = "Stopping"
        return row.record()


def resume(workspace: Workspace, id: str, *, start: bool = True) -> JobRecord:
    """Put a job that failed, was cancelled or interrupted back into the queue; it goes on in its folder from its checkpoint.

    Raises NotFoundError, and UserError for a job that waits, runs or is done.
    """
    with workspace.registry.session() as session:
        row = find_row(session, JobRow, id)
        if row.state not in RESUMABLE:
            raise UserError(
                f"The job '{row.id}' cannot be resumed: it is {row.state}.", "Only a failed, cancelled or interrupted job can be."
            )
        withdraw_cancel(workspace.job_dir(row.id))
        for name, value in {**UNBEGUN, "state": QUEUED, "attempt": row.attempt + 1, "message": "Waiting to go on"}.items():
            setattr(row, name, value)
        id = row.id
    if start:
        pump(workspace)
    return workspace.registry.job(id)


def requeue(workspace: Workspace, seen: JobRecord) -> None:
    """Put back a job whose claimer died before a worker had it."""
    with workspace.registry.session() as session:
        row = session.get(JobRow, seen.id)
        if row is not None and row.state == RUNNING and row.claim == seen.claim and row.started_at is None:
            for name, value in {**UNBEGUN, "state": QUEUED, "message": ""}.items():
                setattr(row, name, value)
