"""Models: which recommender should I use?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import cache, league, nav, picker, progress, show, state, words
from pages.ui.charts.league import league_chart
from pages.ui.formats import plain
from pages.ui.guards import guard
from pages.ui.train_form import train_form
from recsys_core.evaluation.compare import Difference
from recsys_core.storage.records import DatasetRecord, RunRecord

SHOWN_UNFINISHED = 3
COMPARED = 4


def training_panels(dataset: DatasetRecord) -> None:
    """Trainings of this dataset that run, wait, or can be resumed; and the one just finished."""
    jobs = [j for j in cache.workspace().registry.jobs() if j.kind == "train" and j.spec.get("dataset") == dataset.id]
    finished = next((j for j in jobs if j.id == state.get(state.TRAIN_JOB) and j.state == "done"), None)
    if finished:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="finished"):
            progress.badge(finished)
            st.markdown(f"**{plain(finished.title)}**  \n:gray[{words.FINISHED}]", width="stretch")
            if st.button(words.SEE_LISTS, icon=":material/arrow_forward:"):
                state.clear(state.TRAIN_JOB)
                nav.go("studio", run=str(dict(finished.result or {}).get("run", "")) or None)
    live = [j for j in jobs if progress.is_live(j)]
    newest_done = max((j.created_at for j in jobs if j.state == "done"), default=None)
    resumable = [
        j for j in jobs if j.state in ("interrupted", "failed", "cancelled") and (newest_done is None or j.created_at > newest_done)
    ]
    shown = [*live, *resumable[:SHOWN_UNFINISHED]]
    if shown:
        progress.job_panels([j.id for j in shown], curves_too=True)


def differences(alike: Sequence[RunRecord]) -> Sequence[Difference]:
    """The best run against the next ones, on the same shoppers."""
    return cache.differences(tuple(r.id for r in alike[:COMPARED]), league.HEADLINE) if len(alike) > 1 else ()


def the_verdict(chosen: picker.Selection) -> None:
    """The sentence that answers the page's question."""
    alike = league.tested_alike(chosen.runs, chosen.run)
    names = picker.run_names(chosen.runs)
    sentence = league.verdict(alike, names, differences(alike))
    with st.container(key="verdict"):
        st.markdown(f"### {plain(sentence)}")
        show.hook("verdict", text=sentence)
        if not alike:
            st.markdown(f":gray[{words.LEAGUE_EMPTY}]")


def the_league(chosen: picker.Selection) -> None:
    """The chart and the table."""
    alike = league.tested_alike(chosen.runs, chosen.run)
    if not alike:
        return
    names, current = picker.run_names(chosen.runs), chosen.run.id if chosen.run else None
    testers = words.TESTERS.format(n=f"{len(cache.per_user(alike[0].id)[0]):,}", protocol=words.PROTOCOL_WORDS[alike[0].protocol])
    measure = words.LEAGUE_MEASURE.format(purchase=words.tested_purchase(alike[0].protocol))
    standings = league.standings(alike, names, current)
    show.chart(
        league_chart(
            standings, title=league.finding(alike, names, differences(alike)), measure=measure, axis=words.LEAGUE_AXIS, testers=testers
        ),
        key="league",
    )
    spans = [show.hook_html("league", runs=len(alike))]
    for record in alike:
        ndcg, hit = (dict(league.figure(record, name) or {}).get("value", "") for name in ("ndcg@10", league.HEADLINE))
        spans.append(show.hook_html("league-row", run=record.id, model=record.model, origin=record.origin, ndcg10=ndcg, hit10=hit))
    show.hooks("league", *spans)
    with st.expander(words.LEAGUE_TABLE, icon=":material/table_rows:"):
        st.dataframe(league.table(alike, names, current), hide_index=True, alt=words.LEAGUE_TABLE)
        others = sum(league.figure(r, league.HEADLINE) is not None for r in chosen.runs) - len(alike)
        if others:
            st.caption(words.TESTED_DIFFERENTLY.format(n=others))


nav.start_page("models")
with guard():
    picker.refresh_jobs()
    chosen = picker.selection()
    record = chosen.need_dataset()
    if chosen.unknown_run:
        chosen.need_run()
    dataset = cache.dataset(record.id)
    main, side = st.columns([2, 1], gap="large")
    with main:
        if chosen.run:
            picker.shipped_badge(chosen.run)
        the_verdict(chosen)
        training_panels(record)
        the_league(chosen)
    with side, st.container(border=True, key="train"):
        st.markdown(f"**{words.TRAIN_TITLE}**")
        train_form(record, has_times=dataset.has_times, has_split=dataset.has_split)
