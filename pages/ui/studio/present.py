"""Shown to a room: no frame, large type, one scenario a screen, stepped through by arrows."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

import streamlit as st

from pages.ui import cache, nav, show, state
from pages.ui.studio import actions, draft, figures, scenarios
from pages.ui.studio import words_scenarios as say
from pages.ui.studio.scenarios import CHANGED, Kept
from pages.ui.studio.stage import Stage, default_scenario, fitted
from recsys_core.errors import NotFoundError, UserError
from recsys_core.jobs.told import what_changes
from recsys_core.ranking.outcome import Outcome
from recsys_core.ranking.scenario import Scenario
from recsys_core.storage.records import RunRecord

TILES = ("relevance_kept", "ild", "coverage", "price", "margin", "tail")
MOST_TILES, LISTED = 4, 6


def is_on() -> bool:
    """Whether the address asks for it."""
    return state.in_address(state.PRESENT) is not None


def start(kept: Kept) -> None:
    """Callback: begin with the scenario on screen."""
    slides = slides_of(kept)
    state.put(state.PRESENT, str(next(n for n, (_, scenario) in enumerate(slides, 1) if scenario == kept.asked)))


def slides_of(kept: Kept) -> list[tuple[str, Scenario]]:
    """(title, scenario) of what is stepped through: the saved ones as they were made, then the one on screen if it is none of them."""
    records = sorted(kept.records, key=lambda record: record.created_at)
    found = [(record.name, Scenario.from_json(record.settings)) for record in records]
    if kept.asked in (scenario for _, scenario in found):
        return found
    name = kept.asked.name
    return [*found, (say.PRESENT_SCREEN.format(name=name) if kept.mark == CHANGED else name, kept.asked)]


def play(record: RunRecord) -> None:
    """The screen of one scenario."""
    st.html(nav.STYLE)
    opened = cache.studio(record.id)
    slides = slides_of(scenarios.kept_in(opened.dataset.id, draft.current(default_scenario(opened.studio.ground))))
    step = min(max(_whole(state.chosen(state.PRESENT)), 1), len(slides))
    with st.container(key="present"):
        _screen(record, *slides[step - 1])
        with st.container(horizontal=True, vertical_alignment="center", key="present_steps"):
            st.button(
                say.PRESENT_BACK,
                key="present_back",
                on_click=_go,
                args=(step - 1,),
                disabled=step == 1,
                shortcut="left",
            )
            st.markdown(say.PRESENT_OF.format(n=step, all=len(slides)), width="content")
            st.button(
                say.PRESENT_NEXT,
                key="present_next",
                on_click=_go,
                args=(step + 1,),
                disabled=step == len(slides),
                shortcut="right",
            )
            st.space("stretch")
            st.button(
                say.PRESENT_LEAVE,
                key="present_leave",
                icon=":material/close:",
                on_click=state.put,
                args=(state.PRESENT, None),
                type="tertiary",
            )


def _go(step: int) -> None:
    state.put(state.PRESENT, str(step))


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1


def _screen(record: RunRecord, title: str, asked: Scenario) -> None:
    opened = cache.studio(record.id)
    scenario, missing = fitted(asked, opened.studio.ground)
    try:
        user = _shopper(opened.dataset)
        edits = actions.edits(opened, user)
        stage = Stage(record, opened, cache.catalogue(opened.dataset.id), asked, scenario, missing, user, edits)
        told = stage.told
        before, after = ([int(item) for item in items if item >= 0] for items in (stage.before, stage.listing.items[0]))
    except UserError as error:
        st.html(f'<div class="aisle-present"><h1>{html.escape(title)}</h1><p>{html.escape(error.message)}</p></div>')
        show.hook("present", name=asked.name, hash=asked.hash)
        return
    titles = stage.catalogue.titles
    failing = sum(not light.passes for light in told.guardrails)
    verdict = say.PRESENT_FAIL.format(n=failing, all=len(told.guardrails)) if failing else say.PRESENT_PASS
    lights = (
        f'<p class="{"fails" if failing else "passes"}">{"✕" if failing else "✓"} {html.escape(verdict)}</p>' if told.guardrails else ""
    )
    sides = _side(say.PRESENT_BEFORE, before, after, titles, "out") + _side(say.PRESENT_AFTER, after, before, titles, "new")
    st.html(
        f'<div class="aisle-present"><h1>{html.escape(title)}</h1><p class="finding">{html.escape(what_changes(told))}</p>'
        f'<div class="tiles">{_tiles(told, opened.dataset.currency)}</div>{lights}'
        f'<div class="sides">{sides}</div>'
        f"<small>{html.escape(say.PRESENT_SHOPPER.format(id=stage.shopper_id))}</small></div>"
    )
    kept = told.figure("relevance_kept")
    show.hook("present", name=asked.name, hash=scenario.hash, kept=kept.after if kept else "", passes=not failing, shopper=stage.shopper_id)


def _shopper(dataset) -> int:
    """The shopper of the address, else the typical one."""
    chosen = state.chosen(state.SHOPPER)
    if chosen:
        try:
            return int(dataset.user_index(chosen))
        except NotFoundError:
            pass
    suggested = cache.suggested_shoppers(dataset.id)
    return int(suggested[0][1]) if suggested else 0


def _tiles(told: Outcome, currency: str | None) -> str:
    shown = [figure for name in TILES if (figure := told.figure(name)) is not None and math.isfinite(figure.after)][:MOST_TILES]
    return "".join(
        f"<div>{html.escape(figures.words_of(f.name).name)}<b>{html.escape(figures.value(f.name, f.after, currency))}</b>"
        f"<small>{html.escape(figures.change(f.name, f.difference, currency))}</small></div>"
        for f in shown
    )


def _side(name: str, items: Sequence[int], others: Sequence[int], titles: Sequence[str], kind: str) -> str:
    lines = "".join(f'<li class="{"" if item in others else kind}">{html.escape(str(titles[item]))}</li>' for item in items[:LISTED])
    return f"<section><h2>{html.escape(name)}</h2><ol>{lines}</ol></section>"
