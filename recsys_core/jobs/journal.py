"""A job's folder: what was asked (spec.json), what happened (events.jsonl), what was said (log.txt), and the request to stop (cancel)."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recsys_core.storage.atomic import write_json, write_text
from recsys_core.storage.json_text import to_text
from recsys_core.storage.workspace import Workspace

EVENTS, LOG, SPEC, CANCEL = "events.jsonl", "log.txt", "spec.json", "cancel"
LOG_TAIL = 20_000  # characters of a log that are worth showing


def make_folder(folder: Path, spec: Mapping[str, Any]) -> None:
    """The folder of a new job."""
    write_json(folder / SPEC, spec)
    (folder / LOG).touch()
    (folder / EVENTS).touch()


def append_event(folder: Path, fields: Mapping[str, Any]) -> None:
    """Add a line to events.jsonl with the time as `t`, in one write, so that a reader sees at most one unfinished line."""
    line = to_text({**fields, "t": datetime.now(UTC)}) + "\n"
    _append(folder / EVENTS, line)


def append_log(folder: Path, text: str) -> None:
    """Add text to log.txt."""
    _append(folder / LOG, text if text.endswith("\n") else text + "\n")


def mend_events(folder: Path) -> None:
    """Cut off the half-written line that a killed worker may have left, before the next attempt writes after it."""
    path = folder / EVENTS
    if not path.exists():
        return
    with path.open("rb+") as file:
        file.truncate(file.read().rfind(b"\n") + 1)


def read_events(workspace: Workspace, id: str) -> list[dict[str, Any]]:
    """All events so far, oldest first, without a half-written last line.

    A resumed attempt runs some epochs again: of curve events with the same epoch (and `part`, where the work names one: a refit
    counts from one again) the later line wins, in the place of the first.
    """
    events: dict[object, dict[str, Any]] = {}
    for place, line in enumerate(_read(workspace.job_dir(id) / EVENTS).splitlines()):
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            is_curve = event.get("type") == "curve" and "epoch" in event
            events[("curve", event.get("part"), event["epoch"]) if is_curve else place] = event
    return list(events.values())


def read_log(workspace: Workspace, id: str, tail: int = LOG_TAIL) -> str:
    """The last `tail` characters of what the worker said."""
    return _read(workspace.job_dir(id) / LOG)[-tail:]


def request_cancel(folder: Path) -> None:
    """Ask the worker to stop at its next look. The time of the first request counts."""
    if not (folder / CANCEL).exists():
        write_text(folder / CANCEL, datetime.now(UTC).isoformat())


def withdraw_cancel(folder: Path) -> None:
    """Forget a request to stop: the job starts again, or has ended."""
    (folder / CANCEL).unlink(missing_ok=True)


def cancel_age(folder: Path) -> float | None:
    """Seconds since the worker was asked to stop, None if it was not."""
    try:
        return max(0.0, time.time() - (folder / CANCEL).stat().st_mtime)
    except FileNotFoundError:
        return None


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)  # someone may have tidied the folder away
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, text.encode("utf-8"))
    finally:
        os.close(descriptor)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
