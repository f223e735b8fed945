"""Real and synthetic shoppers in one dataset: which are added, and what that does to segments and clusters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, formats, nav, progress, show
from pages.ui import words_synthetic as say
from pages.ui.charts.synthetic.shift import Moved, shift_chart
from pages.ui.formats import plain
from pages.ui.guards import guard
from pages.ui.synthetic import work
from pages.ui.synthetic.stage import Stage
from recsys_core.jobs.fuse_spec import KIND, LEAST_REASON, RARE, WEAKEST, fuse_spec

MOST_GROUPS = 12


def draw(stage: Stage) -> None:
    """What the last mixture moved on the left, the form on the right."""
    main, side = st.columns([2.1, 1], gap="medium")
    with main:
        work.panels(work.of(stage, KIND, lambda spec: spec.get("set") == stage.need.record.id))
        _mixtures(cache.shifts(stage.need.record.id))
    with side:
        _form(stage)


def _form(stage: Stage) -> None:
    record = stage.need.record
    blocked = bool(stage.card and stage.card.fuse_blocked)
    with st.container(border=True, key="mix"):
        st.markdown(f"**{say.MIX_TITLE}**  \n:gray[:small[{say.MIX_LINE}]]")
        ratio = st.number_input(say.RATIO, 0.05, 100.0, None, step=0.25, placeholder=say.ANY, help=say.RATIO_HELP_MIX, key="mix_ratio")
        weight = st.number_input(say.WEIGHT, 0.05, 10.0, 1.0, step=0.05, help=say.WEIGHT_HELP_MIX, key="mix_weight")
        alone = isinstance(record.wish.get("segment"), str)  # of a segment drawn on a map, told from everybody else
        labels = [] if alone else cache.segments(record.dataset).labels
        named = {WEAKEST: say.MIX_WEAKEST, **{label: label for label in labels}}
        picked = st.multiselect(
            say.MIX_SEGMENTS, list(named) if labels else [], format_func=named.__getitem__, help=say.MIX_SEGMENTS_HELP, key="mix_segments"
        )
        rare = st.toggle(say.MIX_RARE, help=say.MIX_RARE_HELP, key="mix_rare")
        name = st.text_input(say.MIX_NAME, placeholder=say.MIX_NAMED, help=say.MIX_NAME_HELP, key="mix_name")
        reason = None
        if blocked:
            st.warning(say.MIX_BLOCKED, icon=":material/info:")
            reason = st.text_input(say.MIX_REASON, placeholder=say.REASON_HINT, key="mix_reason").strip() or None
        held = blocked and sum(map(str.isalpha, reason or "")) < LEAST_REASON
        if st.button(say.MIX_START, type="primary", icon=":material/merge:", width="stretch", disabled=held, key="mix_start"):
            with guard("mix_start"):
                asked = fuse_spec(
                    record.id,
                    ratio=ratio,
                    segments=picked,
                    items=[RARE] if rare else [],
                    weight=float(weight),
                    name=name.strip() or None,
                    reason=reason,
                )
                progress.submit(KIND, asked, say.MIX_JOB)
                st.rerun()


def _mixtures(found: Sequence[Any]) -> None:
    """One of the mixtures made of this set: its sentences, its charts, and the way to it."""
    if not found:
        with st.container(border=True, key="mix_none"):
            st.markdown(f"**{say.MIX_NONE}**  \n:gray[{say.MIX_NONE_LINE}]")
        show.hook("mixture", n=0)
        return
    names = [_name(each) for each in found]
    place = st.selectbox(say.MIX_PICK, range(len(found)), format_func=names.__getitem__, key="mix_pick") if len(found) > 1 else 0
    shift = found[int(place)]
    with st.container(border=True, key="mixture"):
        for n, sentence in enumerate(shift.sentences):
            st.markdown(f"**{plain(sentence)}**" if n == 0 else plain(sentence))
        if st.button(say.MIX_OPEN, icon=":material/arrow_forward:", key="mix_open"):
            nav.go("data", dataset=shift.after)
    with st.grid(2, min_column_width=330, gap="small", key="shifts"):
        for kind in ("segment", "cluster"):
            groups = [_moved(each) for each in shift.of(kind)]
            if groups:
                shown = sorted(groups, key=lambda group: -group.change)[:MOST_GROUPS]
                show.chart(shift_chart(kind, shown), key=f"shift_{kind}", stretch=True)
    figures = {"segments": shift.segment_rand, "clusters": shift.cluster_rand}
    told = {name: "" if value is None else round(value, 4) for name, value in figures.items()}
    show.hook("mixture", n=len(found), dataset=shift.after, real=shift.real_shoppers, synthetic=shift.synthetic_shoppers, **told)


def _name(shift: Any) -> str:
    made = say.MIX_MADE.format(real=formats.count(shift.real_shoppers), synthetic=formats.count(shift.synthetic_shoppers))
    return f"{formats.shorten(shift.name, 40)} · {made}"


def _moved(group: Any) -> Moved:
    if group.before is None:
        return Moved(say.SHIFT_NEW.format(name=group.after), None, group.share_after)
    if group.after is None:
        return Moved(say.SHIFT_GONE.format(name=group.before), group.share_before, None)
    return Moved(group.before, group.share_before, group.share_after)
