"""What is decided about a log besides its roles: which rules clean it, what counts as a positive, what it takes to train."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from recsys_core.data.engine import quote
from recsys_core.data.kinds import PURCHASES, check_kinds, choose_positives
from recsys_core.data.layout import Layout
from recsys_core.data.pairs import SPLIT_WORDS, Positives
from recsys_core.data.request import IngestRequest
from recsys_core.data.rules import Reason, Rule
from recsys_core.data.sources import Source
from recsys_core.errors import InputError

DEFAULT_MINIMUM = 5  # different products of a shopper, and shoppers of a product, that it takes to train


@dataclass(frozen=True)
class Choices:
    """The decisions that make a dataset what it is, beside its rows; part of its id.

    kinds: rows of each kind of event. currency: the unit of the prices, for the same numbers in £ and without a unit are two things.
    """

    rules: tuple[str, ...]
    positives: Positives
    kinds: dict[str, int]
    min_user_items: int
    min_item_users: int
    currency: str | None

    def to_json(self) -> dict[str, Any]:
        """As the id and the manifest have it."""
        positive = None if self.positives.kinds is None else sorted(self.positives.kinds)
        return {
            "rules": list(self.rules),
            "positive": positive,
            "min_rating": self.positives.min_rating,
            "min_user_items": self.min_user_items,
            "min_item_users": self.min_item_users,
            "currency": self.currency,
        }

    def order_column(self, layout: Layout) -> str | None:
        """What tells one order from another: its number, or the time where purchases are what the log is about."""
        if "order_id" in layout.roles:
            return "order_id"
        counted = self.kinds.keys() if self.positives.kinds is None else set(self.positives.kinds)
        bought = bool(PURCHASES & counted) or {"quantity", "price"} <= layout.roles.keys()
        return "timestamp" if bought and "timestamp" in layout.roles else None

    @property
    def counts_where(self) -> str:
        """SQL for which rows are positive: a view is no order and costs nothing."""
        tests = []
        if self.positives.kinds is not None:
            tests.append(f"coalesce(event IN ({', '.join(map(quote, self.positives.kinds))}), false)")
        if self.positives.min_rating is not None:
            tests.append(f"coalesce(rating >= {self.positives.min_rating!r}, false)")
        return " AND ".join(tests) or "true"

    def idle_reasons(self, rows: int) -> list[Reason]:
        """Why some of the kept rows do not train, listed with the rules although nothing is dropped for it."""
        if not rows:
            return []
        told = [f"kinds other than {', '.join(self.positives.kinds)}"] if self.positives.kinds is not None else []
        told += [f"ratings below {self.positives.min_rating:g}"] if self.positives.min_rating is not None else []
        return [Reason("not a positive", f"Stays in the log but does not train: {' and '.join(told)}.", rows, 0)]


def choose(engine: duckdb.DuckDBPyConnection, layout: Layout, source: Source, request: IngestRequest, rules: Sequence[Rule]) -> Choices:
    """Decide on the kept rows. Raises InputError where what was asked for does not fit the log."""
    given_split = "split" in layout.roles
    if given_split:
        _check_split(engine, layout, source)
    if request.min_rating is not None and not _has_ratings(engine, layout):
        raise InputError("--min-rating needs ratings, and the log has none.", "Leave it out, or use --map rating=COLUMN.")
    kinds = _kinds(engine, layout)
    minimum = 1 if given_split else DEFAULT_MINIMUM
    return Choices(
        rules=tuple(rule.name for rule in rules),
        positives=Positives(choose_positives(list(kinds), request.positive), request.min_rating),
        kinds=kinds,
        min_user_items=request.min_user_items or minimum,
        min_item_users=request.min_item_users or minimum,
        currency=request.currency or None,
    )


def _kinds(engine: duckdb.DuckDBPyConnection, layout: Layout) -> dict[str, int]:
    if "event" not in layout.roles:
        return {}
    found = engine.execute("SELECT event, count(*) FROM kept WHERE event IS NOT NULL GROUP BY event ORDER BY event LIMIT 10000")
    kinds = dict(found.fetchall())
    check_kinds(kinds, layout.roles["event"].name)
    return kinds


def _has_ratings(engine: duckdb.DuckDBPyConnection, layout: Layout) -> bool:
    return "rating" in layout.roles and bool(engine.execute("SELECT count(rating) FROM kept").fetchall()[0][0])


def _check_split(engine: duckdb.DuckDBPyConnection, layout: Layout, source: Source) -> None:
    words = ", ".join(f"'{word}'" for word in SPLIT_WORDS)
    odd = engine.execute(f"SELECT split FROM kept WHERE split NOT IN ({words}) LIMIT 1").fetchall()
    if odd:
        raise InputError(
            f"{source.path.name}: the column '{layout.roles['split'].name}' says '{odd[0][0][:60]}', which is no part of a split.",
            "Use train, validation and test, or ignore the column with --map split=.",
        )
