"""What intake did to a log besides dropping rows, a sentence each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from recsys_core.data.kinds import AGAINST, KINDS, SHOWN
from recsys_core.data.layout import Layout
from recsys_core.data.netting import Netting
from recsys_core.data.spellings import Merged

Note = dict[str, str]
_WHO = {"user": "shoppers", "item": "products"}


def notes(
    engine: duckdb.DuckDBPyConnection, layout: Layout, values: Mapping[str, str], netting: Netting, merged: Sequence[Merged]
) -> list[Note]:
    """All there is to tell of the log itself, in the order in which it was done. values: value of the event column -> kind."""
    found = [*_personal(layout), *_dates(layout), *_kinds(layout, values), *_netting(netting), *(_merged(one) for one in merged)]
    return [*found, *_titles(engine, layout)]


def _personal(layout: Layout) -> list[Note]:
    done = {"hash": "only a hash of each is kept", "drop": "it was left out", "keep": "it was kept as it is, as asked"}
    return [
        {"name": "personal data", "text": f"The column '{column}' holds {_an(personal.kind)} in each row: {done[personal.treated]}."}
        for column, personal in layout.decided.personal.items()
    ]


def _an(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _dates(layout: Layout) -> list[Note]:
    if layout.decided.dates != "ambiguous":
        return []
    column = layout.roles["timestamp"].name
    return [
        {
            "name": "ambiguous dates",
            "text": f"The dates of '{column}' could have the day or the month first; the day was taken to come first.",
        }
    ]


def _kinds(layout: Layout, values: Mapping[str, str]) -> list[Note]:
    unknown = sorted(value for value, kind in values.items() if value == kind and kind not in {*KINDS, *AGAINST, *SHOWN})
    if not unknown:
        return []
    named = ", ".join(f"'{value[:40]}'" for value in unknown[:6])
    text = f"What {named} in the column '{layout.roles['event'].name}' means is not known, so it stays a kind of event of its own."
    return [{"name": "unknown kinds", "text": text}]


def _netting(netting: Netting) -> list[Note]:
    if not netting.refunds:
        return []
    text = (
        f"{netting.matched:,} of {netting.refunds:,} refunds were netted against an earlier purchase of the same shopper: "
        f"{netting.returned:,} purchases came back in full, {netting.reduced:,} in part."
    )
    return [{"name": "refunds netted", "text": text}]


def _merged(merged: Merged) -> Note:
    found, usual = merged.example
    one = merged.ids == 1
    text = (
        f"{merged.ids:,} {'id' if one else 'ids'} of {_WHO[merged.side]} {'differs' if one else 'differ'} from another only by case or "
        f"spaces, such as '{found[:40]}' from '{usual[:40]}': they are one now."
    )
    return {"name": f"{_WHO[merged.side]} spelled alike", "text": text}


def _titles(engine: duckdb.DuckDBPyConnection, layout: Layout) -> list[Note]:
    if "title" not in layout.roles:
        return []
    several = engine.execute(
        "SELECT count(*) FROM (SELECT item_id FROM kept WHERE title IS NOT NULL GROUP BY item_id HAVING min(title) <> max(title))"
    ).fetchall()[0][0]
    if not several:
        return []
    who = "1 product has" if several == 1 else f"{several:,} products have"
    return [{"name": "several titles", "text": f"{who} several titles in the log; the usual one is shown."}]
