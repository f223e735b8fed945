"""What is decided about a log besides its roles: which rules clean it, what counts as a positive, what it takes to train."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from recsys_core.data.engine import quote
from recsys_core.data.kinds import PURCHASES, check_given, check_kinds, choose_positives, choose_weights, guess_kinds
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

    rules: those that apply, with what they learnt. kinds: rows of each kind of event, by its name here. weights: of each kind.
    values: value of the log's event column -> kind. currency: the unit of the prices, for the same numbers in £ and without a unit
    are two things.
    """

    rules: tuple[Rule, ...]
    positives: Positives
    kinds: dict[str, int]
    weights: dict[str, float]
    values: Mapping[str, str]
    min_user_items: int
    min_item_users: int
    currency: str | None

    def to_json(self) -> dict[str, Any]:
        """As the id and the manifest have it."""
        positive = None if self.positives.kinds is None else sorted(self.positives.kinds)
        return {
            "rules": [rule.to_json() for rule in self.rules],
            "positive": positive,
            "weights": self.weights,
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


def kinds_of_values(engine: duckdb.DuckDBPyConnection, layout: Layout, request: IngestRequest) -> dict[str, str]:
    """value -> kind of event, of the table `log`; none where it has no such column.

    Raises InputError where the column has too many values, or lacks one that is given; with a recipe it may lack some this time.
    """
    given = {} if request.recipe and "event" not in layout.roles else request.kinds
    if "event" not in layout.roles:
        if given:
            raise InputError(
                "The log has no column for the kind of event.", "Say which one it is (--map event=COLUMN), or leave the kinds out."
            )
        return {}
    column = layout.roles["event"].name
    found = engine.execute("SELECT DISTINCT event FROM log WHERE event IS NOT NULL ORDER BY event LIMIT 10000").fetchall()
    values = [row[0] for row in found]
    check_kinds(values, column)
    if request.recipe is None:
        check_given(given, values, column)
    return guess_kinds(values, column, given)


def choose(
    engine: duckdb.DuckDBPyConnection,
    layout: Layout,
    source: Source,
    request: IngestRequest,
    rules: Sequence[Rule],
    values: Mapping[str, str],
) -> Choices:
    """Decide on the kept rows. Raises InputError where what was asked for does not fit the log."""
    given_split = "split" in layout.roles
    if given_split:
        _check_split(engine, layout, source)
    if request.min_rating is not None and not _has_ratings(engine, layout):
        raise InputError(
            "--min-rating needs ratings, and the log has none.",
            "Leave it out, or say which column holds them (--map rating=COLUMN).",
        )
    kinds = _kinds(engine, layout)
    minimum = 1 if given_split else DEFAULT_MINIMUM
    return Choices(
        rules=tuple(rules),
        positives=Positives(choose_positives(list(kinds), _asked(request, kinds, values)), request.min_rating),
        kinds=kinds,
        weights=choose_weights(kinds, _weights(request, kinds, values)),
        values=values,
        min_user_items=request.min_user_items or minimum,
        min_item_users=request.min_item_users or minimum,
        currency=request.currency or None,
    )


def _asked(request: IngestRequest, kinds: Mapping[str, int], values: Mapping[str, str]) -> list[str] | None:
    """The kinds that shall count, also where they were named as the log does ('buy'). With a recipe some may be missing this time."""
    if request.positive is None:
        return None
    asked = [values.get(kind.strip().lower(), kind) for kind in request.positive]
    there = [kind for kind in asked if kind in kinds]
    return there if request.recipe is not None and there else asked


def _weights(request: IngestRequest, kinds: Mapping[str, int], values: Mapping[str, str]) -> dict[str, float]:
    given = {values.get(kind.strip().lower(), kind.strip().lower()): weight for kind, weight in request.weights.items()}
    return given if request.recipe is None else {kind: weight for kind, weight in given.items() if kind in kinds}


def _kinds(engine: duckdb.DuckDBPyConnection, layout: Layout) -> dict[str, int]:
    if "event" not in layout.roles:
        return {}
    return dict(engine.execute("SELECT event, count(*) FROM kept WHERE event IS NOT NULL GROUP BY event ORDER BY event").fetchall())


def _has_ratings(engine: duckdb.DuckDBPyConnection, layout: Layout) -> bool:
    return "rating" in layout.roles and bool(engine.execute("SELECT count(rating) FROM kept").fetchall()[0][0])


def _check_split(engine: duckdb.DuckDBPyConnection, layout: Layout, source: Source) -> None:
    words = ", ".join(f"'{word}'" for word in SPLIT_WORDS)
    odd = engine.execute(f"SELECT split FROM kept WHERE split NOT IN ({words}) LIMIT 1").fetchall()
    if odd:
        raise InputError(
            f"{source.path.name}: the column '{layout.roles['split'].name}' says '{odd[0][0][:60]}', which is no part of a split.",
            "Use train, validation and test, or give the column no role (--map split=).",
        )
