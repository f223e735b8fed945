"""One thing that was said of a product is taken back by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from recsys_core.storage.records import DatasetRecord, FeedbackRecord
from recsys_core.storage.workspace import Workspace

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def registry(aisle_home: Path):
    """A registry with one dataset and three events on it."""
    found = Workspace.open().registry
    found.add_dataset(dataset_record())
    found.add_feedback(FeedbackRecord("d" * 16, user, item, kind, NOW) for user, item, kind in EVENTS)
    return found


EVENTS = [("u1", "a", "like"), ("u1", "a", "like"), ("u2", "a", "hide")]


def dataset_record() -> DatasetRecord:
    return DatasetRecord(id="d" * 16, name="Small", origin="upload", created_at=NOW, rows=1, users=1, items=1)


def said(registry) -> list[tuple[str, str, str]]:
    return [(event.user_id, event.item_id, event.kind) for event in registry.feedback("d" * 16)]


def test_the_last_such_event_goes_alone(registry) -> None:
    assert registry.take_feedback_back("d" * 16, "u1", "like", "a")
    assert said(registry) == EVENTS[1:]


@pytest.mark.parametrize(("user", "kind", "item"), [("u2", "like", "a"), ("u1", "hide", "a"), ("u1", "like", "b")])
def test_what_was_not_said_is_not_taken_back(registry, user: str, kind: str, item: str) -> None:
    assert not registry.take_feedback_back("d" * 16, user, kind, item)
    assert said(registry) == EVENTS
