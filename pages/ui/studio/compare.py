"""Up to four scenarios side by side: saved ones, the one on screen, what is published; each against what is shown now."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.ui import cache, formats, show, state
from pages.ui.charts.compare import Mark, compare_chart
from pages.ui.studio import figures, scenarios
from pages.ui.studio import words_scenarios as say
from pages.ui.studio.scenarios import Kept
from pages.ui.studio.stage import Stage, fitted
from pages.ui.studio.table import html_table
from recsys_core.errors import UserError
from recsys_core.jobs.figure_words import change_text
from recsys_core.ranking.outcome import Outcome
from recsys_core.ranking.scenario import Scenario

SCREEN, PUBLISHED = "screen", "published"
MOST = 4
SHOWN = (
    "relevance_kept",
    "ild",
    "coverage",
    "price",
    "margin",
    "ndcg",
    "revenue",
    "groups",
    "calibration",
    "tail",
    "fresh",
    "churn",
    "gini",
)


@dataclass(frozen=True)
class Side:
    """One scenario and what it does."""

    token: str
    name: str
    outcome: Outcome


def draw(stage: Stage) -> None:
    """The comparison of scenarios."""
    kept = scenarios.kept(stage)
    options = offered(kept)
    chosen = [token for token in (state.chosen(state.COMPARE) or "").split(",") if token in options] or list(options)[:MOST]
    st.multiselect(
        say.COMPARE_PICK,
        list(options),
        key=state.show_in_widget(state.COMPARE, chosen[:MOST]),
        format_func=lambda token: options[token][0],
        max_selections=MOST,
        on_change=_take,
    )
    sides = [side for token in chosen[:MOST] if (side := _told(stage, token, *options[token])) is not None]
    if not sides:
        st.caption(say.COMPARE_NONE)
        return
    before = say.NOW_PLAIN if kept.published is None else say.NOW_PUBLISHED.format(name=formats.plain(kept.published.name))
    left, right = st.columns([0.9 + 0.5 * len(sides), 1], gap="medium")
    with left:
        _table(sides, stage.dataset.currency)
        st.caption(say.COMPARE_NOTE.format(before=before))
    with right:
        _chart(sides)
    show.hooks("compare", *(_hook(side) for side in sides))


def offered(kept: Kept) -> dict[str, tuple[str, Scenario | dict]]:
    """Token -> (name, scenario or settings): the one on screen, what is published, what is saved; none twice."""
    found: dict[str, tuple[str, Scenario | dict]] = {SCREEN: (f"{kept.asked.name} ({say.COMPARE_SCREEN})", kept.asked)}
    hashes = {kept.asked.hash}
    if kept.published is not None and kept.published.hash not in hashes:
        hashes.add(kept.published.hash)
        found[PUBLISHED] = (f"{kept.published.name} ({say.COMPARE_PUBLISHED})", dict(kept.published.settings))
    for record in kept.records:
        if record.hash not in hashes:
            hashes.add(record.hash)
            found[record.id] = (record.name, dict(record.settings))
    return found


def _take() -> None:
    tokens = state.get(state.widget_key(state.COMPARE)) or []
    state.put(state.COMPARE, ",".join(tokens) or None)


def _told(stage: Stage, token: str, name: str, held: Scenario | dict) -> Side | None:
    """What it does on this run; said, and None, where this run cannot show it."""
    try:
        scenario = held if isinstance(held, Scenario) else Scenario.from_json(held)
        return Side(token, name, cache.told(stage.record.id, fitted(scenario, stage.ground)[0]))
    except UserError as error:
        st.caption(say.COMPARE_UNSHOWN.format(name=formats.plain(name), why=formats.plain(error.message)))
        return None


def _table(sides: Sequence[Side], currency: str | None) -> None:
    first = sides[0].outcome
    rows: list[list[str | tuple[str, str]]] = []
    for name in SHOWN:
        figure = first.figure(name)
        if figure is None or not math.isfinite(figure.after):
            continue
        cells = [_cell(side.outcome, name, currency) for side in sides]
        rows.append([figures.words_of(name).name, figures.value(name, figure.before, currency), *cells])
    rows.append([say.COMPARE_CHANGED, "", *(formats.percent(side.outcome.changed, 0) for side in sides)])
    rows.append([say.COMPARE_GUARDRAILS, "", *(_guardrails(side.outcome) for side in sides)])
    html_table(("", say.COMPARE_NOW, *(side.name for side in sides)), rows, label=say.COMPARE_PICK)


def _cell(outcome: Outcome, name: str, currency: str | None) -> str | tuple[str, str]:
    figure = outcome.figure(name)
    if figure is None:
        return formats.MISSING
    sign = formats.currency_sign(currency) if currency else None
    return figures.value(name, figure.after, currency), change_text(figure, sign) if figure.difference else say.COMPARE_SAME


def _guardrails(outcome: Outcome) -> str:
    lights = outcome.guardrails
    failing = sum(not light.passes for light in lights)
    if not lights:
        return say.COMPARE_UNGUARDED
    return f"✕ {say.COMPARE_FAIL.format(n=failing, all=len(lights))}" if failing else f"✓ {say.COMPARE_PASS}"


def _chart(sides: Sequence[Side]) -> None:
    marks = []
    for side in sides:
        kept, varied = side.outcome.figure("relevance_kept"), side.outcome.figure("ild")
        if side.token == PUBLISHED:  # it is what is shown now, which is drawn anyway
            continue
        if kept is not None and varied is not None and math.isfinite(varied.after):
            marks.append(Mark(say.COMPARE_SCREEN if side.token == SCREEN else side.name, varied.after, kept.after, side.token == SCREEN))
    if not marks:
        return
    kept, varied = sides[0].outcome.figure("relevance_kept"), sides[0].outcome.figure("ild")
    now = (varied.before, kept.before) if kept and varied else (math.nan, math.nan)
    figure = compare_chart(
        now, marks, title=finding(marks), subtitle=say.COMPARE_SUBTITLE, now_name=say.COMPARE_NOW, x=say.COMPARE_X, y=say.COMPARE_Y
    )
    show.chart(figure, "studio_compare", border=False)


def finding(marks: Sequence[Mark]) -> str:
    """Who keeps most, and who is most varied."""
    best, varied = max(marks, key=lambda mark: mark.kept), max(marks, key=lambda mark: mark.varied)
    if len(marks) == 1:
        return formats.sentence(say.COMPARE_TITLE_ONE.format(name=_called(best), kept=formats.percent(best.kept)))
    if best is varied:
        return formats.sentence(say.COMPARE_TITLE_SAME.format(name=_called(best)))
    return formats.sentence(say.COMPARE_TITLE.format(best=_called(best), varied=_called(varied)))


def _called(mark: Mark) -> str:
    return say.COMPARE_THIS if mark.on_screen else f"‘{mark.name}’"


def _hook(side: Side) -> str:
    kept = side.outcome.figure("relevance_kept")
    return show.hook_html(
        "compared", name=side.name, hash=side.outcome.hash, kept=kept.after if kept else "", passes=side.outcome.passes, token=side.token
    )
