"""The map as it was asked for, and the offer of a UMAP where it was not made yet."""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, progress, words
from pages.ui.maps import controls
from pages.ui.maps import words_map as say
from pages.ui.maps.stage import MapStage
from recsys_core.storage.records import RunRecord


def staged(record: RunRecord, wish: controls.Wish) -> MapStage:
    """The map that was asked for, the PCA in its place where it was not made yet."""
    method, found = wish.method, cache.projection(record.id, wish.what, wish.method)
    if found is None:
        offer(record, wish.what)
        method, found = "pca", cache.projection(record.id, wish.what, "pca")
    assert found is not None
    return MapStage(
        record, cache.run(record.id), cache.dataset(record.dataset_id), cache.catalogue(record.dataset_id), wish.what, method, found
    )


def offer(record: RunRecord, what: str) -> None:
    """Offer the UMAP, and follow the job that makes it."""
    jobs = [j for j in cache.workspace().registry.jobs() if j.kind == "project" and j.spec.get("run") == record.id]
    mine = [j for j in jobs if j.spec.get("what") == what and j.spec.get("method") == "umap" and j.state != "done"]
    if mine:
        progress.job_panels([mine[0].id])
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="umap_offer"):
        st.markdown(f":gray[{say.UMAP_WHY}]", width="stretch")
        if st.button(words.DRAW_UMAP, type="primary", icon=":material/bubble_chart:"):
            noun = controls.WHAT[what].lower()
            progress.submit("project", {"run": record.id, "what": what, "method": "umap", "seed": 0}, say.UMAP_JOB.format(what=noun))
            st.rerun()
