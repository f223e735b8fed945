"""Searches for better settings and cross-validations: what they tried so far, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, formats, picker, show
from pages.ui import words_models as say
from pages.ui.charts import trials as charts
from recsys_core.models.registry import model_specs
from recsys_core.storage.records import DatasetRecord, JobRecord

SHOWN_SETTINGS = 6
Events = Sequence[Mapping[str, Any]]


def live_trials(job: JobRecord, events: Events) -> None:
    """The trials of the model that a search is at, beside how the present one learns."""
    found = [event for event in events if event.get("type") == "trial"]
    if not found:
        return
    model = str(found[-1].get("model", ""))
    mine = [event for event in found if str(event.get("model", "")) == model]
    draw_trials(mine, metric_of(job), model, job.id)


def draw_trials(told: Events, metric: str, model: str, key: str) -> None:
    """Value by trial; each setting against it in a fold."""
    read = charts.read_trials(told, metric)
    spec = next((spec for spec in model_specs() if spec.id == model), None)
    titles = {s.key: s.title for s in spec.settings} if spec else {}
    logarithmic = [s.key for s in spec.settings if s.log] if spec else []
    show.chart(charts.trials_chart(read, metric, defaults_first=any("value" in each for each in told)), key=f"trials_{key}", border=False)
    drawn = list(charts.settings_charts(read, metric, titles, logarithmic).items())[:SHOWN_SETTINGS]
    if drawn:
        with st.expander(say.SETTINGS_TRIED, icon=":material/tune:", key=f"tried_{key}", on_change="rerun") as fold:
            for start in range(0, len(drawn), 2) if fold.open else ():
                for place, (name, figure) in zip(st.columns(2), drawn[start : start + 2], strict=False):
                    with place:
                        show.chart(figure, key=f"tried_{name}_{key}", border=False)


def metric_of(job: JobRecord) -> str:
    """What a job chooses by."""
    return str(dict(job.spec.get("settings", {})).get("metric", "ndcg@100"))


def searched(result: Mapping[str, Any]) -> str:
    """What came of a search, in a sentence."""
    value, default = result.get("value"), result.get("default_value")
    told = {"n": len(list(result.get("trials", []))), "metric": str(result.get("metric", "")).upper().replace("_", " ")}
    if value is None or default is None:
        return say.SEARCH_DONE.format(**told)
    form = say.SEARCH_BETTER if value > default else say.SEARCH_SAME
    return form.format(**told, value=f"{value:.3f}", default=f"{default:.3f}")


def cross_validated(result: Mapping[str, Any]) -> str:
    """What came of a cross-validation, in a sentence."""
    hit = dict(dict(result.get("metrics", {})).get("hit_rate@10") or {})
    if hit.get("value") is None:
        return say.CROSS_DONE.format(n=len(list(result.get("folds", []))))
    low, high = (100 * float(hit[end] if hit.get(end) is not None else hit["value"]) for end in ("low", "high"))
    return say.CROSS_HITS.format(n=len(list(result["folds"])), hits=f"{100 * hit['value']:.1f}", low=f"{low:.1f}", high=f"{high:.1f}")


def show_cross_validations(dataset: DatasetRecord) -> None:
    """Every finished cross-validation of a dataset, in a fold; nothing where there is none."""
    jobs = [
        j for j in cache.workspace().registry.jobs(states=("done",)) if j.kind == "cross-validate" and j.spec.get("dataset") == dataset.id
    ]
    if not jobs:
        return
    with st.expander(say.CROSS_TITLE, icon=":material/rotate_right:"):
        st.caption(f"{say.CROSS_NOTE} {say.CROSS_APART}")
        st.dataframe([_cross_row(job) for job in jobs], hide_index=True, alt=say.CROSS_TITLE)


def _cross_row(job: JobRecord) -> dict[str, Any]:
    result = dict(job.result or {})
    metrics = dict(result.get("metrics", {}))
    row: dict[str, Any] = {
        say.COLUMN_MODEL: picker.model_title(str(result.get("model", ""))),
        say.COLUMN_FOLDS: len(list(result.get("folds", []))),
    }
    for name, title in (("hit_rate@10", say.COLUMN_HITS), ("ndcg@10", "NDCG@10"), ("ndcg@100", "NDCG@100")):
        found = dict(metrics.get(name) or {})
        row[title] = (
            formats.interval(found["value"], found.get("low"), found.get("high")) if found.get("value") is not None else formats.MISSING
        )
    row[say.COLUMN_SPREAD] = _spread(dict(metrics.get("hit_rate@10") or {}))
    row[say.COLUMN_WHEN] = formats.ago(job.finished_at)
    return row


def _spread(found: Mapping[str, Any]) -> str:
    low, high = found.get("fold_low"), found.get("fold_high")
    return formats.MISSING if low is None or high is None else f"{float(low):.3f} to {float(high):.3f}"
