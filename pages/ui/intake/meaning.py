"""What the rows mean: kinds of event, their weights, what counts, the lowest rating, and how much history trains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui import words_data as say
from pages.ui.intake.look_job import Seen
from recsys_core.data.kinds import DEFAULT_WEIGHTS, KINDS, OTHER_WEIGHT, choose_positives
from recsys_core.errors import InputError

LEAST = 5  # products of a shopper and shoppers of a product that train, where the log has no split of its own


def kinds_and_positives(seen: Seen, roles: Mapping[str, str]) -> dict[str, Any]:
    """Fields of the request on kinds of event: only what differs from what intake would choose. Raises InputError for what cannot be."""
    if "event" not in roles or not seen.look["kinds"]:
        st.markdown(f":gray[{say.KINDS_NONE}]")
        return {}
    guesses = seen.look["kinds"]
    counting = default_positives([str(guess["kind"]) for guess in guesses])
    table = [
        {
            say.KIND_VALUE: str(guess["value"]),
            say.KIND_ROWS: int(guess["rows"]),
            say.KIND_KIND: str(guess["kind"]),
            say.KIND_WEIGHT: default_weight(str(guess["kind"])),
            say.KIND_COUNTS: guess["kind"] in counting,
        }
        for guess in guesses
    ]
    own = [row[say.KIND_KIND] for row in table if row[say.KIND_KIND] not in KINDS]
    edited = st.data_editor(
        table,
        hide_index=True,
        disabled=[say.KIND_VALUE, say.KIND_ROWS],
        column_config={
            say.KIND_ROWS: st.column_config.NumberColumn(format="localized"),
            say.KIND_KIND: st.column_config.SelectboxColumn(options=[*KINDS, *dict.fromkeys(own)], required=True),
            say.KIND_WEIGHT: st.column_config.NumberColumn(min_value=0.0, max_value=100.0, step=0.5, required=True),
        },
        key=seen.key("kinds"),
        alt=say.FOLD_KINDS,
    )
    st.caption(say.KINDS_NOTE)
    return changed_kinds(table, edited)


def default_weight(kind: str) -> float:
    """What an event of a kind is worth unless it is said."""
    return float(DEFAULT_WEIGHTS.get(kind, OTHER_WEIGHT))


def default_positives(kinds: Sequence[str]) -> set[str]:
    """The kinds that count unless it is said."""
    known = list(dict.fromkeys(kinds))
    chosen = choose_positives(known, None)
    return set(known if chosen is None else chosen)


def changed_kinds(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """kinds, weights and positive of a request, each only where the analyst changed it.

    A kind that was changed brings its own weight and counts as that kind does, unless those cells were changed too.
    Raises InputError where rows of one kind disagree, or nothing counts.
    """
    kinds, weights, counts = {}, {}, {}
    for old, new in zip(before, after, strict=True):
        kind = str(new[say.KIND_KIND])
        if kind != old[say.KIND_KIND]:
            kinds[str(new[say.KIND_VALUE])] = kind
        moved = kind != old[say.KIND_KIND] and new[say.KIND_WEIGHT] == old[say.KIND_WEIGHT]
        weight = default_weight(kind) if moved else float(new[say.KIND_WEIGHT])
        if weights.setdefault(kind, weight) != weight:
            raise InputError(say.WEIGHTS_DIFFER.format(kind=kind), say.WEIGHTS_DIFFER_HINT)
    wanted = default_positives([str(row[say.KIND_KIND]) for row in after])
    for old, new in zip(before, after, strict=True):
        kind = str(new[say.KIND_KIND])
        moved = kind != old[say.KIND_KIND] and new[say.KIND_COUNTS] == old[say.KIND_COUNTS]
        count = kind in wanted if moved else bool(new[say.KIND_COUNTS])
        if counts.setdefault(kind, count) != count:
            raise InputError(say.COUNTS_DIFFER.format(kind=kind), say.COUNTS_DIFFER_HINT)
    positive = {kind for kind, count in counts.items() if count}
    if not positive:
        raise InputError(say.NOTHING_COUNTS, say.NOTHING_COUNTS_HINT)
    changed: dict[str, Any] = {"kinds": kinds} if kinds else {}
    other = {kind: weight for kind, weight in weights.items() if weight != default_weight(kind)}
    if other:
        changed["weights"] = other
    if positive != wanted:
        changed["positive"] = sorted(positive)
    return changed


def lowest_rating(seen: Seen, roles: Mapping[str, str]) -> dict[str, Any]:
    """The lowest rating that counts, where there are ratings and one was given."""
    if "rating" not in roles:
        return {}
    value = st.number_input(say.MIN_RATING, value=None, placeholder=say.NUMBER, help=say.MIN_RATING_HELP, key=seen.key("min_rating"))
    return {} if value is None else {"min_rating": float(value)}


def least_history(seen: Seen, roles: Mapping[str, str]) -> dict[str, Any]:
    """The k-core's two numbers, each only where it was changed."""
    default = 1 if "split" in roles else LEAST
    left, right = st.columns(2)
    key = f"_{default}"  # another default is another widget
    users = left.number_input(say.MIN_USER, 1, 1000, default, help=say.MIN_HELP, key=seen.key("min_user" + key))
    items = right.number_input(say.MIN_ITEM, 1, 1000, default, help=say.MIN_HELP, key=seen.key("min_item" + key))
    return {name: int(n) for name, n in (("min_user_items", users), ("min_item_users", items)) if int(n) != default}
