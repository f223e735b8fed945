"""What a click on a product does: explain it, pin it, say something of it for the shopper on screen, or take that back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING

from pages.ui import cache, state, words
from pages.ui.studio import draft
from recsys_core.errors import UserError
from recsys_core.jobs import edits as said
from recsys_core.jobs.edits import Edits, from_text, to_text
from recsys_core.jobs.live import playable, why_not_live
from recsys_core.ranking.conditions import IS, Clause, Condition
from recsys_core.ranking.scenario import PIN, Rule
from recsys_core.storage.records import FeedbackRecord

if TYPE_CHECKING:
    from recsys_core.jobs.studio import Opened

log = logging.getLogger("aisle")
WHY, PIN_HERE, LIKE, HIDE, MORE, ADD, REMOVE = "why", "pin", "like", "hide", "more", "add", "remove"
KINDS = {LIKE: said.LIKE, HIDE: said.HIDE, MORE: said.MORE, ADD: said.ADD, REMOVE: said.REMOVE}
READS_PAST = (LIKE, ADD, REMOVE)  # what a run must be able to read another past for
REMEMBERED = 50  # shoppers whose edits a session keeps


def do(action: str, item_id: str, place: int = 1) -> None:
    """Callback: one of this file's actions on a product. place: where it is listed, from 1, for a pin."""
    if action == WHY:
        state.put(state.ITEM, item_id)
    elif action == PIN_HERE:
        rule = Rule(PIN, Condition((Clause("item_id", IS, item_id),)), name=f"Pin {item_id}"[:80], place=place)
        draft.edit(lambda scenario: scenario.with_(rules=(*scenario.rules, rule)))
    else:
        with _calmly():
            _say(action, item_id)


def close() -> None:
    """Callback: explain nothing any more."""
    state.put(state.ITEM, None)


def take_back(item_id: str) -> None:
    """Callback: what was said of a product was not said."""
    before = _shown()
    if _change(lambda edits: edits.unsaid(item_id)):
        dataset, _, shopper = state.get(state.STUDIO_SUBJECT)
        with _calmly():
            for kind, item in before.events:
                if item == item_id:
                    cache.workspace().registry.take_feedback_back(dataset, shopper, kind, item)


def tag(label: str) -> None:
    """Callback: the weight of a group, from its widget."""
    weight = float(state.get(state.widget_key(f"tag_{label}"), 1.0))
    _change(lambda edits: edits.tagged(label, weight))


def lift_group() -> None:
    """Callback: a group that was chosen from all of them starts at twice its weight."""
    label = state.get(state.widget_key(state.OTHER_TAG))
    if label:
        _change(lambda edits: edits.tagged(label, 2.0))


def untag(label: str) -> None:
    """Callback: a group's weight as it was."""
    _change(lambda edits: edits.tagged(label, 1.0))


def start_again() -> None:
    """Callback: the shopper as the log has them; what was said of them is taken back."""
    for item in dict.fromkeys(item for _, item in _shown().events):
        take_back(item)
    _change(lambda _: Edits())


def replay() -> None:
    """Callback: what was said of the shopper in earlier sessions counts again, the last word of each product."""
    dataset, _, shopper = state.get(state.STUDIO_SUBJECT)
    with _calmly():
        events = cache.workspace().registry.feedback(dataset, shopper)
        _change(lambda edits: reduce(lambda so_far, event: so_far.said(event.kind, event.item_id), events[-said.MOST :], edits))


def edits(opened: Opened, user: int) -> Edits:
    """What was said of the shopper on screen: the address says it, or this session did before; a damaged address is shown as a problem."""
    dataset, shopper = opened.dataset.id, str(opened.dataset.user_ids[user])
    state.set_(state.STUDIO_SUBJECT, (dataset, opened.run.id, shopper))
    try:
        text = state.chosen(state.EDITS) or ""
        whose, found = from_text(text) if text else ("", Edits())
    except UserError as error:
        state.set_(state.STUDIO_PROBLEM, error)
        whose, found = "", Edits()
    if whose != shopper:
        text = state.get(state.STUDIO_EDITS, {}).get(f"{dataset} {shopper}", "")
        found = from_text(text)[1] if text else Edits()
    _hold(dataset, shopper, text if found else "")
    known, problems = playable(opened, found)
    if problems:
        state.set_(state.STUDIO_PROBLEM, problems[0])
    return known


def refusal(opened: Opened, action: str) -> str:
    """Why an action cannot be taken on this run, in one sentence; "" where it can."""
    reason = why_not_live(opened.run) if action in READS_PAST else None
    return "" if reason is None else str(reason.message)


@contextmanager
def _calmly() -> Iterator[None]:
    """What goes wrong in a callback is a problem that the page shows."""
    try:
        yield
    except UserError as error:
        state.set_(state.STUDIO_PROBLEM, error)
    except Exception:
        log.exception("What was said of a shopper was not kept.")
        state.set_(state.STUDIO_PROBLEM, UserError(words.OUR_MISTAKE, words.OUR_MISTAKE_HINT))


def _say(action: str, item_id: str) -> None:
    dataset, run, shopper = state.get(state.STUDIO_SUBJECT)
    kind, before = KINDS[action], _shown()
    reason = why_not_live(cache.run(run)) if action in READS_PAST else None
    if reason is not None:
        state.set_(state.STUDIO_PROBLEM, reason)
        return
    if action == REMOVE and any(item == item_id for _, item in before.events):
        take_back(item_id)
    elif _change(lambda edits: edits.said(kind, item_id)):
        record = FeedbackRecord(dataset, shopper, item_id, kind, datetime.now(UTC))
        cache.workspace().registry.add_feedback([record])
        if state.chosen(state.ITEM) == item_id:
            close()  # it has left the list


def _shown() -> Edits:
    """What is said of the shopper on screen now."""
    text = state.chosen(state.EDITS)
    return from_text(text)[1] if text else Edits()


def _change(change: Callable[[Edits], Edits]) -> bool:
    """Hold other edits in the address and in the session; False where there are too many, which is then a problem to show."""
    dataset, _, shopper = state.get(state.STUDIO_SUBJECT)
    try:
        text = to_text(shopper, change(_shown()))
    except UserError as error:
        state.set_(state.STUDIO_PROBLEM, error)
        return False
    _hold(dataset, shopper, text)
    return True


def _hold(dataset: str, shopper: str, text: str) -> None:
    held = {key: value for key, value in state.get(state.STUDIO_EDITS, {}).items() if key != f"{dataset} {shopper}"}
    if text:
        held[f"{dataset} {shopper}"] = text
    state.set_(state.STUDIO_EDITS, dict(list(held.items())[-REMEMBERED:]))
    state.put(state.EDITS, text or None)
