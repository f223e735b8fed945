"""Cleaning rules as data: a name, plain words, and the SQL that says which rows it drops. The order is the order of blame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """One number or text that a rule can be given. kind: "pattern", "time" or "number". default: None where the log itself decides."""

    name: str
    kind: str
    words: str
    default: str | float | None = None


@dataclass(frozen=True)
class Rule:
    """A row is dropped where `drop_where` is true. The rule is left out where a role of `needs` has no column.

    drop_where: SQL over `judged` (see `data.cleaning`), {parameter} where a parameter goes; '' for a rule that mends.
    always: applies under `--rules none` too, for such rows cannot be encoded. default: whether `--rules default` has it.
    values: of the parameters, where they differ from the defaults.
    """

    name: str
    words: str
    drop_where: str
    needs: tuple[str, ...] = ()
    always: bool = False
    default: bool = True
    parameters: tuple[Parameter, ...] = ()
    values: Mapping[str, str | float] = field(default_factory=dict)

    def value(self, parameter: str) -> str | float | None:
        """The value of one of its parameters: the one given, or the default."""
        return self.values.get(parameter, next(known.default for known in self.parameters if known.name == parameter))

    def to_json(self) -> str | dict[str, Any]:
        """As a rules file has it: the name, or an object where parameters were given."""
        return {"name": self.name, **dict(sorted(self.values.items()))} if self.values else self.name


# `unreadable_time`, `unreadable_number`, `duplicate`, `robot`, `returned` and `day` are columns that intake adds to the log.
RULES: tuple[Rule, ...] = (
    Rule("missing user", "No shopper is named.", "user_id IS NULL", always=True),
    Rule("missing item", "No product is named.", "item_id IS NULL", always=True),
    Rule("missing split", "It is not said which part of the split it is in.", "split IS NULL", ("split",), always=True),
    Rule("missing time", "It is not said when it happened.", "timestamp IS NULL AND NOT unreadable_time", ("timestamp",)),
    Rule("unreadable time", "The time cannot be read.", "unreadable_time", ("timestamp",)),
    Rule("unreadable number", "A quantity, price, value or rating is no number.", "unreadable_number"),
    Rule(
        "placeholder time",
        "The time is the first day of 1970 or 1900, which computers write when they do not know it.",
        "timestamp < {before}",
        ("timestamp",),
        parameters=(
            Parameter("before", "time", "Times before this one are placeholders; by default 1970-01-02, where the rest is later."),
        ),
    ),
    Rule(
        "future time",
        "The time is far beyond all others: more than a year after 999 of 1,000 events.",
        "timestamp >= {from}",
        ("timestamp",),
        parameters=(Parameter("from", "time", "Times from this one on are errors; by default a year after 99.9 % of the events."),),
    ),
    Rule(
        "non-product code",
        "Its code has another shape than those of products: postage, a fee, a correction.",
        "NOT regexp_full_match(upper(item_id), {pattern})",
        parameters=(
            Parameter(
                "pattern", "pattern", "What the code of a product looks like, in capitals; by default learnt where nearly all agree."
            ),
        ),
    ),
    Rule(
        "cancelled order",
        "The order was cancelled: its number starts with C.",
        "regexp_full_match(order_id, {pattern})",
        ("order_id",),
        parameters=(Parameter("pattern", "pattern", "What the number of a cancelled order looks like.", "[Cc][0-9]{4,}"),),
    ),
    Rule("non-positive quantity", "Nothing was bought: a refund, a return or a correction.", "quantity <= 0", ("quantity",)),
    Rule("price not above zero", "It was free, a correction or a write-off.", "price <= 0", ("price",)),
    Rule("exact duplicate", "The same row is there more than once; the first stays.", "duplicate"),
    Rule(
        "robot",
        "The shopper does more in a day, day after day, than any person could.",
        "robot",
        ("timestamp",),
        default=False,
        parameters=(
            Parameter("events_a_day", "number", "Events on an active day from which a shopper may be a robot.", 500),
            Parameter("times_typical", "number", "How many times the busiest 1 % of shoppers it must have in all.", 50),
        ),
    ),
    Rule("returned in full", "All of it came back: the refund is netted against the purchase.", "returned"),
    Rule("ids spelled alike", "Ids that differ only by case or spaces are one, in the commonest spelling; nothing is dropped.", ""),
)
NETTING, SPELLING, ROBOTS, CODES = "returned in full", "ids spelled alike", "robot", "non-product code"
PLACEHOLDER, FUTURE, CANCELLED = "placeholder time", "future time", "cancelled order"


@dataclass(frozen=True)
class Example:
    """A row that was dropped. row: its place in the file, 1 for the first after the header. cells: column -> text, None for empty."""

    row: int
    cells: Mapping[str, str | None]


@dataclass(frozen=True)
class Reason:
    """What became of the rows of one rule. matched: rows it applies to. dropped: those that no earlier rule had dropped.

    examples: a few of the dropped; they are in the dataset's summary, not in what `ingest` prints.
    """

    name: str
    words: str
    matched: int
    dropped: int
    examples: Sequence[Example] = field(default=(), compare=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        """The reason as the command line shows it."""
        return {"name": self.name, "words": self.words, "matched": self.matched, "dropped": self.dropped}

    def with_examples(self) -> dict[str, Any]:
        """The reason as the Data page shows it."""
        return {**self.to_json(), "examples": [{"row": one.row, "cells": dict(one.cells)} for one in self.examples]}
