"""Next week's file: the shop's recipe applied, what differs named, the same models trained again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui import cache, formats, nav, picker, progress, state
from pages.ui import words_data as say
from pages.ui.formats import plain
from pages.ui.guards import guard
from pages.ui.intake import uploads
from recsys_core.data.recipe import Recipe, apply
from recsys_core.data.request import IngestRequest
from recsys_core.errors import NotFoundError
from recsys_core.jobs.train_spec import train_spec
from recsys_core.storage.records import DatasetRecord, JobRecord, RunRecord


def next_file(record: DatasetRecord) -> None:
    """The uploader whose file is read as the last one was."""
    recipe = cache.recipe(record.id)
    if recipe is None:
        raise NotFoundError(say.NEXT_NO_RECIPE, say.NEXT_NO_RECIPE_HINT)
    st.markdown(say.NEXT_NOTE.format(name=plain(record.name)))
    with guard("upload"):
        files = uploads.receive("next")
        if files:
            request = by_recipe(recipe, record.id, files)
            title = say.NEXT_JOB.format(name=request.title, old=record.name)
            progress.submit("ingest", request.to_json(), title, remember=state.LANDING_JOB)
            nav.show(None)
            st.rerun()


def by_recipe(recipe: Recipe, dataset_id: str, files: Sequence[Path]) -> IngestRequest:
    """The request that reads `files` as the dataset's own log was read."""
    return replace(apply(recipe, IngestRequest(log=str(files[0]), more=tuple(map(str, files[1:])))), recipe=dataset_id)


def compared(record: DatasetRecord) -> None:
    """On a dataset that was read by another's recipe: what differs, and the button that trains the same models on it."""
    made = made_by(record)
    if made is None:
        return
    registry = cache.workspace().registry
    try:
        old = registry.dataset(str(made.spec["recipe"]))
    except NotFoundError:
        return  # the old one was deleted
    with st.container(border=True, key="differences"):
        st.markdown(f"**{plain(say.DIFFERENCES.format(name=old.name))}**")
        differences = list(dict(made.result or {}).get("differences") or ())
        for difference in differences:
            st.markdown(f"- {plain(difference['text'])}")
        if not differences:
            st.markdown(f":gray[{say.NO_DIFFERENCES}]")
        _retrain(old, record)


def made_by(record: DatasetRecord) -> JobRecord | None:
    """The intake by a recipe that made a dataset, if one did."""
    done = cache.workspace().registry.jobs(states=("done",))
    return next(
        (
            job
            for job in done
            if job.kind == "ingest" and job.spec.get("recipe") and dict(job.result or {}).get("dataset") == record.id
            if job.spec["recipe"] != record.id
        ),
        None,
    )


def _retrain(old: DatasetRecord, new: DatasetRecord) -> None:
    registry = cache.workspace().registry
    specs = same_trainings(registry.runs(old.id), new)
    if not specs:
        st.markdown(f":gray[{plain(say.NOTHING_TO_RETRAIN.format(name=old.name))}]")
        return
    waiting = [j for j in registry.jobs(states=progress.LIVE) if j.kind == "train" and j.spec.get("dataset") == new.id]
    if waiting:
        st.markdown(f":gray[{say.RETRAINED.format(n=formats.plural(len(waiting), 'training'))}]")
        return
    there = [_wish(spec) for spec in same_trainings(registry.runs(new.id), new)]
    specs = [spec for spec in specs if _wish(spec) not in there]
    if not specs:
        st.markdown(f":gray[{say.RETRAINED_ALL}]")
        return
    models = formats.listing(dict.fromkeys(picker.model_title(str(spec["model"])) for spec in specs))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(say.RETRAIN, type="primary", icon=":material/model_training:"):
            for spec in specs:
                title = f"{picker.model_title(str(spec['model']))} on {new.name}"
                progress.submit("train", spec, title)
            st.rerun()
        st.markdown(f":gray[{plain(say.RETRAIN_WHY.format(models=models))}]", width="content")


def same_trainings(runs: list[RunRecord], new: DatasetRecord) -> list[dict[str, Any]]:
    """What the runs of the old dataset were asked for, asked of the new one; the same wish once, the oldest first.

    A run that a search ended in is asked for with the settings it found. A fusion is left out: it mixes runs of the old dataset.
    """
    registry = cache.workspace().registry
    asked = {job.id: job.spec for job in registry.jobs(states=("done",)) if job.kind == "train"}
    wishes: dict[str, dict[str, Any]] = {}
    searched = {job.id for job in registry.jobs(states=("done",)) if job.kind in ("tune", "autopilot")}
    for run in (run for run in reversed(runs) if run.model != "fusion"):
        spec = asked.get(run.job_id or "", {})
        wish = {
            "settings": dict(run.settings if run.job_id in searched else spec.get("settings", {})),
            "protocol": spec.get("protocol", run.protocol),
            "seed": run.seed,
            "refit": bool(spec.get("refit", False)),
        }
        wishes.setdefault(f"{run.model} {sorted(wish.items(), key=str)}", train_spec(new.id, run.model, **wish))
    return list(wishes.values())


def _wish(spec: dict[str, Any]) -> dict[str, Any]:
    """A train spec without what differs between two of the same wish."""
    return {name: value for name, value in spec.items() if name not in ("run", "dataset")}
