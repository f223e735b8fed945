"""What a click on a product does: explain it, pin it, say something of it for the shopper on screen."""

from __future__ import annotations

from pages.ui import state
from pages.ui.studio import draft
from recsys_core.ranking.conditions import IS, Clause, Condition
from recsys_core.ranking.scenario import PIN, Rule

WHY, PIN_HERE, LIKE, HIDE, MORE, ADD, REMOVE = "why", "pin", "like", "hide", "more", "add", "remove"


def do(action: str, item_id: str, place: int = 1) -> None:
    """Callback: one of this file's actions on a product. place: where it is listed, from 1, for a pin."""
    if action == WHY:
        state.put(state.ITEM, item_id)
    elif action == PIN_HERE:
        rule = Rule(PIN, Condition((Clause("item_id", IS, item_id),)), name=f"Pin {item_id}"[:80], place=place)
        draft.edit(lambda scenario: scenario.with_(rules=(*scenario.rules, rule)))
