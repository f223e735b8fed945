"""The registry: which datasets, runs and jobs there are; which scenarios and which feedback, in files of their own."""

from __future__ import annotations

import json
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from recsys_core.errors import UserError
from recsys_core.storage.artifacts import MANIFEST
from recsys_core.storage.lookup import find_any, find_row
from recsys_core.storage.records import DatasetRecord, JobRecord, RunRecord
from recsys_core.storage.registry_feedback import FeedbackTable
from recsys_core.storage.registry_scenarios import ScenarioTable
from recsys_core.storage.registry_shops import keep_link, shop_of
from recsys_core.storage.tables import ArtifactRow, DatasetRow, FeedbackRow, JobRow, MetricRow, RunRow, ScenarioRow

UNFINISHED = ("queued", "running")


class Registry(ScenarioTable, FeedbackTable):
    """Records in, records out. Rows of the tables never leave a session."""

    # --- what is there

    def datasets(self) -> list[DatasetRecord]:
        """All datasets, newest first."""
        return self._all(sa.select(DatasetRow).order_by(DatasetRow.created_at.desc(), DatasetRow.id), DatasetRow.record)

    def runs(self, dataset_id: str | None = None) -> list[RunRecord]:
        """All runs, or those on one dataset, newest first."""
        query = sa.select(RunRow).order_by(RunRow.created_at.desc(), RunRow.id)
        return self._all(query if dataset_id is None else query.where(RunRow.dataset_id == dataset_id), RunRow.record)

    def jobs(self, states: Collection[str] | None = None) -> list[JobRecord]:
        """All jobs, or those in the given states, newest first."""
        query = sa.select(JobRow).order_by(JobRow.created_at.desc(), JobRow.id)
        return self._all(query if states is None else query.where(JobRow.state.in_(states)), JobRow.record)

    def find(self, id: str) -> tuple[str, DatasetRecord | RunRecord | JobRecord]:
        """("dataset", "run" or "job", what has this id or is the only thing whose id starts with it). Raises NotFoundError."""
        with self.reading() as session:
            kind, row = find_any(session, id)
            return kind, row.record()

    def dataset(self, id: str) -> DatasetRecord:
        """The dataset with this id, or the only one whose id starts with it. Raises NotFoundError."""
        with self.reading() as session:
            return find_row(session, DatasetRow, id).record()

    def run(self, id: str) -> RunRecord:
        """The run with this id, or the only one whose id starts with it. Raises NotFoundError."""
        with self.reading() as session:
            return find_row(session, RunRow, id).record()

    def job(self, id: str) -> JobRecord:
        """The job with this id, or the only one whose id starts with it. Raises NotFoundError."""
        with self.reading() as session:
            return find_row(session, JobRow, id).record()

    def artifact_bytes(self, kind: str, id: str) -> int:
        """Size on disk of a "dataset" or "run" as its manifest lists it, in bytes."""
        query = sa.select(sa.func.coalesce(sa.func.sum(ArtifactRow.bytes), 0))
        with self.reading() as session:
            return int(session.scalars(query.where(ArtifactRow.owner_kind == kind, ArtifactRow.owner_id == id)).one())

    # --- adding

    def add_dataset(self, record: DatasetRecord) -> None:
        """Enter a dataset and the files its manifest lists. One that is there already stays as it is."""
        with self.session() as session:
            if session.get(DatasetRow, record.id) is None:
                session.add(DatasetRow(**vars(record)))
                session.add_all(self._files("dataset", record.id))

    def add_run(self, record: RunRecord) -> None:
        """Enter a run, its metrics and the files its manifest lists. One that is there already stays as it is.

        Raises NotFoundError if its dataset is not there.
        """
        with self.session() as session:
            if session.get(RunRow, record.id) is not None:
                return
            find_row(session, DatasetRow, record.dataset_id)
            metrics = [
                MetricRow(part=part, name=name, place=place, value=figure.get("value"), low=figure.get("low"), high=figure.get("high"))
                for part, figures in record.metrics.items()
                for place, (name, figure) in enumerate(figures.items())
            ]
            session.add(RunRow(**{**vars(record), "settings": dict(record.settings), "metrics": metrics}))
            session.add_all(self._files("run", record.id))

    # --- deleting (rows only: `Workspace.delete_*` takes the folders too)

    def delete_dataset(self, id: str, cascade: bool = False) -> list[str]:
        """Delete a dataset; with `cascade` the runs made from it and its feedback too. Returns the ids of those runs.

        The scenarios of its shop stay. Raises UserError naming what depends on it, NotFoundError.
        """
        with self.session() as session:
            row = find_row(session, DatasetRow, id)
            runs = list(session.scalars(sa.select(RunRow).where(RunRow.dataset_id == row.id).order_by(RunRow.created_at)))
            if not cascade:
                _refuse_if_needed(session, row, [run.id for run in runs])
            _refuse_if_in_use(session, f"The dataset '{row.name}'", row.id, *(run.id for run in runs))
            for run in runs:
                _delete(session, run, "run")
            session.flush()
            _delete(session, row, "dataset")
            return [run.id for run in runs]

    def delete_run(self, id: str) -> None:
        """Delete a run. Raises NotFoundError, and UserError while a job uses it."""
        with self.session() as session:
            row = find_row(session, RunRow, id)
            _refuse_if_in_use(session, f"The trained model '{row.id}'", row.id)
            _delete(session, row, "run")

    def delete_job(self, id: str) -> None:
        """Delete the record of a job. Raises NotFoundError, and UserError while it waits or runs."""
        with self.session() as session:
            row = find_row(session, JobRow, id)
            if row.state in UNFINISHED:
                raise UserError(f"The job '{row.id}' is {row.state}.", f"Cancel it first: `python -m recsys_core job cancel {row.id}`.")
            keep_link(session, row.id)
            session.delete(row)

    def check_unused(self, what: str, *ids: str) -> None:
        """Raise UserError where a job that waits or runs names one of these in its spec. what: what is to go, in words."""
        with self.reading() as session:
            _refuse_if_in_use(session, what, *ids)

    def _files(self, kind: str, id: str) -> list[ArtifactRow]:
        manifest = self._home / f"{kind}s" / id / MANIFEST
        if not manifest.is_file():
            return []
        files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        return [
            ArtifactRow(owner_kind=kind, owner_id=id, path=name, bytes=entry["bytes"], sha256=entry["sha256"])
            for name, entry in files.items()
        ]


def _delete(session: Session, row: DatasetRow | RunRow, kind: str) -> None:
    session.execute(sa.delete(ArtifactRow).where(ArtifactRow.owner_kind == kind, ArtifactRow.owner_id == row.id))
    session.delete(row)


def _refuse_if_needed(session: Session, row: DatasetRow, runs: list[str]) -> None:
    """Raise UserError if models were made from a dataset, or feedback was given on it."""
    events = session.scalar(sa.select(sa.func.count()).where(FeedbackRow.dataset_id == row.id)) or 0
    if not runs and not events:
        return
    made = f"{_count(len(runs), 'trained model')} {'was' if len(runs) == 1 else 'were'} made"
    given = f"{_count(events, 'event')} of feedback {'was' if events == 1 else 'were'} given"
    if not runs:
        told = f"{given} on the dataset '{row.name}'."
    else:
        told = f"{made} from the dataset '{row.name}' ({_names(runs)}){f', and {given} on it' if events else ''}."
    scenarios = session.scalar(sa.select(sa.func.count()).where(ScenarioRow.shop == shop_of(session, row.id))) or 0
    stay = f" {_count(scenarios, 'scenario')} of its shop {'stays' if scenarios == 1 else 'stay'}." if scenarios else ""
    way = "Delete them first, or delete everything with --cascade." if runs else "Delete it with --cascade."
    raise UserError(told, way + stay)


def _refuse_if_in_use(session: Session, what: str, *ids: str) -> None:
    """Raise UserError if a job that waits or runs names one of these in its spec, as what it reads or as what it makes."""
    waiting = session.scalars(sa.select(JobRow).where(JobRow.state.in_(UNFINISHED)).order_by(JobRow.created_at))
    users = [job.id for job in waiting if set(ids) & {value for value in job.spec.values() if isinstance(value, str)}]
    if users:
        raise UserError(
            f"{what} is being used by {_count(len(users), 'job')} ({_names(users)}).", "Cancel them first, or wait until they are done."
        )


def _count(n: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}"


def _names(ids: list[str], most: int = 5) -> str:
    return ", ".join(ids[:most]) + (f" and {len(ids) - most} more" if len(ids) > most else "")
