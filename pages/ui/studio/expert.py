"""What an expert sets: sliders for columns that few logs have, variety by segment, engine, likeness, raw weights, rotation, exposure."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import streamlit as st

from pages.ui import formats, state
from pages.ui.studio import conditions_form, draft, drag, knob, words_rules
from pages.ui.studio import words_controls as words
from pages.ui.studio.stage import Stage, default_scenario
from recsys_core.errors import UserError
from recsys_core.ranking.planning import MISSING
from recsys_core.ranking.scenario import LARGEST_POOL, LONGEST_LIST, SIMILARITIES, Scenario

MORE = ("freshness", "margin", "price")
FIRST_SHARE = 0.1  # of all places, for a new target
SET = ("engine", "window", "pool", "similarity", "rotation", "exposure", "raw")  # what the count in the label counts


def draw_more(stage: Stage) -> None:
    """The fold of the sliders that need dates, margins or prices."""
    scenario = stage.asked
    count = sum(bool(getattr(scenario, name)) for name in MORE)
    with knob.fold("more", f"{words.MORE} ({count})" if count else words.MORE) as is_open:
        if not is_open:
            return
        for name in MORE:
            if not stage.ground.has(name) and not getattr(scenario, name):
                st.caption(f"{words.MORE_SLIDERS[name]}: {formats.plain(MISSING[name].lower())}.")
                continue
            st.slider(
                words.MORE_SLIDERS[name],
                -100 if name == "price" else 0,
                100,
                format="%d %%",
                help=words.MORE_HELP[name],
                **knob.knob(name, round(getattr(scenario, name)), _slider(name)),
            )
            if name == "freshness" and scenario.freshness:
                st.number_input(
                    words.HALF_LIFE,
                    1.0,
                    36_500.0,
                    step=10.0,
                    help=words.HALF_LIFE_HELP,
                    **knob.setting("half_life_days", scenario.half_life_days),
                )
        if scenario.margin or scenario.price:
            st.caption(words.MAY_COST)


def _slider(name: str) -> knob.Change:
    return lambda scenario, value: scenario.with_(**{name: float(value)})


def draw_segments(stage: Stage) -> None:
    """The fold of variety by segment."""
    set_, labels = stage.asked.segment_variety, list(stage.ground.segments)
    with knob.fold("segments", f"{words.SEGMENTS} ({len(set_)})" if set_ else words.SEGMENTS) as is_open:
        if not is_open:
            return
        if not labels:
            st.caption(words.NO_SEGMENTS)
            return
        st.multiselect(
            words.SEGMENTS_ON,
            list(dict.fromkeys([*labels, *set_])),
            help=words.SEGMENTS_HELP,
            disabled=not stage.ground.has("variety"),
            **knob.knob("segment_variety", list(set_), _choose_segments),
        )
        for number, (label, position) in enumerate(set_.items()):
            st.slider(formats.plain(label), 0, 100, format="%d %%", **knob.knob(f"segment_{number}", round(position), _segment(label)))


def _choose_segments(scenario: Scenario, labels: list[str]) -> Scenario:
    return scenario.with_(segment_variety={label: scenario.segment_variety.get(label, scenario.variety) for label in labels})


def _segment(label: str) -> knob.Change:
    return lambda scenario, value: scenario.with_(segment_variety={**scenario.segment_variety, label: float(value)})


def draw(stage: Stage) -> None:
    """The expert fold."""
    scenario = stage.asked
    fresh = default_scenario(stage.ground)
    count = sum(getattr(scenario, name) != getattr(fresh, name) for name in SET)
    with knob.fold("expert", f"{words.EXPERT} ({count})" if count else words.EXPERT) as is_open:
        if is_open:
            _engine(scenario)
            _likeness(stage)
            _weights(stage)
            _rotation(stage)
            _exposure(stage)
            drag.switch()


def _engine(scenario: Scenario) -> None:
    st.selectbox(
        words.ENGINE, list(words.ENGINES), format_func=words.ENGINES.get, help=words.ENGINE_HELP, **knob.setting("engine", scenario.engine)
    )
    left, right = st.columns(2, gap="small", vertical_alignment="bottom")
    left.number_input(words.WINDOW, 0, LONGEST_LIST, step=1, help=words.WINDOW_HELP, **knob.setting("window", scenario.window))
    right.number_input(words.POOL, 1, LARGEST_POOL, step=10, help=words.POOL_HELP, **knob.setting("pool", scenario.pool))


def _likeness(stage: Stage) -> None:
    scenario, ground = stage.asked, stage.ground
    st.selectbox(
        words.SIMILARITY,
        SIMILARITIES,
        format_func=words.SIMILARITIES.get,
        help=words.SIMILARITY_HELP,
        **knob.setting("similarity", scenario.similarity),
    )
    lacks = [
        what for what, vectors in (("model vectors", ground.model_vectors), ("attributes", ground.attribute_vectors)) if vectors is None
    ]
    if lacks:
        st.caption(words.NO_SIMILARITY.format(what=formats.listing(lacks)))
    if scenario.similarity == "blend":
        st.slider(words.BLEND, 0.0, 1.0, step=0.05, **knob.setting("blend_share", scenario.blend_share))


def _weights(stage: Stage) -> None:
    """The raw weight of each slider that this run has something for; a number takes the slider's place."""
    st.markdown(f"**{words.RAW}**", help=words.RAW_HELP)
    in_force: Mapping[str, float] = {}
    with suppress(UserError):  # the lists say what is wrong with the scenario
        in_force = stage.ready().weights
    names = [name for name in words.RAW_NAMES if stage.ground.has(name) and name not in stage.missing]
    columns = st.columns(2, gap="small")
    for place, name in enumerate(names):
        top = 1.0 if name == "variety" else 1000.0
        columns[place % 2].number_input(
            words.RAW_NAMES[name],
            -1000.0 if name == "price" else 0.0,
            top,
            step=0.01,
            format="%.4g",
            placeholder=f"{in_force.get(name, 0.0):.3g}",
            **knob.knob(f"raw_{name}", stage.asked.raw.get(name), _raw(name)),
        )


def _raw(name: str) -> knob.Change:
    def changed(scenario: Scenario, weight: float | None) -> Scenario:
        others = {slider: held for slider, held in scenario.raw.items() if slider != name}
        return scenario.with_(raw=others if weight is None else {**others, name: float(weight)})

    return changed


def _rotation(stage: Stage) -> None:
    scenario, known = stage.asked, stage.ground.shown is not None
    if not known and not scenario.rotation:
        st.caption(words.NO_ROTATION)
        return
    st.slider(words.ROTATION, 0.0, 1.0, step=0.05, help=words.ROTATION_HELP, **knob.setting("rotation", scenario.rotation))
    if scenario.rotation:
        st.number_input(words.ROTATION_DAYS, 0.1, 36_500.0, step=1.0, **knob.setting("rotation_days", scenario.rotation_days))


def _exposure(stage: Stage) -> None:
    scenario, names = stage.asked, conditions_form.of_text(stage)
    if not names:
        return
    st.markdown(f"**{words.EXPOSURE}**", help=words.EXPOSURE_HELP)
    by = scenario.exposure_attribute
    for number, (value, share) in enumerate(scenario.exposure.items()):
        label = words.EXPOSURE_OF.format(attribute=words_rules.attribute(by or "").lower(), value=formats.shorten(value, 40))
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"exposure_{number}"):
            st.number_input(
                formats.plain(label), 0.0, 100.0, step=1.0, **knob.knob(f"exposure_{number}", round(100 * share, 4), _target(value))
            )
            knob.remove_button(f"exposure_{number}_out", words.REMOVE, _without_target(value))
    if scenario.exposure:
        st.slider(
            words.EXPOSURE_STRENGTH, 0.0, 2.0, step=0.05, **knob.knob("exposure_strength", min(scenario.exposure_strength, 2.0), _strength)
        )
    keys = {part: state.widget_key(f"exposure_new_{part}") for part in ("by", "value")}
    chosen = by if scenario.exposure and by else st.selectbox(words.EXPOSURE_BY, names, format_func=words_rules.attribute, key=keys["by"])
    offered = [value for value in conditions_form.values(stage, chosen or names[0]) if value not in scenario.exposure]
    st.selectbox(words.EXPOSURE_VALUE, offered, index=None, key=f"{keys['value']}_{chosen}")
    st.button(words.EXPOSURE_ADD, icon=":material/add:", key="exposure_add", width="stretch", on_click=_add_target, args=(chosen,))


def _target(value: str) -> knob.Change:
    return lambda scenario, share: scenario.with_(exposure={**scenario.exposure, value: (share or 0.0) / 100})


def _without_target(value: str) -> Any:
    def changed(scenario: Scenario) -> Scenario:
        left = {name: share for name, share in scenario.exposure.items() if name != value}
        return scenario.with_(exposure=left, exposure_attribute=scenario.exposure_attribute if left else None)

    return changed


def _strength(scenario: Scenario, value: float) -> Scenario:
    return scenario.with_(exposure_strength=float(value))


def _add_target(attribute: str) -> None:
    value = state.get(f"{state.widget_key('exposure_new_value')}_{attribute}")
    if value:
        draft.edit(lambda s: s.with_(exposure={**s.exposure, value: FIRST_SHARE}, exposure_attribute=attribute))
