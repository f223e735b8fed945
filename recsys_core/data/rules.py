"""Cleaning rules as data: a name, plain words, and the SQL that says which rows it drops. The order is the order of blame."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recsys_core.errors import InputError


@dataclass(frozen=True)
class Rule:
    """A row is dropped where `drop_where` is true. The rule is left out where a role of `needs` has no column.

    always: applies under `--rules none` too, for such rows cannot be encoded.
    """

    name: str
    words: str
    drop_where: str
    needs: tuple[str, ...] = ()
    always: bool = False


# `unreadable_time`, `unreadable_number` and `duplicate` are columns that intake adds to the log.
RULES: tuple[Rule, ...] = (
    Rule("missing user", "No shopper is named.", "user_id IS NULL", always=True),
    Rule("missing item", "No product is named.", "item_id IS NULL", always=True),
    Rule("missing split", "It is not said which part of the split it is in.", "split IS NULL", ("split",), always=True),
    Rule("missing time", "It is not said when it happened.", "timestamp IS NULL AND NOT unreadable_time", ("timestamp",)),
    Rule("unreadable time", "The time cannot be read.", "unreadable_time", ("timestamp",)),
    Rule("unreadable number", "A quantity, price, value or rating is no number.", "unreadable_number"),
    Rule(
        "cancelled order",
        "The order was cancelled: its number starts with C.",
        "regexp_full_match(order_id, '[Cc][0-9]{4,}')",
        ("order_id",),
    ),
    Rule("non-positive quantity", "Nothing was bought: a refund, a return or a correction.", "quantity <= 0", ("quantity",)),
    Rule("price not above zero", "It was free, a correction or a write-off.", "price <= 0", ("price",)),
    Rule("exact duplicate", "The same row is there more than once; the first stays.", "duplicate"),
)


@dataclass(frozen=True)
class Reason:
    """What became of the rows of one rule. matched: rows it applies to. dropped: those that no earlier rule had dropped."""

    name: str
    words: str
    matched: int
    dropped: int

    def to_json(self) -> dict[str, Any]:
        """The reason as the command line and the Data page show it."""
        return {"name": self.name, "words": self.words, "matched": self.matched, "dropped": self.dropped}


def choose_rules(rules: str, mapped: Collection[str]) -> tuple[Rule, ...]:
    """The rules to apply, in order.

    rules: "default", "none", or the path of a JSON file that lists names of rules. mapped: the roles that have a column.
    Raises InputError for a file that is missing, no list of names, or names a rule that does not exist.
    """
    if rules == "default":
        wanted = {rule.name for rule in RULES}
    elif rules == "none":
        wanted = set()
    else:
        wanted = _names_in(Path(rules))
    return tuple(rule for rule in RULES if (rule.always or rule.name in wanted) and set(rule.needs) <= set(mapped))


def _names_in(path: Path) -> set[str]:
    known = [rule.name for rule in RULES]
    hint = f"Write a JSON list with any of: {', '.join(known)}."
    if not path.is_file():
        raise InputError(f"There is no rules file '{path}'.", "Use --rules default, --rules none, or the path of a JSON file.")
    try:
        names = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"The rules file {path.name} is no JSON.", hint) from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError(f"The rules file {path.name} is no list of names.", hint)
    for name in names:
        if name not in known:
            raise InputError(f"The rules file {path.name} names '{name}', which is no rule.", hint)
    return set(names)
