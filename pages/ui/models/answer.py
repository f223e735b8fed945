"""The answer: the verdict in words, the league with its intervals, and its folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.ui import cache, league, picker, show, state, words
from pages.ui import words_models as say
from pages.ui.charts.league import league_chart
from pages.ui.charts.trade_off import trade_off_chart
from pages.ui.formats import plain
from pages.ui.models import search
from pages.ui.verdict import verdict
from recsys_core.storage.records import DatasetRecord, RunRecord


@dataclass(frozen=True)
class League:
    """The runs tested on one split, one row a model, which of them are level with the first, and the letters of ties among all.

    Empty where none was tested.
    """

    split: league.Split | None
    alike: Sequence[RunRecord]
    rows: Sequence[league.Row]
    level: Sequence[league.Row]
    letters: Mapping[str, str]
    names: Mapping[str, str]
    current: str | None


def the_league(chosen: picker.Selection) -> League:
    """The league of the split that is asked for: by the address, else the current run's, else the one most models were tested on."""
    known = league.splits(chosen.runs)
    if not known:
        return League(None, (), (), (), {}, picker.run_names(chosen.runs), None)
    asked = {_code(split): split for split in known}.get(state.chosen(state.TEST) or "")
    own = (chosen.run.protocol, chosen.run.seed) if chosen.run else None
    split = asked or (own if own in known else known[0])
    alike = league.tested_on(chosen.runs, split)
    table = league.rows(alike)
    found = cache.differences(tuple(row.best.id for row in table), league.HEADLINE) if len(table) > 1 else ()
    names = picker.run_names(chosen.runs, {row.best.id for row in table})
    level, marks = league.level_with_first(table, found), league.shared_letters(table, found)
    return League(split, alike, table, level, marks, names, chosen.run.id if chosen.run else None)


def show_verdict(found: League) -> None:
    """The sentence that answers the page's question, and what else counts under it."""
    told = verdict(found.rows, found.names, found.level)
    with st.container(key="verdict"):
        st.markdown(f"### {plain(told.first)}")
        more = told.more if found.rows else say.LEAGUE_EMPTY
        if more:
            st.markdown(f":gray[{plain(more)}]")
        show.hook("verdict", text=told.text)


def show_league(found: League, dataset: DatasetRecord, runs: Sequence[RunRecord]) -> None:
    """The chart, the runs it leaves out, and the folds with all figures."""
    if not found.rows:
        return
    _which_test(found, league.splits(runs))
    first = found.rows[0].best
    testers = say.TESTERS.format(n=f"{len(cache.per_user(first.id)[0]):,}", protocol=words.PROTOCOL_WORDS[first.protocol])
    show.chart(
        league_chart(
            league.standings(found.rows, found.names, found.current, found.level, found.letters),
            title=league.finding(found.rows, found.names, found.level),
            measure=say.LEAGUE_MEASURE.format(purchase=words.tested_purchase(first.protocol)),
            testers=testers,
        ),
        key="league",
        note=" ".join(filter(None, (say.SHARED_LETTER if found.letters else "", league.earlier(found.rows, found.names)))),
    )
    _hooks(found)
    with st.expander(say.TRADE_OFF, icon=":material/scatter_plot:", key="fold_trade_off", on_change="rerun") as fold:
        if fold.open:
            show.chart(
                trade_off_chart(league.standings(found.rows, found.names, found.current, found.level, found.letters)),
                key="trade_off",
                border=False,
            )
    with st.expander(say.LEAGUE_TABLE, icon=":material/table_rows:"):
        st.dataframe(league.figures_table(found.alike, found.names, found.current), hide_index=True, alt=say.LEAGUE_TABLE)
    search.show_cross_validations(dataset)


def _which_test(found: League, known: Sequence[league.Split]) -> None:
    """Which split, where runs were tested on several: figures of different splits are never put side by side."""
    if len(known) < 2:
        return
    protocols = [protocol for protocol, _ in known]
    labels = {}
    for protocol, seed in known:
        name = words.PROTOCOL_WORDS.get(protocol, protocol)
        labels[_code((protocol, seed))] = name if protocols.count(protocol) == 1 else say.SEED_SUFFIX.format(protocol=name, seed=seed)
    st.selectbox(
        say.TESTED_BY,
        list(labels),
        key=state.show_in_widget(state.TEST, _code(found.split or known[0])),
        format_func=labels.__getitem__,
        help=say.TESTED_BY_HELP,
        on_change=state.take_from_widget,
        args=(state.TEST,),
    )


def _hooks(found: League) -> None:
    """The raw figures of every run on this split, those that the chart leaves out too."""
    shown = {row.best.id for row in found.rows}
    spans = [show.hook_html("league", runs=len(found.alike), models=len(found.rows), level=len(found.level))]
    for record in sorted(found.alike, key=lambda r: -float((league.figure(r, league.HEADLINE) or {})["value"])):
        ndcg, hit, cover = (dict(league.figure(record, name) or {}).get("value", "") for name in ("ndcg@10", league.HEADLINE, league.SHOWN))
        place = {"folded": int(record.id not in shown), "letters": found.letters.get(record.id, "")}
        row = {"run": record.id, "model": record.model, "origin": record.origin, "ndcg10": ndcg, "hit10": hit, "coverage10": cover}
        spans.append(show.hook_html("league-row", **row, **place))
    show.hooks("league", *spans)


def _code(split: league.Split) -> str:
    return f"{split[0]}-{split[1]}"
