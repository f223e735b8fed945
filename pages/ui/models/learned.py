"""How a model learned: its curves, what went wrong on the way, its settings and what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, formats, picker, show, state, words
from pages.ui import words_models as say
from pages.ui.charts import curves
from pages.ui.formats import plain
from pages.ui.models import search
from recsys_core.storage.records import JobRecord, RunRecord

FIRST_SEEN = 2  # charts; the others are folded


def draw_curves(curve: curves.Curve, metric: str, key: str, alarms: Sequence[Mapping[str, Any]] = (), *, done: bool = False) -> None:
    """Two charts at once, the others in a fold, and the alarms before them."""
    for alarm in alarms:
        _alarm(alarm)
    drawn = list(curves.charts(curve, metric, done=done).items())
    _row(drawn[:FIRST_SEEN], key)
    if drawn[FIRST_SEEN:]:
        with st.expander(say.MORE_CURVES, icon=":material/show_chart:", key=f"more_{key}", on_change="rerun") as fold:
            for start in range(FIRST_SEEN, len(drawn), 2) if fold.open else ():
                _row(drawn[start : start + 2], key)


def _row(drawn: Sequence[tuple[str, Any]], key: str) -> None:
    for place, (name, figure) in zip(st.columns(2), drawn, strict=False):
        with place:
            show.chart(figure, key=f"{name}_{key}", border=False)


def _alarm(alarm: Mapping[str, Any]) -> None:
    told = say.ALARM_AT.format(epoch=f"{float(alarm.get('epoch') or 0):g}", message=str(alarm.get("message", "")))
    meaning = say.ALARM_MEANING.get(str(alarm.get("name", "")), say.ALARM_OTHER)
    st.warning(f"{plain(told)}  \n{plain(meaning)}", icon=":material/monitoring:")


def live_curves(job: JobRecord, events: Sequence[Mapping[str, Any]], curve: curves.Curve, metric: str) -> None:
    """The curve that a job is at (`present_curve`), the newest alarm before it."""
    alarms = [event for event in events if event.get("type") == "alarm" and event.get("part") == curve[-1]["told_as"]]
    draw_curves(curve, metric, job.id, alarms[-1:], done=job.state == "done")


def present_curve(events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The curve that is being drawn now: of a search its present trial, of a cross-validation its present fold; never a refit.

    `told_as` keeps the name of its part.
    """
    told = [event for event in events if event.get("type") == "curve" and not str(event.get("part", "fit")).endswith("refit")]
    part = told[-1].get("part", "fit") if told else None
    return [{**event, "part": "fit", "told_as": part} for event in told if event.get("part", "fit") == part]


def show_learned(runs: Sequence[RunRecord], current: RunRecord | None, names: Mapping[str, str]) -> None:
    """One run, chosen: its curves where it has some, its settings and costs."""
    if not runs:
        st.markdown(f":gray[{say.LEARNED_NONE}]")
        return
    by_id = {r.id: r for r in runs}
    first = current.id if current else runs[0].id
    picked = st.selectbox(
        say.LEARNED_RUN, [first, *(id_ for id_ in names if id_ in by_id and id_ != first)], format_func=names.__getitem__, key=state.LEARNED
    )
    record = by_id.get(str(picked), by_id[first])
    run = cache.run(record.id)
    picker.shipped_badge(record)
    curve, alarms = run.curves, list(run.manifest.get("alarms", []))
    show.hook("learned", run=record.id, epochs=len(curve), alarms=len(alarms))
    if curve:
        metric = str(dict(run.manifest.get("chosen", {})).get("by", "ndcg@100"))
        draw_curves(curve, metric, f"run_{record.id}", alarms, done=True)
    else:
        st.markdown(f":gray[{say.LEARNED_AT_ONCE.format(model=plain(run.spec.title))}]")
    chosen = dict(run.manifest.get("chosen", {}))
    if len(list(chosen.get("trials") or [])) > 1:
        search.draw_trials(list(chosen["trials"]), str(chosen.get("by", "ndcg@100")), run.spec.id, f"run_{record.id}")
    _costs(run.manifest)
    _settings(run)


def _costs(manifest: Mapping[str, Any]) -> None:
    row = st.grid(4, min_column_width=120, gap="small")
    row.metric(words.COLUMN_TIME, formats.seconds(manifest.get("fit_seconds")), help=say.COST_TIME_HELP)
    row.metric(say.COLUMN_CPU, formats.seconds(manifest.get("cpu_seconds")), help=say.COST_CPU_HELP)
    row.metric(say.COST_LAST, formats.seconds(manifest.get("last_fit_cpu_seconds")), help=say.COST_LAST_HELP)
    memory = manifest.get("peak_rss_mb")
    row.metric(say.COLUMN_MEMORY, formats.MISSING if memory is None else f"{memory:,.0f} MB", help=say.COST_MEMORY_HELP)


def _settings(run: Any) -> None:
    chosen = dict(run.manifest.get("chosen", {}))
    titles = {s.key: s.title for s in run.spec.settings}
    with st.expander(say.COLUMN_SETTINGS, icon=":material/tune:"):
        rows = [
            {say.COLUMN_SETTING: titles.get(key, say.METRIC_TITLE if key == "metric" else key), say.COLUMN_VALUE: _value(value)}
            for key, value in dict(run.manifest["settings"]).items()
        ]
        if chosen.get("epochs"):
            rows.append({say.COLUMN_SETTING: say.EPOCHS_KEPT, say.COLUMN_VALUE: str(chosen["epochs"])})
        for key, value in dict(chosen.get("learned") or {}).items():
            if value != run.manifest["settings"].get(key):  # else it was set, and stands there already
                rows.append({say.COLUMN_SETTING: titles.get(key, key), say.COLUMN_VALUE: _value(value)})
        st.dataframe(rows, hide_index=True, alt=say.COLUMN_SETTINGS)


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else formats.shorten(str(value), 80)
