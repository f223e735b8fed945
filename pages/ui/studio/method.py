"""How a list is made: the formula, the order of operations, the seed, what each figure means."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui import formats, show
from pages.ui.studio import words_method as words
from pages.ui.studio.stage import Stage
from pages.ui.studio.words_population import FIGURES
from recsys_core.ranking.plan import SET_WISE


def draw(stage: Stage) -> None:
    """The method."""
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        _formula(stage)
        _order()
        st.markdown(words.CAVEAT)
        st.caption(words.INTERVALS)
    with right:
        _facts(stage)
        _sliders(stage)
    with st.expander(words.DEFINITIONS, key="studio_definitions"):
        definitions = [(about.name, about.definition) for about in FIGURES.values()]
        st.table(
            pd.DataFrame(definitions, columns=list(words.DEFINITION_COLUMNS)).set_index(words.DEFINITION_COLUMNS[0]), border="horizontal"
        )


def _formula(stage: Stage) -> None:
    scenario = stage.scenario
    st.markdown(f"**{words.FORMULA_TITLE}**")
    with st.container(key="studio_formula"):
        st.latex(words.FORMULA_NEAREST)
        if scenario.engine == SET_WISE:
            st.latex(words.SET_WISE_FIRST)
    window = words.LAST_PLACES.format(n=scenario.window) if scenario.window else words.WHOLE_LIST
    st.caption(words.LEGEND.format(window=window, engine=words.ENGINES[scenario.engine]))


def _order() -> None:
    st.markdown(f"**{words.ORDER_TITLE}**")
    st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(words.ORDER, 1)))


def facts(stage: Stage) -> dict[str, str]:
    """What the figures on screen are of."""
    scenario, opened = stage.scenario, stage.opened
    seed = opened.run.manifest["seed"]
    told = {
        "scenario": scenario.name,
        "hash": scenario.hash,
        "model": stage.record.id,
        "dataset": f"{stage.dataset.name} ({stage.dataset.id})",
        "before": opened.compared_with,
        "users": formats.count(len(stage.answer.users)),
        "k": str(scenario.k),
        "pool": str(scenario.pool),
        "engine": scenario.engine,
        "similarity": words.SIMILARITIES[scenario.similarity],
        "day": formats.day(stage.studio.day),
        "held": _held(stage),
        "seed": words.SEED_TOLD.format(seed=seed),
    }
    return {words.FACTS[name]: text for name, text in told.items()}


def _facts(stage: Stage) -> None:
    st.markdown(f"**{words.THIS_TITLE}**")
    rows = [{"": name, " ": text} for name, text in facts(stage).items()]
    st.table(pd.DataFrame(rows).map(formats.plain).set_index(""), border="horizontal", hide_header=True)
    show.hook("method", scenario=stage.scenario.hash, before=stage.opened.compared_with)


def _held(stage: Stage) -> str:
    from pages.ui import words as shared

    if stage.studio.held is None:
        return words.NOTHING_HELD_OUT
    protocol = str(stage.opened.run.manifest["protocol"])
    return shared.PROTOCOL_WORDS.get(protocol, protocol)


def _sliders(stage: Stage) -> None:
    """The raw weight behind each position that is turned."""
    scenario = stage.scenario
    st.markdown(f"**{words.SLIDERS_TITLE}**")
    weights = stage.answer.ready.weights
    rows = [
        (words.SLIDER_NAMES[name], words.BY_HAND if name in scenario.raw else f"{getattr(scenario, name):g} %", f"{weights[name]:.4g}")
        for name in words.SLIDER_NAMES
        if name in weights and (weights[name] or getattr(scenario, name))
    ]
    if not rows:
        st.caption(words.NO_SLIDERS)
        return
    st.table(pd.DataFrame(rows, columns=list(words.SLIDER_COLUMNS)).set_index(words.SLIDER_COLUMNS[0]), border="horizontal")
    st.caption(words.SLIDERS_NOTE)
