"""Whether synthetic shoppers help: the experiment, its verdict in words, and the differences with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, formats, picker, progress, show
from pages.ui import words_synthetic as say
from pages.ui.charts.segments import SegmentChange, segments_chart
from pages.ui.formats import plain
from pages.ui.guards import guard
from pages.ui.synthetic import work
from pages.ui.synthetic.stage import Stage
from recsys_core.jobs.augment_spec import KIND, MODELS, MOST_SEEDS, augment_spec
from recsys_core.models.registry import model_specs

MOST_ROWS = 14


def draw(stage: Stage) -> None:
    """The verdict on the left, the two ready-made experiments on the right."""
    main, side = st.columns([2.1, 1], gap="medium")
    with main:
        jobs = work.of(stage, KIND, lambda spec: spec.get("set") == stage.need.record.id)
        work.panels(jobs, work.live_curves)
        _results(cache.augments(stage.need.record.id))
    with side:
        _form(stage)


def _form(stage: Stage) -> None:
    with st.container(border=True, key="help_form"):
        st.markdown(f"**{say.HELP_TITLE}**  \n:gray[:small[{say.HELP_LINE}]]")
        with st.expander(say.HELP_MORE, icon=":material/tune:"):
            able = [spec for spec in model_specs() if spec.folds_in and spec.family != "ensemble"]
            titles = {spec.id: spec.title for spec in able}
            models = st.multiselect(
                say.MODELS, list(titles), [m for m in MODELS if m in titles], format_func=titles.__getitem__, key="help_models"
            )
            seeds = st.number_input(say.SEEDS, 1, MOST_SEEDS, 5, step=1, help=say.SEEDS_HELP, key="help_seeds")
            ratio = st.number_input(say.RATIO, 0.05, 20.0, None, step=0.5, placeholder=say.CHOSEN, help=say.RATIO_HELP, key="help_ratio")
            weight = st.number_input(
                say.WEIGHT, 0.0, 10.0, None, step=0.05, placeholder=say.CHOSEN, help=say.WEIGHT_HELP, key="help_weight"
            )
        regime = None
        if st.button(
            say.HELP_SCARCE, type="primary", icon=":material/science:", width="stretch", help=say.HELP_SCARCE_HELP, key="help_scarce"
        ):
            regime = "scarce"
        if st.button(say.HELP_FULL, icon=":material/science:", width="stretch", help=say.HELP_FULL_HELP, key="help_full"):
            regime = "full"
        if regime:
            with guard("help_start"):
                asked = augment_spec(set=stage.need.record.id, regime=regime, seeds=int(seeds), models=models, ratio=ratio, weight=weight)
                progress.submit(KIND, asked, say.HELP_JOB[regime])
                st.rerun()


def _results(found: Sequence[Any]) -> None:
    if not found:
        with st.container(border=True, key="help_none"):
            st.markdown(f"**{say.HELP_NONE}**  \n:gray[{say.HELP_NONE_LINE}]")
        show.hook("augment", n=0)
        return
    names = [told(each) for each in found]
    place = st.selectbox(say.HELP_PICK, range(len(found)), format_func=names.__getitem__, key="help_pick") if len(found) > 1 else 0
    result = found[int(place)]
    models = list(dict.fromkeys(finding.model for finding in result.findings))
    with st.container(border=True, key="help_verdict"):
        for model, sentence in zip(models, result.sentences, strict=False):
            verdict = result.of(model).verdict
            icon = f":{say.HELP_COLOURS[verdict]}[:material/{say.HELP_ICONS[verdict]}:]"
            told_of = sentence.replace(f"{model}:", f"{picker.model_title(model)}:", 1)
            st.markdown(f"{icon} **{plain(formats.sentence(told_of))}**")
        st.markdown(f":gray[:small[{plain(names[int(place)])}]]")
        for note in result.notes:
            st.markdown(f":gray[:small[{plain(note)}]]")
    with st.grid(min(2, len(models)), min_column_width=380, gap="small", key="help_charts"):
        for model in models:
            show.chart(difference_chart(result, model), key=f"help_{model}", stretch=True)
    _repetitions(result)
    verdicts = {f"verdict_{n}": f"{model}:{result.of(model).verdict}" for n, model in enumerate(models)}
    show.hook("augment", n=len(found), regime=result.regime, seeds=len(result.seeds), tested=result.tested, **verdicts)


def told(result: Any) -> str:
    """An experiment in a line: how much data, how many were added, how often, on whom."""
    share = formats.percent(result.share, 0) if result.share else ""
    text = say.HELP_RUN.format(
        regime=say.REGIMES[result.regime].format(share=share),
        ratio=f"{result.ratio:g}",
        seeds=formats.plural(len(result.seeds), "repetition"),
        tested=formats.plural(result.tested, "shopper"),
    )
    return text[:1].upper() + text[1:]


def difference_chart(result: Any, model: str) -> Any:
    """Paired differences with their intervals, everybody first."""
    rows = [row for row in map(_row, (f for f in result.findings if f.model == model)) if row is not None][:MOST_ROWS]
    whole, name = result.of(model), picker.model_title(model)
    half = 50 * (whole.gain_high - whole.gain_low)
    title = say.HELP_CHARTS[whole.verdict].format(model=name, change=signed(100 * whole.gain), half=f"{half:.1f}")
    subtitle = say.HELP_CHART_SUBTITLE.format(metric=result.metric.upper())
    return segments_chart(rows, title=title, subtitle=subtitle, axis=say.HELP_AXIS, shoppers=say.HELP_SHOPPERS)


def _row(found: Any) -> SegmentChange | None:
    if not all(abs(value) < 1e6 for value in (found.gain, found.gain_low, found.gain_high)):
        return None
    group = say.HELP_EVERYBODY if found.kind == "all" else formats.sentence(found.group)
    change, low, high = (signed(100 * value) for value in (found.gain, found.gain_low, found.gain_high))
    text = say.HELP_TOLD.format(group=group, change=change, low=low, high=high, real=f"{found.real:.4f}", fused=f"{found.fused:.4f}")
    text += f"<br>{say.HELP_VERDICTS[found.verdict]}"
    return SegmentChange(group, found.users, 100 * found.gain, 100 * found.gain_low, 100 * found.gain_high, text, found.kind == "all")


def signed(value: float) -> str:
    """3.14 -> "+3.1 %"."""
    return f"{value:+.1f} %".replace("-", "−")


def _repetitions(result: Any) -> None:
    with st.expander(say.HELP_SEEDS, icon=":material/table_rows:"):
        cells = [
            (picker.model_title(p.model), str(p.seed), f"{p.weight:g}", f"{p.real:.4f}", f"{p.synthetic:.4f}", f"{p.fused:.4f}")
            for p in result.curve
        ]
        st.dataframe([dict(zip(say.HELP_COLUMNS, row, strict=True)) for row in cells], hide_index=True, alt=say.HELP_SEEDS)
