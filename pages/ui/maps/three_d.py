"""The map in three dimensions, to be turned by hand: PCA at once, UMAP where a job has drawn it."""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, formats, progress, show, state
from pages.ui.charts.maps.inside_pictures import MOST_DEEP, some, space_chart
from pages.ui.maps import points
from pages.ui.maps import words_inside as say
from pages.ui.maps.stage import ITEMS, MapStage
from recsys_core.jobs.project_spec import project_spec

COMPONENTS = 3
LABEL = 26  # characters of a group's name


def draw(stage: MapStage) -> None:
    """Coloured by group. At most 5,000 points, always the same ones."""
    method = _choose()
    found = cache.in_space(stage.record.id, stage.what, method)
    if found is None:
        _offer(stage)
        return
    kept = some(len(found.rows), MOST_DEEP)
    rows, catalogue = found.rows[kept], stage.catalogue
    if stage.what == ITEMS:
        told, codes = [formats.on_chart(catalogue.titles[row]) for row in rows], catalogue.groups[rows]
    else:
        told = [formats.on_chart(stage.dataset.user_ids[row]) for row in rows]
        codes = points.main_groups(stage.dataset, catalogue.groups, len(catalogue.labels), rows)
    title = say.SPACE_UMAP
    if "explained" in found.manifest and method == "pca":
        shares = found.manifest["explained"]
        title = say.SPACE_TITLE.format(three=formats.percent(sum(shares), 0), two=formats.percent(sum(shares[:2]), 0))
    shown = formats.count(len(kept))
    if len(kept) < len(found.rows):
        shown = say.SPACE_THINNED.format(shown=shown, all=formats.count(len(found.rows)))
    labels = [formats.on_chart(label, LABEL) for label in catalogue.labels]
    figure = space_chart(found.coordinates[kept], codes, labels, told, title=title, subtitle=say.SPACE_SUBTITLE.format(n=shown))
    show.chart(figure, f"inside_space_{method}")
    show.hook("inside_space", method=method, points=len(kept))


def _choose() -> str:
    now = state.chosen(state.SPACE)
    return str(
        st.segmented_control(
            say.SPACE_METHOD,
            list(say.SPACE_METHODS),
            key=state.show_in_widget(state.SPACE, now if now in say.SPACE_METHODS else "pca"),
            format_func=lambda method: say.SPACE_METHODS[method],
            on_change=state.take_from_widget,
            args=(state.SPACE,),
            label_visibility="collapsed",
            required=True,
        )
    )


def _offer(stage: MapStage) -> None:
    """Draw the UMAP in the background, or follow the job that does."""
    spec = project_spec(cache.workspace(), stage.record.id, stage.what, method="umap", settings={"components": COMPONENTS})
    mine = [job for job in cache.workspace().registry.jobs() if job.kind == "project" and job.spec == spec and job.state != "done"]
    if mine:
        progress.job_panels([mine[0].id])
        return
    st.markdown(f":gray[{say.SPACE_NO_UMAP}]")
    if st.button(say.SPACE_DRAW, icon=":material/bubble_chart:", key="inside_draw_space"):
        progress.submit("project", spec, say.SPACE_JOB)
        st.rerun()
