"""What is marked on the map: how many, what sets them apart, keeping them as a segment or a group, and those that were kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui import cache, formats, guards, nav, show, state
from pages.ui.charts.maps.contrast import contrast_chart
from pages.ui.formats import plain
from pages.ui.maps import cohort_table, near, saved
from pages.ui.maps import words_cohort as words
from pages.ui.maps.cohort_findings import findings
from pages.ui.maps.stage import USERS, MapStage, Picked
from recsys_core.profiles.cohort_name import suggest_name
from recsys_core.profiles.contrast import Contrast
from recsys_core.profiles.drawn import LONGEST_NAME, Drawn


@dataclass(frozen=True)
class Cohort:
    """picked: what is marked. key: short, of its rows. found: what sets it apart. saved: all that are kept; same: the one of these rows."""

    picked: Picked
    key: str
    found: Contrast
    saved: tuple[Drawn, ...]
    same: Drawn | None

    @property
    def rows(self) -> NDArray[np.int32]:
        """Dataset indices."""
        return self.picked.rows


def panel(stage: MapStage, picked: Picked) -> None:
    """Beside the map."""
    show.hook("selection", count=len(picked.rows))
    kept = cache.drawn(stage.dataset.id, stage.what)
    if len(picked.rows):
        key = cache.rows_hash(picked.rows)
        same = next((one for one in kept if _is(one, stage, key)), None)
        cohort = Cohort(picked, key, cache.contrast(stage.dataset.id, stage.what, picked.rows), kept, same)
        _heading(stage, cohort)
        if picked.one is not None:
            near.draw(stage, picked.one)
        _apart(stage, cohort)
        _keeping(stage, cohort)
        _members(stage, cohort)
    else:
        st.markdown(f"**{words.NOTHING}**  \n:gray[{words.NOTHING_HINT[stage.what]}]")
    _all_kept(stage, kept, expanded=not len(picked.rows))


def _is(one: Drawn, stage: MapStage, key: str) -> bool:
    """Whether what is marked is this one, as far as it is on the map."""
    return cache.rows_hash(one.rows) == key or cache.rows_hash(np.intersect1d(one.rows, stage.rows)) == key


def _heading(stage: MapStage, cohort: Cohort) -> None:
    if len(cohort.rows) == 1:
        name, about = cohort_table.told_of(stage, int(cohort.rows[0]))
        st.markdown(f"**{plain(name)}**  \n:gray[:small[{plain(about)}]]")
        return
    noun, share = formats.plural(len(cohort.rows), words.NOUN[stage.what]), len(cohort.rows) / max(len(stage.rows), 1)
    about = words.ALL_OF_THEM if share == 1 else words.OF_ALL.format(share=formats.percent(share))
    if cohort.same:
        missing = len(cohort.same.rows) - len(cohort.rows)
        about = words.SHOWN_SAVED.format(name=cohort.same.name)
        about += f". {words.NOT_ON_MAP.format(n=formats.count(missing))}" if missing > 0 else ""
    st.markdown(f"**{plain(words.MARKED.format(n=noun))}**  \n:gray[:small[{plain(about)}]]")


def _apart(stage: MapStage, cohort: Cohort) -> None:
    """The finding, figures that differ, and the chart."""
    told = findings(cohort.found, stage.dataset.currency)
    for level in told.levels:
        st.markdown(f":small[{plain(formats.sentence(level))}]", help=words.LEVELS_HELP if level is told.levels[0] else None)
    if told.rows:
        subtitle = words.CONTRAST_SUBTITLE[stage.what]
        figure = contrast_chart(told.rows, title=told.title, subtitle=subtitle, axis=words.CONTRAST_AXIS)
        show.chart(figure, "cohort_contrast", border=False, note=told.note)
    else:
        bold = "" if len(cohort.rows) == 1 else "**"
        st.markdown(f"{bold}{plain(told.title)}{bold}  \n:gray[:small[{plain(told.note)}]]")
    if stage.what == USERS and cohort.picked.one is not None:
        shopper = str(stage.dataset.user_ids[cohort.picked.one])
        if st.button(words.TO_SHOPPER, type="tertiary", icon=":material/tune:"):
            nav.go("studio", **{state.SHOPPER: shopper})


def _keeping(stage: MapStage, cohort: Cohort) -> None:
    """The name and the button; once it is kept, what it is good for."""
    name = cohort.same.name if cohort.same else _suggested(stage, cohort)
    show.hook("cohort", what=stage.what, count=len(cohort.rows), name=name)
    if cohort.same:
        _is_kept(stage, cohort.same)
        return
    field = f"{state.COHORT_NAME}_{cohort.key}"
    with st.form(f"cohort_form_{cohort.key}", border=False, enter_to_submit=False):
        st.text_input(words.NAME, name, max_chars=LONGEST_NAME, key=field)
        st.form_submit_button(
            words.SAVE[stage.what],
            type="primary",
            icon=":material/bookmark_add:",
            help=words.SAVE_HELP[stage.what],
            on_click=saved.keep,
            args=(stage, cohort.picked, field),
            width="stretch",
        )
    _problem()


def _suggested(stage: MapStage, cohort: Cohort) -> str:
    if len(cohort.rows) == 1:
        return formats.shorten(cohort_table.told_of(stage, int(cohort.rows[0]))[0], LONGEST_NAME)
    return suggest_name(cohort.found, _taken(stage, cohort))


def _taken(stage: MapStage, cohort: Cohort) -> set[str]:
    """Names that a segment or group has already."""
    found = cache.segments(stage.dataset.id) if stage.what == USERS else cache.item_groups(stage.dataset.id)
    return {*found.labels, *(one.name for one in cohort.saved)}


def _problem() -> None:
    if problem := state.get(state.COHORT_PROBLEM):
        state.clear(state.COHORT_PROBLEM)
        guards.show_problem(problem, "cohort")


def _is_kept(stage: MapStage, one: Drawn) -> None:
    noun = formats.plural(len(one.rows), words.NOUN[stage.what])
    with st.container(border=True, key="cohort_kept", gap="small"):
        st.markdown(f":material/bookmark_added: {words.KEPT.format(name=plain(one.name), n=noun)}  \n:gray[{words.USES[stage.what]}]")
        nav.link("studio", words.TO_STUDIO, "tune")
        if stage.what == USERS:
            nav.link("synthetic", words.TO_SYNTHETIC, "diversity_3")
    show.hook("drawn", name=one.name, count=len(one.rows), id=one.id)


def _members(stage: MapStage, cohort: Cohort) -> None:
    """Who or what it is, as a table and as a file."""
    with st.expander(words.MEMBERS[stage.what], icon=":material/list:"):
        cohort_table.draw(stage, cohort.rows)
    st.download_button(
        words.EXPORT,
        partial(cohort_table.as_csv, stage, cohort.rows),
        formats.file_stem(words.EXPORT_FILE.format(what=stage.what, n=len(cohort.rows)).removesuffix(".csv")) + ".csv",
        "text/csv",
        key="cohort_export",
        help=words.EXPORT_HELP[stage.what],
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )


def _all_kept(stage: MapStage, kept: tuple[Drawn, ...], *, expanded: bool) -> None:
    """Those of this dataset, each with its size."""
    if not kept:
        return
    with st.expander(words.SAVED[stage.what].format(n=len(kept)), icon=":material/bookmarks:", expanded=expanded):
        for one in kept:
            _row(stage, one)


def _row(stage: MapStage, one: Drawn) -> None:
    noun = formats.plural(len(one.rows), words.NOUN[stage.what])
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small", key=f"kept_{one.id}"):
        st.markdown(f"**{plain(one.name)}**  \n:gray[:small[{noun}]]", width="stretch")
        st.button(words.SHOW, key=f"show_{one.id}", help=words.SHOW_HELP, type="tertiary", on_click=saved.show, args=(stage, one))
        with st.popover(words.REMOVE, key=f"more_{one.id}", type="tertiary"):
            used = saved.used_by(stage, one)
            about = words.REMOVE_USED.format(names=formats.listing(used)) if used else words.REMOVE_UNUSED
            st.markdown(f"**{plain(words.REMOVE_ASK.format(name=one.name))}**  \n{plain(about)}")
            st.button(words.REMOVE_DO, key=f"remove_{one.id}", on_click=saved.remove, args=(stage, one.id), icon=":material/delete:")
    show.hook(f"kept-{one.id}", name=one.name, count=len(one.rows), what=one.what)
