"""What did that change cost and buy? Two runs that were tested on the same purchases."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, formats, league, show, state, words
from pages.ui import words_models as say
from pages.ui.charts.pair import Gap, GroupPair, gaps_chart, groups_chart
from pages.ui.formats import plain
from pages.ui.models import pair
from pages.ui.models.answer import League
from recsys_core.storage.records import DatasetRecord, RunRecord

BY = ("segment", "activity")
BRACKETS = re.compile(r" \([^)]*\)")


def show_compare(found: League, dataset: DatasetRecord) -> None:
    """Two pickers, the differences of both accuracy and character, groups of shoppers, settings and costs."""
    if len(found.alike) < 2:
        st.markdown(f":gray[{say.COMPARE_FEW}]")
        return
    first, second = _two(found)
    if first.id == second.id:
        st.markdown(f":gray[{say.COMPARE_SAME}]")
        return
    names = short_names(found.names[first.id], found.names[second.id])
    paired = cache.paired(first.id, second.id)
    gaps = [
        Gap(say.METRICS.get(p.metric, p.metric), p.difference.value, p.difference.low, p.difference.high, p.difference.is_clear)
        for p in paired
        if p.metric in pair.ACCURACY
    ]
    show.hook("compare", first=first.id, second=second.id, clear=sum(gap.clear for gap in gaps), metrics=len(paired))
    if gaps:
        show.chart(gaps_chart(gaps, title=finding(paired, names), first=names[0], second=names[1]), key="gaps")
    st.dataframe(figures_rows(paired, first, second, names), hide_index=True, height="content", alt=say.COMPARE_TABLE)
    st.caption(say.COMPARE_NOTE)
    with st.expander(say.COMPARE_GROUPS, icon=":material/groups:", key="fold_groups", on_change="rerun") as fold:
        if fold.open:
            _groups(dataset, first, second, names)
    with st.expander(say.COMPARE_SETTINGS, icon=":material/tune:"):
        st.dataframe(costs_rows(first, second, names), hide_index=True, alt=say.COMPARE_SETTINGS)


def _two(found: League) -> tuple[RunRecord, RunRecord]:
    """The two runs asked for by the address; without it the current one against the best of the others."""
    by_id = {r.id: r for r in found.alike}
    ranked = [row.best.id for row in found.rows] + [r.id for row in found.rows for r in row.earlier]
    first = _asked(state.FIRST, by_id) or (found.current if found.current in by_id else ranked[0])
    second = _asked(state.SECOND, by_id) or next(id_ for id_ in ranked if id_ != first)
    left, right = st.columns(2)
    for place, name, label, value in ((left, state.FIRST, say.COMPARE_FIRST, first), (right, state.SECOND, say.COMPARE_SECOND, second)):
        place.selectbox(
            label,
            ranked,
            key=state.show_in_widget(name, value),
            format_func=found.names.__getitem__,
            on_change=state.take_from_widget,
            args=(name,),
        )
    return by_id[str(first)], by_id[str(second)]


def short_names(first: str, second: str) -> tuple[str, str]:
    """Both without what stands in brackets, so that a table has room for them; as they are where that would leave them alike."""
    one, two = (BRACKETS.sub("", name) for name in (first, second))
    return (one, two) if one != two else (first, second)


def _asked(name: str, known: Mapping[str, RunRecord]) -> str | None:
    asked = state.chosen(name)
    return asked if asked in known else None


def finding(paired: Sequence[pair.Paired], names: tuple[str, str]) -> str:
    """Who finds more, and only where the test says so."""
    hit = next((p for p in paired if p.metric == league.HEADLINE), None)
    if hit is None or not hit.difference.is_clear:
        return say.COMPARE_LEVEL.format(first=names[0], second=names[1])
    points = 100 * abs(hit.difference.value)
    told = {"n": f"{points:.0f}" if points >= 1.5 else f"{points:.1f}", "second": names[1], "first": names[0]}
    return (say.COMPARE_MORE if hit.difference.value > 0 else say.COMPARE_FEWER).format(**told)


def figures_rows(paired: Sequence[pair.Paired], first: RunRecord, second: RunRecord, names: tuple[str, str]) -> list[dict[str, Any]]:
    """Every figure of both, their difference with its interval, and what the test says."""
    rows = []
    for p in paired:
        d = p.difference
        rows.append(
            {
                say.COLUMN_FIGURE: say.METRICS.get(p.metric, p.metric),
                names[0]: formats.decimal(p.first),
                names[1]: formats.decimal(p.second),
                say.COLUMN_DIFFERENCE: f"{signed(d.value)} ± {(d.high - d.low) / 2:.3f}",
                say.COLUMN_P: "< 0.001" if d.p_value < 0.001 else f"{d.p_value:.3f}",
                say.COLUMN_SAYS: _says(p),
            }
        )
    for metric in pair.TOGETHER:
        one, two = league.figure(first, metric), league.figure(second, metric)
        if one and two:
            rows.append(
                {
                    say.COLUMN_FIGURE: say.METRICS.get(metric, metric),
                    names[0]: formats.decimal(one["value"]),
                    names[1]: formats.decimal(two["value"]),
                    say.COLUMN_DIFFERENCE: signed(float(two["value"]) - float(one["value"])),
                    say.COLUMN_P: formats.MISSING,
                    say.COLUMN_SAYS: say.NOT_TESTABLE,
                }
            )
    return rows


def signed(value: float) -> str:
    """-0.124 -> "−0.124"."""
    return f"{value:+.3f}".replace("-", "−")


def _says(p: pair.Paired) -> str:
    if not p.difference.is_clear:
        return say.NO_CLEAR_DIFFERENCE
    return say.CLEAR_LESS if p.difference.value < 0 else say.CLEAR_MORE


def costs_rows(first: RunRecord, second: RunRecord, names: tuple[str, str]) -> list[dict[str, Any]]:
    """What each cost to train, and the settings in which they differ."""
    runs = (cache.run(first.id), cache.run(second.id))
    rows = []
    for label, key, form in (
        (words.COLUMN_TIME, "fit_seconds", formats.seconds),
        (say.COLUMN_CPU, "cpu_seconds", formats.seconds),
        (say.COLUMN_MEMORY, "peak_rss_mb", lambda mb: formats.MISSING if mb is None else f"{mb:,.0f} MB"),
    ):
        rows.append({say.COLUMN_SETTING: label, names[0]: form(runs[0].manifest.get(key)), names[1]: form(runs[1].manifest.get(key))})
    settings = (dict(first.settings), dict(second.settings))
    titles = {s.key: s.title for run in runs for s in run.spec.settings} | {"metric": say.METRIC_TITLE}
    for key in pair.unlike(*settings):
        rows.append(
            {say.COLUMN_SETTING: titles.get(key, key), **{name: _value(mine.get(key)) for name, mine in zip(names, settings, strict=True)}}
        )
    return rows


def _value(value: Any) -> str:
    return formats.MISSING if value is None else f"{value:g}" if isinstance(value, float) else formats.shorten(str(value), 60)


def _groups(dataset: DatasetRecord, first: RunRecord, second: RunRecord, names: tuple[str, str]) -> None:
    by = st.segmented_control(say.GROUPS_BY, BY, default=BY[0], required=True, format_func=say.GROUPS_BY_WORDS.__getitem__, key="groups_by")
    groups = cache.shopper_groups(dataset.id, first.protocol, first.seed, by if by in BY else BY[0])
    if groups is None:
        st.markdown(f":gray[{say.GROUPS_MISSING}]")
        return
    one, two = (pair.by_group(cache.per_user(record.id), groups) for record in (first, second))
    others = {group.label: group for group in two.groups}
    told = []
    for group in one.groups:
        if group.label in others:
            a, b = group.metrics[pair.BY_SHOPPER], others[group.label].metrics[pair.BY_SHOPPER]
            told.append(GroupPair(group.label, group.users, (a.value, a.low, a.high), (b.value, b.low, b.high)))
    if told:
        show.chart(groups_chart(told, first=names[0], second=names[1]), key="groups", border=False)
    for withheld in one.withheld:
        unfair = say.GROUPS_UNFAIR.format(protocol=words.PROTOCOL_WORDS["last"])
        reason = unfair if withheld.label in groups.refused else withheld.reason
        st.caption(say.GROUPS_WITHHELD.format(label=plain(withheld.label), reason=plain(reason)))
