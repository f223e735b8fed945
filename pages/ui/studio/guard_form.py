"""Guardrails: their bounds in the rail, their lights above the lists, and the search for the largest variety that keeps them all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from pages.ui import cache, formats, show, state
from pages.ui.studio import draft, knob
from pages.ui.studio import words_controls as words
from pages.ui.studio.stage import Stage
from recsys_core.ranking.guardrails import METRICS, WORST_SEGMENT, Light
from recsys_core.ranking.scenario import Guardrail, Scenario
from recsys_core.ranking.whatif import at_variety

# what a guardrail that is added starts from; prices and margins from what is shown now
FIRST = {
    "relevance_kept": 0.95,
    WORST_SEGMENT: 0.9,
    "coverage_kept": 1.0,
    "top_share": 0.3,
    "fresh": 0.05,
    "tail": 0.1,
    "ild": 0.3,
    "calibration": 0.5,
    "churn": 0.5,
}
SEGMENT_WIDTH = 30  # signs of a segment in a light
KEEP = 0.95  # of the price or margin that is shown now
NEEDS = {"fresh": "freshness", "calibration": "balance", "price": "price", "margin": "margin", "ild": "variety"}


def draw(stage: Stage) -> None:
    """The fold of guardrails."""
    guardrails = stage.asked.guardrails
    with knob.fold("guardrails", f"{words.GUARDRAILS} ({len(guardrails)})" if guardrails else words.GUARDRAILS) as is_open:
        if not is_open:
            return
        for number, each in enumerate(guardrails):
            with st.container(horizontal=True, vertical_alignment="bottom", key=f"guardrail_{number}"):
                for side in ("least", "most"):
                    if getattr(each, side) is not None:
                        _bound(number, each, side)
                knob.remove_button(
                    f"guardrail_{number}_out", words.REMOVE, lambda s, at=number: s.with_(guardrails=knob.without(s.guardrails, at))
                )
        others = [name for name in METRICS if not any(each.metric == name for each in guardrails) and _told(stage, name)]
        if others:
            key = state.widget_key("guardrail_new")
            st.selectbox(words.ADD_GUARDRAIL, others, format_func=words.METRICS.get, key=key, help=words.GUARDRAILS_HELP)
            st.button(words.ADD, icon=":material/add:", key="guardrail_add", width="stretch", on_click=_add, args=(stage,))


def lights(stage: Stage) -> None:
    """Each guardrail kept or broken, with its figure and why; and the button that looks for the best variety."""
    found = stage.answer.lights
    failed = [light for light in found if not light.passes]
    told = [_light(stage, light) for light in found]
    with st.container(horizontal=True, vertical_alignment="center", key="lights", gap="small"):
        st.markdown(f":small[{'  · '.join(told)}]" if told else f":gray[:small[{words.NO_GUARDRAILS}]]", width="content")
        if found and stage.ground.has("variety"):
            _find_best(stage)
    show.hook("guardrails", passes=not failed, failed=len(failed), guardrails=len(found), scenario=stage.scenario.hash)
    told_of, sentence = state.get(state.STUDIO_BEST) or ("", "")
    if told_of == stage.asked.hash:
        st.caption(formats.plain(sentence))


def _bound(number: int, guardrail: Guardrail, side: str) -> None:
    share = guardrail.metric in words.SHARES
    label = (words.LEAST if side == "least" else words.MOST).format(
        metric=words.METRICS.get(guardrail.metric, guardrail.metric), unit=" %" if share else ""
    )
    value = float(getattr(guardrail, side)) * (100 if share else 1)

    def changed(scenario: Scenario, new: float | None) -> Scenario:
        if new is None:
            return scenario
        bound = round(new / 100, 6) if share else float(new)
        parts = knob.instead(scenario.guardrails, number, replace(scenario.guardrails[number], **{side: bound}))
        return scenario.with_(guardrails=parts)

    st.number_input(
        formats.plain(label),
        step=1.0 if share else 0.05,
        format="%.4g",
        help=words.METRICS_HELP.get(guardrail.metric),
        **knob.knob(f"guardrail_{number}_{side}", round(value, 6), changed),
    )


def _told(stage: Stage, metric: str) -> bool:
    return metric not in NEEDS or stage.ground.has(NEEDS[metric])


def _add(stage: Stage) -> None:
    metric = str(state.get(state.widget_key("guardrail_new")))
    first = FIRST[metric] if metric in FIRST else round(KEEP * _now(stage, metric), 4)
    new = Guardrail(metric, **{METRICS[metric]: first})
    draft.edit(lambda scenario: scenario.with_(guardrails=(*scenario.guardrails, new)))


def _now(stage: Stage, metric: str) -> float:
    """The mean price, or margin, of what is shown now."""
    shown = stage.studio.before(stage.asked.k)
    known = getattr(stage.ground, metric)[shown[shown >= 0]]
    known = known[np.isfinite(known)]
    return float(known.mean()) if len(known) else 0.0


def _light(stage: Stage, light: Light) -> str:
    """Icon, word and figure; a broken one with the bound and, where it has one, the segment."""
    name = words.METRICS.get(light.guardrail.metric, light.guardrail.metric)
    figure = _figure(stage, light.guardrail.metric, light.value)
    if light.passes:
        return f":green[:material/check_circle:] {formats.plain(name)} {figure}"
    return f":red[:material/error:] **{formats.plain(name)} {figure}** {formats.plain(_reason(stage, light))}"


def _reason(stage: Stage, light: Light) -> str:
    guardrail = light.guardrail
    if not math.isfinite(light.value):
        return words.UNKNOWN_FIGURE
    low = guardrail.least is not None and light.value < guardrail.least
    bound = _figure(stage, guardrail.metric, guardrail.least if low else guardrail.most)
    text = (words.LIGHT_LEAST if low else words.LIGHT_MOST).format(bound=bound)
    return words.IN_SEGMENT.format(text=text, segment=formats.shorten(light.segment, SEGMENT_WIDTH)) if light.segment else text


def _figure(stage: Stage, metric: str, value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return formats.MISSING
    if metric == "coverage_kept":
        return words.OF_BEFORE.format(share=formats.percent(value, 0))
    if metric in words.SHARES:
        return formats.percent(value, 0 if abs(100 * value - round(100 * value)) < 1e-9 else 1)
    return formats.money(value, stage.dataset.currency) if metric == "price" else formats.decimal(value, 2)


def _find_best(stage: Stage) -> None:
    if not st.button(words.FIND_BEST, key="find_best", help=words.FIND_BEST_HELP, icon=":material/vertical_align_top:", type="tertiary"):
        return
    with st.spinner(words.SEARCHING):
        position = cache.best(stage.record.id, stage.scenario)
        failing = [] if position is not None else _failing(stage)
    if position is None:
        state.set_(state.STUDIO_BEST, (stage.asked.hash, words.NOT_EVEN.format(failing=formats.listing(failing))))
    else:
        chosen = at_variety(stage.asked, float(position))
        sentence = words.FOUND_FULL if position == 100 else words.FOUND.format(variety=position)
        state.set_(state.STUDIO_BEST, (chosen.hash, sentence))
        draft.adopt(chosen)
    st.rerun()


def _failing(stage: Stage) -> Sequence[str]:
    """What is broken at a variety of 0."""
    broken = [light for light in cache.answer(stage.record.id, at_variety(stage.scenario, 0.0)).lights if not light.passes]
    return [
        f"{words.METRICS.get(each.guardrail.metric, each.guardrail.metric)} {_figure(stage, each.guardrail.metric, each.value)} "
        f"({_reason(stage, each)})"
        for each in broken
    ]
