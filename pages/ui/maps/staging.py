"""The map as it was asked for, and the offer of a UMAP where it was not made yet."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from pages.ui import cache, progress, words
from pages.ui.maps import controls
from pages.ui.maps import words_map as say
from pages.ui.maps.form import OFFERED, Form
from pages.ui.maps.stage import MapStage
from recsys_core.jobs.project_spec import BOTH, project_spec
from recsys_core.latent.map_settings import USUAL
from recsys_core.storage.records import JobRecord, RunRecord


def staged(record: RunRecord, wish: controls.Wish) -> MapStage:
    """The map that was asked for, the PCA in its place where it was not made yet."""
    method, asked = wish.method, wish.form
    found = cache.projection(record.id, wish.what, method, asked.seed, asked.settings)
    if found is None:
        offer(record, wish.what, asked)
        method, found = "pca", cache.projection(record.id, wish.what, "pca")
    assert found is not None
    return MapStage(
        record, cache.run(record.id), cache.dataset(record.dataset_id), cache.catalogue(record.dataset_id), wish.what, method, found
    )


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
