"""The registry's tables as SQLAlchemy models. A change here needs a migration in `migrations/versions`; a test compares the two."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, foreign, mapped_column, relationship

from recsys_core.storage.records import DatasetRecord, FeedbackRecord, JobRecord, PublicationRecord, RunRecord, ScenarioRecord


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """Timezone-aware times, kept as naive UTC: every database stores those alike."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Aware to naive UTC. Raises ValueError for a time without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no timezone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Naive UTC to aware."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Keys and constraints get names by rule, so that migrations can speak of them on every database."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: sa.JSON(none_as_null=True)}  # noqa: RUF012 (SQLAlchemy's own name for it)


class DatasetRow(Base):
    """One dataset."""

    __tablename__ = "datasets"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    rows: Mapped[int]
    users: Mapped[int]
    items: Mapped[int]
    origin: Mapped[str]

    def record(self) -> DatasetRecord:
        """The row as a frozen record."""
        return DatasetRecord(self.id, self.name, self.created_at, self.rows, self.users, self.items, self.origin)


class RunRow(Base):
    """One trained model; its metrics are rows of their own, so that a league can be sorted by the database."""

    __tablename__ = "runs"
    id: Mapped[str] = mapped_column(primary_key=True)
    dataset_id: Mapped[str] = mapped_column(sa.ForeignKey("datasets.id"), index=True)
    model: Mapped[str]
    protocol: Mapped[str]
    seed: Mapped[int]
    created_at: Mapped[datetime]
    origin: Mapped[str]
    job_id: Mapped[str | None]
    settings: Mapped[dict[str, Any]]
    seconds: Mapped[float | None]
    metrics: Mapped[list[MetricRow]] = relationship(cascade="all, delete-orphan", lazy="selectin", order_by="MetricRow.place")

    def record(self) -> RunRecord:
        """The row and its metrics as a frozen record."""
        metrics: dict[str, dict[str, Any]] = {}
        for row in self.metrics:
            metrics.setdefault(row.part, {})[row.name] = {"value": row.value, "low": row.low, "high": row.high}
        return RunRecord(
            id=self.id,
            dataset_id=self.dataset_id,
            model=self.model,
            protocol=self.protocol,
            seed=self.seed,
            created_at=self.created_at,
            origin=self.origin,
            job_id=self.job_id,
            settings=self.settings,
            metrics=metrics,
            seconds=self.seconds,
        )


class MetricRow(Base):
    """One figure of a run with its interval. `part` is "validation" or "test"; `place` keeps the order the run gave."""

    __tablename__ = "metrics"
    run_id: Mapped[str] = mapped_column(sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    value: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]


class ArtifactRow(Base):
    """One file of a dataset or run, as its manifest lists it."""

    __tablename__ = "artifacts"
    owner_kind: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    bytes: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str]


class JobRow(Base):
    """One job: its place in the queue, who holds it, how far it is, how it ended."""

    __tablename__ = "jobs"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    spec: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    pid: Mapped[int | None]
    progress: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str] = mapped_column(default="")
    result: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    attempt: Mapped[int] = mapped_column(default=1)
    host: Mapped[str | None]
    pid_mark: Mapped[str | None]
    claim: Mapped[str | None]

    def record(self) -> JobRecord:
        """The row as a frozen record."""
        return JobRecord(**{name: getattr(self, name) for name in JobRecord.__dataclass_fields__})


class IntakeRow(Base):
    """What a deleted job told of a series of datasets: `dataset` was taken in by the recipe of `recipe`. Either may be gone."""

    __tablename__ = "intakes"
    job_id: Mapped[str] = mapped_column(primary_key=True)
    dataset: Mapped[str]
    recipe: Mapped[str]
    created_at: Mapped[datetime]


class PublicationRow(Base):
    """One approval of a scenario. It outlives the scenario: no foreign key."""

    __tablename__ = "publications"
    id: Mapped[int] = mapped_column(primary_key=True)
    shop: Mapped[str] = mapped_column(index=True)
    scenario_id: Mapped[str]
    name: Mapped[str]
    settings: Mapped[dict[str, Any]]
    hash: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    note: Mapped[str]
    ended_at: Mapped[datetime | None]

    def record(self) -> PublicationRecord:
        """The row as a frozen record."""
        return PublicationRecord(**{name: getattr(self, name) for name in PublicationRecord.__dataclass_fields__})


class ScenarioRow(Base):
    """One scenario of a shop, and its publication while that is in force."""

    __tablename__ = "scenarios"
    __table_args__ = (sa.UniqueConstraint("shop", "name"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    shop: Mapped[str]
    name: Mapped[str]
    settings: Mapped[dict[str, Any]]
    hash: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    publication: Mapped[PublicationRow | None] = relationship(
        primaryjoin=lambda: sa.and_(ScenarioRow.id == foreign(PublicationRow.scenario_id), PublicationRow.ended_at.is_(None)),
        viewonly=True,
        uselist=False,
        lazy="selectin",
    )

    def record(self) -> ScenarioRecord:
        """The row as a frozen record."""
        own = {name: getattr(self, name) for name in ("id", "shop", "name", "settings", "hash", "created_at", "changed_at")}
        now = self.publication
        if now is None:
            return ScenarioRecord(**own)
        return ScenarioRecord(**own, published_at=now.published_at, published_by=now.published_by, note=now.note, published_hash=now.hash)


class FeedbackRow(Base):
    """One event of feedback; it goes with its dataset."""

    __tablename__ = "feedback"
    id: Mapped[int] = mapped_column(primary_key=True)
    dataset_id: Mapped[str] = mapped_column(sa.ForeignKey("datasets.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[str]
    item_id: Mapped[str]
    kind: Mapped[str]
    created_at: Mapped[datetime]

    def record(self) -> FeedbackRecord:
        """The row as a frozen record."""
        return FeedbackRecord(self.dataset_id, self.user_id, self.item_id, self.kind, self.created_at)
