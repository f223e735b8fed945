"""What the registry hands out: frozen records with timezone-aware UTC times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FEEDBACK_KINDS = ("like", "hide", "more like this", "add", "remove")


@dataclass(frozen=True)
class DatasetRecord:
    """A dataset in the registry. `origin` is "upload" or "demo"; rows, users and items count what cleaning kept."""

    id: str
    name: str
    created_at: datetime
    rows: int
    users: int
    items: int
    origin: str


@dataclass(frozen=True)
class RunRecord:
    """A trained model in the registry.

    metrics: {"validation" | "test": {"ndcg@10": {"value", "low", "high"}}}. origin: "trained" or "shipped" (made with the demo).
    seconds: wall time of fitting, None where unknown.
    """

    id: str
    dataset_id: str
    model: str
    protocol: str
    seed: int
    created_at: datetime
    origin: str
    job_id: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seconds: float | None = None


@dataclass(frozen=True)
class JobRecord:
    """A unit of worker work.

    state: queued, running, done, failed, cancelled, interrupted. progress: 0..1. error: {"message", "hint"} where it did not end well.
    attempt: 1, and one more with each resume. host, pid and pid_mark say which process holds it; claim is that holder's ticket.
    """

    id: str
    kind: str
    state: str
    title: str
    spec: Mapping[str, Any]
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    heartbeat_at: datetime | None = None
    pid: int | None = None
    progress: float = 0.0
    message: str = ""
    result: Mapping[str, Any] | None = None
    error: Mapping[str, str] | None = None
    attempt: int = 1
    host: str | None = None
    pid_mark: str | None = None
    claim: str | None = None


@dataclass(frozen=True)
class ScenarioRecord:
    """A scenario of a shop. settings: as `Scenario.to_json` tells them. hash: of all of them but the name.

    published_at, published_by, note, published_hash: of its publication while that is in force, else None; a published_hash that is not
    `hash` says that the scenario was changed since.
    """

    id: str
    shop: str
    name: str
    settings: Mapping[str, Any]
    hash: str
    created_at: datetime
    changed_at: datetime
    published_at: datetime | None = None
    published_by: str | None = None
    note: str | None = None
    published_hash: str | None = None


@dataclass(frozen=True)
class PublicationRecord:
    """One approval: the scenario as it was then. In force from published_at until ended_at (None: still)."""

    shop: str
    scenario_id: str
    name: str
    settings: Mapping[str, Any]
    hash: str
    published_at: datetime
    published_by: str
    note: str
    ended_at: datetime | None = None


@dataclass(frozen=True)
class FeedbackRecord:
    """What was said of an item for a user: kind is one of FEEDBACK_KINDS; "add" and "remove" are of the user's past items."""

    dataset_id: str
    user_id: str
    item_id: str
    kind: str
    created_at: datetime
