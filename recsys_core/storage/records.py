"""What the registry hands out: frozen records with timezone-aware UTC times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


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
