"""Who may write a job's row: the holder of its claim, a random ticket that is replaced whenever the job changes hands.

A worker that was taken for dead and replaced finds its ticket void, so two workers never write one row.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa

from recsys_core.jobs.states import QUEUED, RUNNING
from recsys_core.storage.passwords import forget
from recsys_core.storage.processes import host_name, own_mark
from recsys_core.storage.tables import JobRow
from recsys_core.storage.workspace import Workspace


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def holder() -> dict[str, Any]:
    """The columns that name this process as the one that holds a job."""
    return {"host": host_name(), "pid": os.getpid(), "pid_mark": own_mark()}


def take_hold() -> dict[str, Any]:
    """The columns of a job that this process takes, with a claim of its own. `started_at` stays empty until a worker begins."""
    return {**holder(), "state": RUNNING, "claim": secrets.token_hex(8), "heartbeat_at": now(), "started_at": None}


@dataclass(frozen=True)
class Hold:
    """The right to write one job's row, as long as the claim is the row's own and the job runs."""

    workspace: Workspace
    job_id: str
    claim: str

    def update(self, **values: Any) -> bool:
        """Write columns of the row. False if the hold was lost: the job was taken away, ended or deleted."""
        query = sa.update(JobRow).where(JobRow.id == self.job_id, JobRow.claim == self.claim, JobRow.state == RUNNING).values(**values)
        with self.workspace.registry.session() as session:
            return cast("sa.CursorResult[Any]", session.execute(query)).rowcount == 1

    def beat(self, **values: Any) -> bool:
        """Write columns, and that the holder lives. False if the hold was lost."""
        return self.update(heartbeat_at=now(), **values)

    def finish(self, state: str, **values: Any) -> bool:
        """End the job in `state`, forget its password and give up the hold. False if it was lost before."""
        forget(self.workspace.job_dir(self.job_id))
        return self.update(state=state, finished_at=now(), claim=None, pid=None, pid_mark=None, host=None, **values)


def take_queued(workspace: Workspace, job_id: str | None = None, limit: int | None = None) -> Hold | None:
    """Claim the queued job `job_id`, or the oldest one while fewer than `limit` run. None if there is none to take.

    The claim is one write transaction, which excludes every other: no job is taken twice, no limit exceeded.
    """
    with workspace.registry.session() as session:
        if limit is not None and session.scalars(sa.select(sa.func.count()).where(JobRow.state == RUNNING)).one() >= limit:
            return None
        queue = sa.select(JobRow).where(JobRow.state == QUEUED).order_by(JobRow.created_at, JobRow.id).limit(1)
        row = session.scalars(queue if job_id is None else queue.where(JobRow.id == job_id)).first()
        if row is None:
            return None
        ticket = take_hold()
        for name, value in ticket.items():
            setattr(row, name, value)
        return Hold(workspace, row.id, ticket["claim"])
