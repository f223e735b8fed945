"""The map as it was asked for, and the offer of a UMAP where it was not made yet."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import streamlit as st

from pages.ui import cache, progress, state, words
from pages.ui.maps import controls
from pages.ui.maps import words_map as say
from pages.ui.maps.stage import MapStage
from recsys_core.errors import InputError
from recsys_core.jobs.project_spec import BOTH, project_spec
from recsys_core.latent.map_settings import SETTINGS, USUAL, MapSettings, map_settings
from recsys_core.storage.records import JobRecord, RunRecord

OFFERED = ("neighbours", "min_distance")
LARGEST_SEED = 2**31 - 1
STEPS = {"neighbours": 1, "min_distance": 0.05}


@dataclass(frozen=True)
class Form:
    """How a UMAP is made."""

    settings: MapSettings = USUAL
    seed: int = 0


def form() -> Form:
    """As the address says, "neighbours,least distance,seed"; the usual one where it says nothing that can be."""
    told = (state.in_address(state.MAP_FORM) or "").split(",")
    try:
        neighbours, distance, seed = told
        found = map_settings("umap", {"neighbours": neighbours, "min_distance": distance})
        return Form(found, int(seed)) if 0 <= int(seed) <= LARGEST_SEED else Form()
    except (ValueError, InputError):
        return Form()


def staged(record: RunRecord, wish: controls.Wish) -> MapStage:
    """The map that was asked for, the PCA in its place where it was not made yet."""
    method, asked = wish.method, Form()
    if method == "umap":
        asked = settings_of_umap()
    found = cache.projection(record.id, wish.what, method, asked.seed, asked.settings)
    if found is None:
        offer(record, wish.what, asked)
        method, found = "pca", cache.projection(record.id, wish.what, "pca")
    assert found is not None
    return MapStage(
        record, cache.run(record.id), cache.dataset(record.dataset_id), cache.catalogue(record.dataset_id), wish.what, method, found
    )


def settings_of_umap() -> Form:
    """What can be set of a UMAP, in a popover; held in the address."""
    now = form()
    with st.popover(say.UMAP_SETTINGS, icon=":material/tune:", type="tertiary"):
        for setting in (each for each in SETTINGS if each.key in OFFERED):
            value = getattr(now.settings, setting.key)
            kind = type(setting.default)
            st.number_input(
                setting.title,
                min_value=kind(setting.low or 0),
                max_value=kind(setting.high or 1),
                step=kind(STEPS[setting.key]),
                key=state.show_in_widget(setting.key, kind(value)),
                help=setting.help,
                on_change=_take,
            )
        st.number_input(
            say.UMAP_SEED, 0, LARGEST_SEED, key=state.show_in_widget("map_seed", now.seed), help=say.UMAP_SEED_HELP, on_change=_take
        )
        st.caption(say.UMAP_KEPT)
    return now


def _take() -> None:
    """Callback: adopt the settings."""
    told = [state.get(state.widget_key(name)) for name in (*OFFERED, "map_seed")]
    usual = [getattr(USUAL, name) for name in OFFERED] + [0]
    state.put(state.MAP_FORM, None if told == usual else ",".join(f"{each:g}" if isinstance(each, float) else str(each) for each in told))


def offer(record: RunRecord, what: str, asked: Form) -> None:
    """Offer the UMAP, of products and shoppers in one job, and follow the job that makes it."""
    jobs = cache.workspace().registry.jobs()
    mine = [job for job in jobs if job.kind == "project" and job.state != "done" and _makes(job, record.id, what, asked)]
    if mine:
        progress.job_panels([mine[0].id])
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="umap_offer"):
        st.markdown(f":gray[{say.UMAP_WHY}]", width="stretch")
        if st.button(words.DRAW_UMAP, type="primary", icon=":material/bubble_chart:"):
            settings = {key: value for key, value in asdict(asked.settings).items() if key in OFFERED}
            spec = project_spec(cache.workspace(), record.id, BOTH, method="umap", seed=asked.seed, settings=settings)
            progress.submit("project", spec, say.UMAP_JOB)
            st.rerun()


def _makes(job: JobRecord, run: str, what: str, asked: Form) -> bool:
    """Whether a job makes this map; older jobs say nothing of settings."""
    spec, usual = job.spec, asdict(asked.settings)
    same = all(spec.get(key, getattr(USUAL, key)) == value for key, value in usual.items()) and spec.get("seed", 0) == asked.seed
    return bool(same and spec.get("run") == run and spec.get("method") == "umap" and spec.get("what") in (what, BOTH))
