"""Do the work of a job and end its row properly, in a worker process or, for the command line, in the process that asked."""

from __future__ import annotations

import contextlib
import os
import signal
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recsys_core.errors import UserError
from recsys_core.jobs.context import JobContext, Report, beating
from recsys_core.jobs.holding import Hold, holder, now, take_queued
from recsys_core.jobs.journal import append_log, mend_events, withdraw_cancel
from recsys_core.jobs.queue import pump, submit_held
from recsys_core.jobs.states import CANCELLED, DONE, FAILED, INTERRUPTED, Cancelled
from recsys_core.jobs.work import load_work
from recsys_core.settings import limit_threads
from recsys_core.storage.json_text import plain
from recsys_core.storage.passwords import lent, lent_password, take
from recsys_core.storage.records import JobRecord
from recsys_core.storage.system_errors import explain
from recsys_core.storage.workspace import Workspace

MISTAKE = ("Aisle made a mistake in this job, sorry.", "The log of the job has the details.")
NICENESS = 5  # the server answers first


def run(workspace: Workspace, id: str, claim: str | None = None, on_progress: Report | None = None) -> JobRecord:
    """Do a job: the one claimed for this worker, or without `claim` a queued one. Its ending is in the record, never an exception.

    Raises NotFoundError, and UserError if the job does not wait in the queue.
    """
    if claim is not None:
        _go_to_background()
        hold: Hold | None = Hold(workspace, workspace.registry.job(id).id, claim)
    else:
        hold = take_queued(workspace, workspace.registry.job(id).id)
    if hold is None:
        job = workspace.registry.job(id)
        raise UserError(f"The job '{job.id}' cannot be run: it is {job.state}.", "Only a queued job can be; see `job resume`.")
    with contextlib.suppress(Exception, KeyboardInterrupt):  # the row and the log have it
        _perform(hold, on_progress)
    pump(workspace)
    return workspace.registry.job(hold.job_id)


def run_here(
    workspace: Workspace,
    kind: str,
    spec: Mapping[str, Any],
    *,
    title: str,
    on_progress: Report | None = None,
    secret: str | None = None,
) -> JobRecord:
    """Enter a job and do it in this process, now. Returns the finished record. secret: the password of the database it reads.

    UserError ends the job as failed, Cancelled as cancelled, KeyboardInterrupt as interrupted (it can be resumed); each then propagates.
    """
    hold = submit_held(workspace, kind, spec, title=title)
    try:
        with lent(secret):
            _perform(hold, on_progress)
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt(f"Go on later with `python -m recsys_core job resume {hold.job_id}`.") from error
    finally:
        pump(workspace)
    return workspace.registry.job(hold.job_id)


def _perform(hold: Hold, on_progress: Report | None) -> None:
    """Do the work in this process, write how it ended, and let exceptions pass."""
    folder = hold.workspace.job_dir(hold.job_id)
    ending: dict[str, Any] = {"state": INTERRUPTED, "message": "Interrupted"}
    try:
        if not hold.beat(**holder(), started_at=now(), message=""):
            raise Cancelled("The job was given to another worker before this one began.")
        job = hold.workspace.registry.job(hold.job_id)
        mend_events(folder)
        append_log(folder, f"{_clock()} {job.title}: attempt {job.attempt} begins in process {os.getpid()}")
        limit_threads(hold.workspace.settings)  # before the work imports its numeric libraries
        context = JobContext(hold, job.spec, resumed=job.attempt > 1, on_progress=on_progress)
        with beating(context), lent(take(folder) or lent_password()):
            result = plain(load_work(job.kind)(context))
        ending = {"state": DONE, "result": result, "progress": 1.0, "message": "Done"}
    except Cancelled:
        ending = {"state": CANCELLED, "message": "Cancelled"}
        raise
    except UserError as error:
        ending = _failure(error.message, error.hint)
        raise
    except MemoryError:
        _log(folder, traceback.format_exc())
        ending = _failure(
            "There was not enough memory for this.", "Use less data or a smaller model, or close other programs, then resume the job."
        )
        raise
    except OSError as error:
        _log(folder, traceback.format_exc())
        known = explain(error, folder)
        ending = _failure(known.message, known.hint) if known else _failure(*MISTAKE)
        if known:
            raise known from error
        raise
    except Exception:
        _log(folder, traceback.format_exc())
        ending = _failure(*MISTAKE)
        raise
    finally:
        if hold.finish(**ending):
            with contextlib.suppress(OSError):
                withdraw_cancel(folder)
        _log(folder, f"{_clock()} {ending['state']}")


def _log(folder: Path, text: str) -> None:
    """A line in the log where there is room for one: a full disk must not hide how the job ended."""
    with contextlib.suppress(OSError):
        append_log(folder, text)


def _clock() -> str:
    return now().isoformat(timespec="seconds")


def _failure(message: str, hint: str) -> dict[str, Any]:
    return {"state": FAILED, "message": "Failed", "error": {"message": message, "hint": hint}}


def _go_to_background() -> None:
    """Outlive the terminal that the server was started from, and give way to the server."""
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
