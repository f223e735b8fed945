"""Kinds of event, and which of them say that a shopper wants a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recsys_core.errors import InputError

MOST_KINDS = 64
PURCHASES = frozenset(
    ("purchase", "purchased", "buy", "bought", "order", "ordered", "transaction", "sale", "sold", "checkout", "pay", "payment")
)
AGAINST = frozenset(
    ("return", "returned", "refund", "refunded", "cancel", "cancelled", "canceled", "dislike", "remove_from_cart", "hide", "skip")
)


def check_kinds(kinds: Mapping[str, int], column: str) -> None:
    """Raises InputError where a column has more values than there can be kinds of event."""
    if len(kinds) > MOST_KINDS:
        raise InputError(
            f"The column '{column}' has {len(kinds):,} different values, too many for kinds of event (at most {MOST_KINDS}).",
            "Name the right column with --map event=COLUMN, or none with --map event=.",
        )


def choose_positives(kinds: Sequence[str], wanted: Sequence[str] | None) -> tuple[str, ...] | None:
    """The kinds that count, None for all: those asked for, or purchases where there are any, or all that do not speak against it.

    Raises InputError where a kind that was asked for is not in the log.
    """
    if wanted is not None:
        asked = tuple(dict.fromkeys(kind.strip().lower() for kind in wanted if kind.strip()))
        if not kinds:
            raise InputError(
                "The log has no kinds of event to choose from.", "Leave --positive out, or name their column with --map event=COLUMN."
            )
        for kind in asked:
            if kind not in kinds:
                raise InputError(f"The log has no event of kind '{kind}'.", f"Its kinds are {', '.join(kinds[:12])}.")
        if not asked:
            raise InputError("--positive names no kind of event.", f"The log's kinds are {', '.join(kinds[:12])}.")
        return asked
    purchases = tuple(kind for kind in kinds if kind in PURCHASES)
    if purchases:
        return purchases if len(purchases) < len(kinds) else None
    agreeing = tuple(kind for kind in kinds if kind not in AGAINST)
    return agreeing if 0 < len(agreeing) < len(kinds) else None
