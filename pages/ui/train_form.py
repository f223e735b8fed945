"""The form that starts a training: a model in plain words, its settings with sane defaults, the rest folded away."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import progress, state, words
from pages.ui import words_models as say
from pages.ui.guards import guard
from recsys_core.jobs.train_spec import train_spec
from recsys_core.models.registry import model_specs
from recsys_core.models.spec import ModelSpec, Setting
from recsys_core.storage.records import DatasetRecord


def train_form(dataset: DatasetRecord, *, has_times: bool, has_split: bool) -> None:
    """Pick a model, start it."""
    specs = {spec.id: spec for spec in reversed(model_specs())}
    default = next((i for i, spec in enumerate(specs.values()) if spec.default), 0)
    chosen = st.selectbox(say.TRAIN_MODEL, list(specs), index=default, format_func=lambda id_: specs[id_].title, key=state.TRAIN_MODEL)
    spec = specs[chosen]
    st.markdown(f"{spec.words} :gray[{spec.good_for}]")
    settings = {s.key: _input(spec, s) for s in spec.settings if not s.expert}
    with st.expander(say.EXPERT, icon=":material/tune:"):
        st.caption(say.EXPERT_NOTE)
        protocols = [p for p in words.PROTOCOL_WORDS if _possible(p, has_times=has_times, has_split=has_split)]
        protocol = st.selectbox(
            say.PROTOCOL, protocols, index=protocols.index("given") if has_split else 0, format_func=words.PROTOCOL_WORDS.__getitem__
        )
        seed = st.number_input(say.SEED, 0, 2**31 - 1, 0, step=1, help=say.SEED_HELP)
        refit = st.toggle(say.REFIT, help=say.REFIT_HELP)
        mine = st.toggle(say.SET_MYSELF, key=f"mine_{spec.id}", help=say.SET_MYSELF_HELP) if any(s.expert for s in spec.settings) else False
        if mine:
            settings |= {s.key: _input(spec, s) for s in spec.settings if s.expert}
    given = {s.key: settings[s.key] for s in spec.settings if s.key in settings and (mine or settings[s.key] != s.default)}
    if st.button(say.START_TRAINING, type="primary", icon=":material/play_arrow:", width="stretch"):
        with guard("start"):
            asked = train_spec(dataset.id, spec.id, settings=given, protocol=protocol, seed=int(seed), refit=refit)
            progress.submit("train", asked, say.TRAIN_JOB.format(model=spec.title, dataset=dataset.name), remember=state.TRAIN_JOB)
            st.rerun()


def _input(spec: ModelSpec, setting: Setting) -> Any:
    key = f"setting_{spec.id}_{setting.key}"
    if setting.kind == "choice":
        return st.selectbox(setting.title, setting.choices, index=setting.choices.index(str(setting.default)), help=setting.help, key=key)
    cast = int if setting.kind == "int" else float
    bounds = {name: None if value is None else cast(value) for name, value in (("min_value", setting.low), ("max_value", setting.high))}
    return st.number_input(
        setting.title, value=cast(setting.default), help=setting.help, key=key, format=None if cast is int else "%g", **bounds
    )


def _possible(protocol: str, *, has_times: bool, has_split: bool) -> bool:
    return (protocol != "given" or has_split) and (protocol != "time" or has_times)
