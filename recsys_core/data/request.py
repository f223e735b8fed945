"""What intake is asked for, and what it answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from recsys_core.data.rules import Reason
from recsys_core.errors import InputError
from recsys_core.storage.connections import describe, is_database

DATE_ORDERS = ("day-first", "month-first")
PERSONAL_CHOICES = ("hash", "drop", "keep")  # what becomes of a column of e-mail addresses, phone numbers or names


@dataclass(frozen=True)
class IngestRequest:
    """One log to take in. Paths are text, so that a request is JSON.

    log: a file, a folder of files, an SQLAlchemy URL without its password, or "connection:NAME" (see `data.database`).
    more: further files of the same log. table, query: which table of a database, workbook or archive; or what to ask a database.
    items, users: files of products and shoppers. pictures: a zip of pictures named by item id. vectors: item ids with numbers.
    roles: role -> column, over what is guessed ('' takes a role away). header: whether the first line names the columns; None: looked at.
    dates: "day-first" or "month-first" where a column such as 03/04/2026 could be either; None: decided over the whole column.
    personal: column -> "hash", "drop" or "keep", over what is done by default with e-mail addresses, phone numbers and names.
    kinds: value of the event column -> kind of event, over what is guessed. weights: kind -> weight, over the defaults.
    rules: "default", "none", a JSON file, or what such a file holds; None means "default", or "none" for a log with a split column.
    positive: event kinds that say a shopper wants a product; None: chosen by their names. min_rating: the lowest rating that says so.
    min_user_items, min_item_users: the k-core; None: 5, or 1 with a split column.
    currency: written before prices. name: of the dataset, from the file's name if not given. origin: "upload" or "demo".
    recipe: the dataset whose recipe this request was made from; what differs from it is told.
    """

    log: str
    more: tuple[str, ...] = ()
    table: str | None = None
    query: str | None = None
    items: str | None = None
    users: str | None = None
    pictures: str | None = None
    vectors: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    header: bool | None = None
    dates: str | None = None
    personal: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    rules: str | tuple[Any, ...] | None = None
    positive: tuple[str, ...] | None = None
    min_rating: float | None = None
    name: str | None = None
    min_user_items: int | None = None
    min_item_users: int | None = None
    currency: str | None = None
    origin: str = "upload"
    recipe: str | None = None

    def __post_init__(self) -> None:
        for name in ("min_user_items", "min_item_users"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise InputError(f"--{name.replace('_', '-')} is {value}.", "Give a whole number of at least 1.")
        if self.min_rating is not None and not math.isfinite(self.min_rating):
            raise InputError(f"--min-rating is {self.min_rating}, which is no rating.", "Give a number such as 4.")
        if self.dates not in (None, *DATE_ORDERS):
            raise InputError(f"--dates is '{self.dates}'.", f"Give {' or '.join(DATE_ORDERS)}.")
        for column, what in self.personal.items():
            if what not in PERSONAL_CHOICES:
                raise InputError(f"The column '{column}' cannot be treated as '{what}'.", f"Choose from {', '.join(PERSONAL_CHOICES)}.")

    @classmethod
    def from_json(cls, spec: Mapping[str, Any]) -> IngestRequest:
        """The request that `to_json` wrote; keys it does not know are an error."""
        known = {item.name for item in fields(cls)}
        unknown = sorted(set(spec) - known)
        if unknown:
            raise InputError(f"An intake request has no '{unknown[0]}'.", f"It has {', '.join(sorted(known))}.")
        lists = {name: tuple(spec[name]) for name in ("more", "positive", "rules") if isinstance(spec.get(name), list | tuple)}
        return cls(**{**spec, **lists})

    def to_json(self) -> dict[str, Any]:
        """The request as JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @property
    def title(self) -> str:
        """The dataset's name: the one given, or one from the file, or from its folder where the file's says nothing."""
        if self.name:
            return self.name
        if is_database(self.log):
            return (self.table or "").rpartition(".")[2].replace("_", " ").strip() or describe(self.log).partition(" at ")[0]
        path = Path(self.log)
        plain = path.parent.name if path.stem.lower() == "interactions" and path.parent.name else path.stem
        return plain.replace("_", " ").strip() or "Dataset"


@dataclass(frozen=True)
class IngestResult:
    """What became of a log.

    trains: {"rows", "users", "items"} left by the k-core. roles: role -> column. warnings: {"name", "text"} of what matters next.
    notes: {"name", "text"} of what was done to the log besides dropping rows. differences: {"name", "text", "old", "new"} from the
    dataset whose recipe was used. reused: the dataset was there already.
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
    notes: Sequence[Mapping[str, str]] = ()
    differences: Sequence[Mapping[str, Any]] = ()

    def to_json(self) -> dict[str, Any]:
        """What `ingest --json` prints."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            **plain,
            "reasons": [reason.to_json() for reason in self.reasons],
            "trains": dict(self.trains),
            "roles": dict(self.roles),
            "warnings": [dict(warning) for warning in self.warnings],
            "notes": [dict(note) for note in self.notes],
            "differences": [dict(difference) for difference in self.differences],
        }
