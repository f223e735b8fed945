"""What intake is asked for, and what it answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from recsys_core.data.rules import Reason
from recsys_core.errors import InputError


@dataclass(frozen=True)
class IngestRequest:
    """One log to take in. Paths are text, so that a request is JSON.

    log, items, users: files. roles: role -> column, over what is guessed ('' takes a role away).
    rules: "default", "none" or a JSON file; None means "default", or "none" for a log with a split column.
    positive: event kinds that say a shopper wants a product; None: chosen by their names. min_rating: the lowest rating that says so.
    min_user_items, min_item_users: the k-core; None: 5, or 1 with a split column.
    currency: written before prices. name: of the dataset, from the file's name if not given. origin: "upload" or "demo".
    """

    log: str
    items: str | None = None
    users: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    rules: str | None = None
    positive: tuple[str, ...] | None = None
    min_rating: float | None = None
    name: str | None = None
    min_user_items: int | None = None
    min_item_users: int | None = None
    currency: str | None = None
    origin: str = "upload"

    def __post_init__(self) -> None:
        for name in ("min_user_items", "min_item_users"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise InputError(f"--{name.replace('_', '-')} is {value}.", "Give a whole number of at least 1.")
        if self.min_rating is not None and not math.isfinite(self.min_rating):
            raise InputError(f"--min-rating is {self.min_rating}, which is no rating.", "Give a number such as 4.")

    @classmethod
    def from_json(cls, spec: Mapping[str, Any]) -> IngestRequest:
        """The request that `to_json` wrote; keys it does not know are an error."""
        known = {item.name for item in fields(cls)}
        unknown = sorted(set(spec) - known)
        if unknown:
            raise InputError(f"An intake request has no '{unknown[0]}'.", f"It has {', '.join(sorted(known))}.")
        positive = spec.get("positive")
        return cls(**{**spec, "positive": None if positive is None else tuple(positive)})

    def to_json(self) -> dict[str, Any]:
        """The request as JSON."""
        spec = asdict(self)
        return {**spec, "roles": dict(self.roles), "positive": None if self.positive is None else list(self.positive)}

    @property
    def title(self) -> str:
        """The dataset's name: the one given, or one from the file, or from its folder where the file's says nothing."""
        if self.name:
            return self.name
        path = Path(self.log)
        plain = path.parent.name if path.stem.lower() == "interactions" and path.parent.name else path.stem
        return plain.replace("_", " ").strip() or "Dataset"


@dataclass(frozen=True)
class IngestResult:
    """What became of a log.

    trains: {"rows", "users", "items"} left by the k-core. roles: role -> column. warnings: {"name", "text"} of what matters next.
    reused: the dataset was there already.
    """

    dataset: str
    name: str
    rows_read: int
    rows_kept: int
    reasons: Sequence[Reason]
    users: int
    items: int
    trains: Mapping[str, int]
    roles: Mapping[str, str]
    warnings: Sequence[Mapping[str, str]]
    reused: bool

    def to_json(self) -> dict[str, Any]:
        """What `ingest --json` prints."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            **plain,
            "reasons": [reason.to_json() for reason in self.reasons],
            "trains": dict(self.trains),
            "roles": dict(self.roles),
            "warnings": [dict(warning) for warning in self.warnings],
        }
