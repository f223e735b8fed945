"""Who shops here and what is sold: segments and groups with what sets them apart, and what each part of a profile adds."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import cache, formats, progress, show, state
from pages.ui import words_data as say
from pages.ui.formats import plain
from recsys_core.data.dataset import Dataset

MOST = 60  # groups that can be asked for
_BAR = {say.SHARE: st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100)}


def shoppers(dataset: Dataset) -> None:
    """Segments: label, size, and the numbers that set each apart."""
    found = cache.segments(dataset.id)
    if not found.segments:
        st.markdown(f":gray[{plain(found.reason or say.NO_SEGMENTS)}]")
        return
    st.markdown(f"**{say.SEGMENTS_TITLE.format(n=len(found.segments))}**")
    cards = st.grid(2, min_column_width=320)
    for segment in found.segments:
        with cards.container(border=True, height="stretch"):
            size = say.SEGMENT_SIZE.format(n=formats.plural(segment.size, "shopper"), share=formats.percent(segment.share))
            apart = "".join(f"\n- {plain(feature.text)}" for feature in segment.features)
            st.markdown(f"**{plain(segment.label)}** :gray[{size}]\n{apart}")
    show.hooks("segments", *(show.hook_html("segment", label=one.label, size=one.size) for one in found.segments))
    _how_many(dataset, "n_segments", len(found.segments), found.suggested)
    _follow(dataset)


def products(dataset: Dataset) -> None:
    """Groups of products with their most bought, and what a product's profile rests on."""
    groups, clusters = cache.item_groups(dataset.id), cache.item_clusters(dataset.id)
    if groups.source == "none":
        st.markdown(f":gray[{plain(clusters.reason or say.NO_CLUSTERS)}]")
    else:
        by = say.FROM_CATEGORY if groups.source == "category" else say.FROM_CLUSTERS
        st.markdown(f"**{say.CLUSTERS_TITLE.format(n=len(groups.labels))}** :gray[{by}]")
        _table(dataset, groups)
    if groups.source == "category" and clusters.labels:
        with st.expander(f"{say.CLUSTERS_TITLE.format(n=len(clusters.labels))}, {say.FROM_CLUSTERS}", icon=":material/hub:"):
            _table(dataset, clusters)
    if clusters.labels:
        _how_many(dataset, "n_clusters", len(clusters.labels), clusters.suggested)
    _follow(dataset)
    _gains(dataset)


def _table(dataset: Dataset, groups: Any) -> None:
    st.dataframe(
        [
            {say.CLUSTER: label, say.CLUSTER_SIZE: size, say.SHARE: 100 * size / dataset.n_items, say.TYPICAL_ITEMS: "; ".join(typical)}
            for label, size, typical in cache.typical_items(dataset.id, "clusters" if hasattr(groups, "suggested") else "groups")
        ],
        hide_index=True,
        column_config={**_BAR, say.CLUSTER_SIZE: st.column_config.NumberColumn(format="localized")},
        alt=say.PARTS["products"],
    )


def _how_many(dataset: Dataset, name: str, now: int, suggested: int) -> None:
    """Another number of groups: a job, for the worker has what it takes."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"again_{name}"):
        wanted = st.number_input(say.HOW_MANY, 2, MOST, min(max(now, 2), MOST), key=f"{name}_{dataset.id}_{now}", width=140)
        if st.button(say.REGROUP, icon=":material/refresh:", key=f"regroup_{name}", disabled=int(wanted) == now):
            spec = {"dataset": dataset.id, **_chosen(dataset), name: int(wanted)}
            progress.submit("profile", spec, say.REGROUP_JOB.format(name=dataset.name), remember=state.PROFILE_JOB)
            st.rerun()
    st.caption(say.SUGGESTED.format(n=suggested))


def _chosen(dataset: Dataset) -> dict[str, int]:
    """Both numbers as they are now: changing one keeps the other."""
    held = {"n_segments": len(cache.segments(dataset.id).segments), "n_clusters": len(cache.item_clusters(dataset.id).labels)}
    return {name: n for name, n in held.items() if n}


def _follow(dataset: Dataset) -> None:
    """The grouping that this page started."""
    id = state.get(state.PROFILE_JOB)
    job = cache.workspace().registry.job(id) if id else None
    if job is None or job.spec.get("dataset") != dataset.id:
        return
    if job.state == "done":
        state.clear(state.PROFILE_JOB)
    else:
        progress.job_panels([job.id])


def _gains(dataset: Dataset) -> None:
    found = cache.profile_gains(dataset.id)
    if not found.parts:
        return
    st.markdown(f"**{say.GAINS_TITLE}**  \n:gray[{plain(found.measure)}]")
    st.dataframe(
        [
            {
                say.GAIN_PART: part.words,
                say.GAIN_COVERED: formats.percent(part.covered, 0),
                say.GAIN_WEIGHT: formats.decimal(part.weight, 2) if part.used else say.GAIN_UNUSED,
                say.GAIN_ALONE: formats.decimal(part.alone),
                say.GAIN: formats.interval(part.gain, part.low, part.high),
            }
            for part in found.parts
        ],
        hide_index=True,
        alt=say.GAINS_TITLE,
    )
