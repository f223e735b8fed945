"""Two runs' maps side by side, the second turned onto the first: what both agree on, and what they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.ui import cache, formats, nav, picker, show, state
from pages.ui.charts.maps.inside_pictures import side_map
from pages.ui.formats import plain
from pages.ui.maps import points
from pages.ui.maps import words_inside as say
from pages.ui.maps.stage import ITEMS, MapStage
from recsys_core.storage.records import RunRecord

if TYPE_CHECKING:
    from recsys_core.jobs.inside import SideBySide

ALIKE = 0.9  # of the neighbours in common
RINGED, LISTED = 8, 8


def draw(stage: MapStage) -> None:
    """The chosen other run. Raises UserError where the two share too few points."""
    others = [
        each
        for each in cache.workspace().registry.runs()
        if each.dataset_id == stage.dataset.id and each.id != stage.record.id and cache.has_vectors(each.id, stage.what)
    ]
    if not others:
        st.markdown(f"**{say.NO_OTHER[stage.what]}**  \n:gray[{plain(say.NO_OTHER_HINT)}]")
        if st.button(say.TO_MODELS, icon=":material/arrow_forward:", key="inside_to_models"):
            nav.go("models")
        return
    names = picker.run_names([stage.record, *others])
    other = _choose(others, names)
    both = (
        cache.projection(other, stage.what, stage.method) is not None
        and cache.projection(stage.record.id, stage.what, stage.method) is not None
    )
    method = stage.method if both else "pca"
    found: SideBySide = cache.inside(stage.record.id, "beside", other, stage.what, method)
    _maps(stage, found, method, names[stage.record.id], names[other])
    if not both:
        st.markdown(f":gray[:small[{say.PCA_INSTEAD}]]")
    left, right = st.columns([1, 2], gap="medium")
    like = found.likeness
    with left:
        chance = formats.percent(like.chance)
        st.metric(say.AGREED, formats.percent(like.shared.value, 0), help=say.AGREED_HELP.format(k=like.k, chance=chance))
        st.metric(say.LEFT_OVER, formats.percent(found.alignment.left_over, 0), help=say.LEFT_OVER_HELP)
    with right:
        _differ(stage, found)
    show.hook(
        "inside_beside",
        other=other,
        shared=f"{like.shared.value:.4f}",
        left_over=f"{found.alignment.left_over:.4f}",
        points=len(found.rows),
    )


def _maps(stage: MapStage, found: SideBySide, method: str, name: str, other: str) -> None:
    told, codes = _points(stage, found.rows)
    share, chance = formats.percent(found.likeness.shared.value, 0), formats.percent(found.likeness.chance)
    title = say.BESIDE_SAME if found.likeness.shared.value >= ALIKE else say.BESIDE_PARTLY.format(share=share, chance=chance)
    first = say.BESIDE_SUBTITLE.format(method=method.upper(), noun=say.BESIDE_NOUN[stage.what])
    st.markdown(f"**{plain(title)}**")
    around = np.concatenate([found.first, found.second])
    sides = (
        ("first", found.first, say.BESIDE_FIRST.format(name=name), first),
        ("second", found.second, say.BESIDE_SECOND.format(name=other), say.BESIDE_RINGED),
    )
    for column, (key, places, heading, subtitle) in zip(st.columns(2, gap="medium"), sides, strict=True):
        with column:
            ringed = found.differ[:RINGED]
            figure = side_map(places, around, codes, told, ringed, title=heading, subtitle=subtitle, equal=method == "pca")
            show.chart(figure, f"inside_{key}")


def _points(stage: MapStage, rows: np.ndarray) -> tuple[list[str], np.ndarray]:
    """(name of each point, its group)."""
    catalogue, dataset = stage.catalogue, stage.dataset
    if stage.what == ITEMS:
        return [formats.on_chart(catalogue.titles[row]) for row in rows], catalogue.groups[rows]
    groups = points.main_groups(dataset, catalogue.groups, len(catalogue.labels), rows)
    return [formats.on_chart(dataset.user_ids[row]) for row in rows], groups


def _differ(stage: MapStage, found: SideBySide) -> None:
    st.markdown(f"**{say.DIFFER[stage.what]}**  \n:gray[:small[{plain(say.DIFFER_HINT)}]]")
    share = dict(zip(found.likeness.rows.tolist(), found.likeness.each.tolist(), strict=True))
    names = stage.catalogue.titles if stage.what == ITEMS else stage.dataset.user_ids
    table = [
        {say.DIFFER_NAME[stage.what]: str(names[found.rows[place]]), say.DIFFER_SHARE: 100 * share[place]}
        for place in found.differ[:LISTED].tolist()
    ]
    columns = {say.DIFFER_SHARE: st.column_config.NumberColumn(format="%.0f", width=110)}
    st.dataframe(table, hide_index=True, column_config=columns, alt=say.DIFFER_HINT, key="inside_differ")


def _choose(others: list[RunRecord], names: dict[str, str]) -> str:
    now = state.chosen(state.BESIDE)
    ids = [each.id for each in others]
    return str(
        st.selectbox(
            say.OTHER_RUN,
            ids,
            key=state.show_in_widget(state.BESIDE, now if now in ids else ids[0]),
            format_func=lambda id: names.get(id, id),
            on_change=state.take_from_widget,
            args=(state.BESIDE,),
            width=320,
        )
    )
