"""The autopilot: one button, its steps while it runs, and its verdict."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, formats, picker, progress, state
from pages.ui import words_models as say
from pages.ui.formats import plain
from pages.ui.guards import guard
from recsys_core.jobs.autopilot_spec import DEFAULT_MINUTES, PLAN, autopilot_spec
from recsys_core.storage.records import DatasetRecord, JobRecord

KIND = "autopilot"
ICONS = {"done": "check_circle", "running": "progress_activity", "waiting": "radio_button_unchecked", "left out": "do_not_disturb_on"}


def autopilot_card(dataset: DatasetRecord, *, first: bool) -> None:
    """The button, and what the last one found. first: nothing is trained yet, so this is the page's next step."""
    mine = [j for j in cache.workspace().registry.jobs() if j.kind == KIND and j.spec.get("dataset") == dataset.id]
    busy = any(progress.is_live(j) for j in mine)
    with st.container(border=True, key="autopilot"):
        st.markdown(f"**{say.AUTOPILOT_TITLE}**  \n:gray[{say.AUTOPILOT_WORDS}]")
        label = say.AUTOPILOT_START.format(minutes=f"{DEFAULT_MINUTES:g}")
        kind = "primary" if first else "secondary"
        if st.button(label, type=kind, icon=":material/auto_awesome:", width="stretch", disabled=busy, key="start_autopilot"):
            with guard("autopilot_start"):
                asked = autopilot_spec(dataset.id)
                progress.submit(KIND, asked, say.AUTOPILOT_JOB.format(dataset=dataset.name), remember=state.TRAIN_JOB)
                st.rerun()
        last = next((j for j in mine if j.state == "done"), None)
        if last and not busy:
            when, told = formats.ago(last.finished_at), plain(verdict(last.result or {}, brief=True))
            st.markdown(f":gray[:small[{say.AUTOPILOT_LAST.format(when=when)} {told}]]")


def verdict(result: Mapping[str, Any], *, brief: bool = False) -> str:
    """What the autopilot found, in words: the best and who is level with it; and what was left out and why, unless `brief`."""
    found = dict(result.get("verdict", {}))
    models = {str(entry["run"]): picker.model_title(str(entry["model"])) for entry in result.get("models", [])}
    best, equal = models.get(str(found.get("best")), ""), [models[id_] for id_ in found.get("equal", []) if id_ in models]
    if not best:
        return say.AUTOPILOT_NOTHING
    metric = str(found.get("metric", "")).upper().replace("_", " ")
    told = (say.AUTOPILOT_BEST if len(models) > 1 else say.AUTOPILOT_ONLY).format(name=best, metric=metric)
    told += f" {say.VERDICT_LEVEL.format(others=formats.listing(equal))}" if equal else f" {say.AUTOPILOT_CLEAR}" if len(models) > 1 else ""
    chosen = models.get(str(found.get("by_validation")), best)
    if chosen != best:
        told += f" {say.VERDICT_VALIDATION.format(name=chosen)}"
    reasons: dict[str, list[str]] = {}
    for left in () if brief else result.get("left_out", []):
        reasons.setdefault(str(left["reason"]), []).append(picker.model_title(str(left["model"])))
    for reason, left_out in reasons.items():
        told += f" {say.AUTOPILOT_LEFT_OUT.format(names=formats.listing(left_out), reason=reason)}"
    return told


def live_steps(job: JobRecord, events: Sequence[Mapping[str, Any]]) -> None:
    """One line a model of the plan: done, running, waiting or left out, with the best validation figure so far."""
    lines = []
    for model in models_so_far(dict(job.spec.get("runs", {})), events):
        at, text = step_state(model, events)
        if at in ("running", "waiting") and not progress.is_live(job):
            at, text = "left out", say.STEP_STOPPED if at == "running" else say.STEP_NOT_BEGUN
        lines.append(f":material/{ICONS[at]}: **{plain(picker.model_title(model))}** &nbsp; :gray[{plain(text)}]")
    st.markdown("  \n".join(lines))


def models_so_far(asked: Collection[str], events: Sequence[Mapping[str, Any]]) -> list[str]:
    """The plan's models that the job was asked for; one that stands in for another only when that one was left out."""
    found = []
    for step in PLAN:
        for model in (model for model in step.known if model in asked):
            found.append(model)
            if step_state(model, events)[0] != "left out":
                break
    return found


def step_state(model: str, events: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """("done" | "running" | "waiting" | "left out", what there is to say) of a model, by what the job has told."""
    mine = [event for event in events if event.get("model") == model]
    left = next((event for event in mine if event.get("type") == "left_out"), None)
    if left:
        return "left out", str(left.get("reason", ""))
    if not mine:
        return "waiting", say.STEP_WAITING
    values = [
        float(e["value"])
        for e in mine
        if e.get("type") == "trial" and e.get("value") is not None and e.get("state") in ("done", "cut short")
    ]
    tried = sum(event.get("type") == "trial" for event in mine)
    later = [event.get("model") for event in events if event.get("model")]
    text = say.STEP_TRIED.format(n=formats.plural(tried, "trial"), value=f"{max(values):.3f}") if values else say.STEP_BEGUN
    return ("running" if later and later[-1] == model else "done"), text
