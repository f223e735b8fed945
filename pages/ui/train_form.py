"""The form that starts a training: a model in plain words, its settings with sane defaults, the rest folded away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from pages.ui import cache, league, picker, progress, state, words
from pages.ui import words_models as say
from pages.ui.formats import plain
from pages.ui.guards import guard
from pages.ui.models.expected import expected
from pages.ui.models.obstacles import obstacle
from recsys_core.jobs.cross_validate_spec import cross_validate_spec
from recsys_core.jobs.possible import check_possible
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.tune_spec import tune_spec
from recsys_core.models.registry import model_specs
from recsys_core.models.spec import ModelSpec, Setting, Value
from recsys_core.storage.records import DatasetRecord, RunRecord

FUSION = "fusion"
FOLDED_PROTOCOLS = ("random", "users")  # those that deal folds


@dataclass(frozen=True)
class Wish:
    """What the form was filled in with. settings: those that are not to be chosen by Aisle."""

    spec: ModelSpec
    protocol: str
    seed: int
    refit: bool
    settings: dict[str, Any] = field(default_factory=dict)


def train_form(dataset: DatasetRecord, runs: Sequence[RunRecord], *, has_times: bool, has_split: bool) -> None:
    """Pick a model, start it, or have its settings searched, or cross-validate it."""
    specs = {spec.id: spec for group in say.GROUPS for spec in model_specs() if spec.group == group}
    default = next((i for i, spec in enumerate(specs.values()) if spec.default), 0)
    chosen = st.selectbox(say.TRAIN_MODEL, list(specs), index=default, format_func=lambda id_: title(specs[id_]), key=state.TRAIN_MODEL)
    spec = specs[chosen]
    st.markdown(f"{spec.words} :gray[{spec.good_for}]")
    mixed = _runs_to_mix(runs) if spec.id == FUSION else {}
    offered = [s for s in spec.settings if s.kind != "text"]  # runs to mix are picked, not written
    settings = {s.key: _input(spec, s) for s in offered if not s.expert}
    with st.expander(say.EXPERT, icon=":material/tune:"):
        st.caption(say.EXPERT_NOTE)
        protocols = [p for p in words.PROTOCOL_WORDS if _possible(p, has_times=has_times, has_split=has_split)]
        protocol = st.selectbox(
            say.PROTOCOL, protocols, index=protocols.index("given") if has_split else 0, format_func=words.PROTOCOL_WORDS.__getitem__
        )
        seed = st.number_input(say.SEED, 0, 2**31 - 1, 0, step=1, help=say.SEED_HELP)
        refit = st.toggle(say.REFIT, help=say.REFIT_HELP)
        expert = [s for s in offered if s.expert]
        mine = bool(expert) and st.toggle(say.SET_MYSELF, key=f"mine_{spec.id}", help=say.SET_MYSELF_HELP)
        if mine:
            settings |= {s.key: _input(spec, s) for s in expert}
    given = {s.key: settings[s.key] for s in spec.settings if s.key in settings and (mine or settings[s.key] != s.default)}
    wish = Wish(spec, protocol, int(seed), refit, {**given, **mixed})
    ready = spec.id != FUSION or bool(mixed)
    _start(dataset, wish, ready)
    if ready:
        _tune(dataset, wish)
        _cross_validate(dataset, wish)


def title(spec: ModelSpec) -> str:
    """A model in the list of all: its name, and its kind where the name does not say it."""
    kind = say.GROUP_ONE[spec.group]
    return spec.title if kind.lower() in spec.title.lower() else f"{spec.title} · {kind}"


def _start(dataset: DatasetRecord, wish: Wish, ready: bool) -> None:
    time = expected(dataset, wish.spec.id, wish.settings)
    if time:
        st.markdown(f":gray[:material/schedule: {say.EXPECTED.format(time=time)}]", help=say.EXPECTED_HELP)
    stopped = obstacle(dataset, wish.spec, wish.settings, wish.protocol)
    if stopped:
        st.warning(stopped, icon=":material/info:")
    if st.button(say.START_TRAINING, type="primary", icon=":material/play_arrow:", width="stretch", disabled=not ready):
        with guard("start"):
            asked = train_spec(dataset.id, wish.spec.id, settings=wish.settings, protocol=wish.protocol, seed=wish.seed, refit=wish.refit)
            _submit("train", asked, say.TRAIN_JOB, dataset, wish)


def _tune(dataset: DatasetRecord, wish: Wish) -> None:
    with st.expander(say.TUNE_TITLE, icon=":material/manage_search:"):
        if not any(s.search is not None and s.key not in wish.settings for s in wish.spec.settings):
            st.caption(say.TUNE_NOTHING.format(model=plain(wish.spec.title)))
            return
        st.caption(say.TUNE_WORDS)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            minutes = st.number_input(say.TUNE_MINUTES, 1, 600, 5, step=1)
            pressed = st.button(say.TUNE_START, icon=":material/play_arrow:", key="start_tune")
        if pressed:
            with guard("start_tune"):
                asked = tune_spec(
                    dataset.id,
                    [wish.spec.id],
                    minutes=float(minutes),
                    settings=wish.settings,
                    protocol=wish.protocol,
                    seed=wish.seed,
                    refit=wish.refit,
                )
                _submit("tune", asked, say.TUNE_JOB, dataset, wish)


def _cross_validate(dataset: DatasetRecord, wish: Wish) -> None:
    with st.expander(say.CROSS_TITLE_FORM, icon=":material/rotate_right:"):
        protocol = wish.protocol if wish.protocol in FOLDED_PROTOCOLS else FOLDED_PROTOCOLS[0]
        st.caption(say.CROSS_WORDS)
        if protocol != wish.protocol:
            st.caption(say.CROSS_DEALT.format(protocol=words.PROTOCOL_WORDS[protocol]))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            folds = st.number_input(say.CROSS_FOLDS, 2, 20, 5, step=1)
            pressed = st.button(say.CROSS_START, icon=":material/play_arrow:", key="start_cross")
        if pressed:
            with guard("start_cross"):
                asked = cross_validate_spec(
                    dataset.id,
                    wish.spec.id,
                    folds=int(folds),
                    protocol=protocol,
                    settings=wish.settings,
                    seed=wish.seed,
                    refit=wish.refit,
                )
                _submit("cross-validate", asked, say.CROSS_JOB, dataset, wish)


def _submit(kind: str, asked: dict[str, Any], form: str, dataset: DatasetRecord, wish: Wish) -> None:
    check_possible(cache.workspace(), asked)
    name, _ = league.short(wish.spec.title, "")
    progress.submit(kind, asked, form.format(model=name, dataset=dataset.name), remember=state.TRAIN_JOB)
    st.toast(say.STARTED, icon=":material/play_arrow:")  # the form may be far below its panel
    st.rerun()


def _runs_to_mix(runs: Sequence[RunRecord]) -> dict[str, Value]:
    """The setting `runs` of a fusion: two or more runs of one split, never a fusion itself; empty until two are chosen."""
    known = league.splits(runs)
    alike = [r for r in league.tested_on(runs, known[0]) if r.model != FUSION and cache.has_validation_lists(r.id)] if known else []
    if len(alike) < 2:
        st.caption(say.FUSION_FEW)
        return {}
    names = picker.league_names(runs)
    best = [row.best.id for row in league.rows(alike)]
    picked = st.multiselect(
        say.FUSION_RUNS,
        [id_ for id_ in names if id_ in {r.id for r in alike}],
        default=best[:2] if len(best) > 1 else [r.id for r in alike[:2]],
        format_func=names.__getitem__,
        help=say.FUSION_HELP,
        key="fusion_runs",
    )
    return {"runs": ",".join(picked)} if len(picked) > 1 else {}


def _input(spec: ModelSpec, setting: Setting) -> Any:
    key = f"setting_{spec.id}_{setting.key}"
    if setting.kind == "choice":
        return st.selectbox(setting.title, setting.choices, index=setting.choices.index(str(setting.default)), help=setting.help, key=key)
    cast = int if setting.kind == "int" else float
    bounds: Mapping[str, Any] = {
        name: None if value is None else cast(value) for name, value in (("min_value", setting.low), ("max_value", setting.high))
    }
    return st.number_input(
        setting.title, value=cast(setting.default), help=setting.help, key=key, format=None if cast is int else "%g", **bounds
    )


def _possible(protocol: str, *, has_times: bool, has_split: bool) -> bool:
    return (protocol != "given" or has_split) and (protocol != "time" or has_times)
