"""The kinds of work, one file each with `work(context) -> dict`, imported by name and inside the worker only."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from recsys_core.errors import NotFoundError

if TYPE_CHECKING:
    from recsys_core.jobs.context import JobContext

Work = Callable[["JobContext"], Mapping[str, Any]]

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "look": "recsys_core.jobs.work.look",
        "ingest": "recsys_core.jobs.work.ingest",
        "demo": "recsys_core.jobs.work.demo",
        "train": "recsys_core.jobs.work.train",
        "tune": "recsys_core.jobs.work.tune",
        "cross-validate": "recsys_core.jobs.work.cross_validate",
        "autopilot": "recsys_core.jobs.work.autopilot",
        "project": "recsys_core.jobs.work.project",
        "profile": "recsys_core.jobs.work.profile",
        "baskets": "recsys_core.jobs.work.baskets",
        "scorecard": "recsys_core.jobs.work.scorecard",
        "gaps": "recsys_core.jobs.work.gaps",
        "new-items": "recsys_core.jobs.work.new_items",
        "synthesize": "recsys_core.jobs.work.synthesize",
        "filter": "recsys_core.jobs.work.filter",
        "fuse": "recsys_core.jobs.work.fuse",
        "augment": "recsys_core.jobs.work.augment",
        "cold": "recsys_core.jobs.work.cold",
    }
)


def check_kind(kind: str) -> str:
    """The module that does this kind of work. Raises NotFoundError for a kind there is not."""
    if kind not in KINDS:
        raise NotFoundError(f"There is no kind of job called '{kind}'.", f"The kinds are {', '.join(sorted(KINDS))}.")
    return KINDS[kind]


def load_work(kind: str) -> Work:
    """Import the function that does this kind of work, and with it torch or whatever it needs. Raises NotFoundError."""
    work: Work = importlib.import_module(check_kind(kind)).work
    return work
