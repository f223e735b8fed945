"""The Pareto frontier with "you are here", and the quadrant from homogenised to over-personalised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.ui import cache, formats, show, state
from pages.ui.charts.frame import words_of
from pages.ui.charts.frontier import SAVED, STOP, Place, frontier_chart
from pages.ui.charts.quadrant import quadrant_chart
from pages.ui.studio import draft
from pages.ui.studio import words_population as words
from pages.ui.studio.stage import Stage, fitted
from recsys_core.errors import UserError
from recsys_core.ranking.scenario import Scenario
from recsys_core.ranking.whatif import at_variety

if TYPE_CHECKING:
    from recsys_core.ranking.outcome import Point
    from recsys_core.ranking.whatif import Stop

KEPT, NDCG = "relevance_kept", "ndcg"
MOST_SAVED = 8


def draw(stage: Stage) -> None:
    """The frontier, where products can be compared."""
    if stage.ground.vectors(stage.scenario.similarity, stage.scenario.blend_share) is None:
        st.caption(words.NO_FRONTIER)
    else:
        _frontier(stage)


def _frontier(stage: Stage) -> None:
    stops = stage.frontier
    with st.container(key="studio_frontier_box", gap="small"):
        heading, drawing = st.container(), st.container()
        measure = _measure(stops)
        figure = frontier_chart(
            [_stop(stop, measure) for stop in stops],
            _here(stage, stops, measure),
            _baseline(stage, measure),
            _saved(stage, measure),
            title=finding(stops, measure, guarded=bool(stage.scenario.guardrails)),
            subtitle=words.FRONTIER_SUBTITLE.format(users=formats.plural(len(stage.studio.sample()), "shopper")),
            x=words.FRONTIER_X,
            y=words.FRONTIER_AXES[measure],
            fails=words.FAILS,
        )
        title, subtitle, alt = words_of(figure)
        heading.markdown(f"**{formats.plain(title)}**  \n:gray[:small[{formats.plain(subtitle)}]]")
        drawing.plotly_chart(figure, key=state.FRONTIER_CHART, config=show.QUIET, alt=alt, on_select=take, selection_mode="points")


def _measure(stops: list[Stop]) -> str:
    """What the frontier is drawn against: predicted match, or held-out NDCG where there is any."""
    if not np.isfinite([stop.ndcg for stop in stops]).all():
        return KEPT
    chosen = st.segmented_control(
        words.FRONTIER_Y_LABEL,
        list(words.FRONTIER_Y),
        format_func=words.FRONTIER_Y.__getitem__,
        default=KEPT,
        required=True,
        key="studio_frontier_y",
        label_visibility="collapsed",
    )
    return str(chosen or KEPT)


def take() -> None:
    """Callback: adopt the variety, or the saved scenario, of the point that was clicked; a click that took a point back adopts nothing."""
    event = state.get(state.FRONTIER_CHART) or {}
    points = (event.get("selection") or {}).get("points") or []
    told = next((list(point["customdata"]) for point in points if point.get("customdata")), [])
    if len(told) != 2:
        return
    kind, what = str(told[0]), str(told[1])
    if kind == STOP:
        draft.edit(lambda scenario: at_variety(scenario, float(what)))
    elif kind == SAVED:
        try:
            draft.adopt(Scenario.from_json(cache.workspace().registry.scenario(what).settings))
        except UserError as error:
            state.set_(state.STUDIO_PROBLEM, error)


def finding(stops: list[Stop], measure: str, *, guarded: bool) -> str:
    """The chart in a sentence: how far the guardrails hold, or what half the variety costs."""
    if max(stop.ild for stop in stops) - min(stop.ild for stop in stops) < 1e-6:
        return words.FRONTIER_FLAT
    if guarded and measure == KEPT:
        return _held(stops)
    first, half = stops[0], min(stops, key=lambda stop: abs(stop.position - 50))
    at = [getattr(stop, measure) for stop in (first, half)]
    cost = 1 - at[1] / at[0] if at[0] else 0.0
    if measure == NDCG:
        return words.FRONTIER_COST_NDCG.format(cost=formats.percent(cost)) if cost >= 0.0005 else words.FRONTIER_GAINS_NDCG
    return words.FRONTIER_COST.format(cost=formats.percent(max(cost, 0.0)))


def _held(stops: list[Stop]) -> str:
    good = [place for place, stop in enumerate(stops) if stop.passes]
    if len(good) == len(stops):
        return words.FRONTIER_FREE
    if not good:
        return words.FRONTIER_NEVER
    if good != list(range(good[0], good[-1] + 1)):
        return words.FRONTIER_SOME.format(n=len(good), all=len(stops))
    first, last = stops[good[0]].position, stops[good[-1]].position
    return words.FRONTIER_BETWEEN.format(first=first, last=last) if good[0] else words.FRONTIER_UP_TO.format(position=last)


def _stop(stop: Stop, measure: str) -> Place:
    told = words.STOP_HOVER.format(
        position=stop.position,
        kept=formats.percent(stop.relevance_kept),
        ild=formats.decimal(stop.ild),
        ndcg="" if np.isnan(stop.ndcg) else words.NDCG_TOO.format(ndcg=formats.decimal(stop.ndcg)),
        passes=words.STOP_PASSES if stop.passes else words.STOP_FAILS,
    )
    return Place(stop.ild, _drawn(getattr(stop, measure), measure), told, take=(STOP, str(stop.position)), passes=stop.passes)


def _here(stage: Stage, stops: list[Stop], measure: str) -> Place:
    """Between its neighbours on the curve; measured where a raw weight takes the place of the slider."""
    if "variety" in stage.scenario.raw:
        at = cache.standing(stage.record.id, stage.scenario)
        x, y = at["ild"].after, at[measure].after
    else:
        positions = [stop.position for stop in stops]
        x = float(np.interp(stage.scenario.variety, positions, [stop.ild for stop in stops]))
        y = float(np.interp(stage.scenario.variety, positions, [getattr(stop, measure) for stop in stops]))
    told = words.HERE_HOVER.format(position=f"{stage.scenario.variety:g}")
    show.hook("frontier", scenario=stage.scenario.hash, here_x=x, here_y=y, stops=len(stops), measure=measure)
    return Place(x, _drawn(y, measure), told, words.HERE)


def _baseline(stage: Stage, measure: str) -> Place:
    at = cache.standing(stage.record.id, at_variety(stage.scenario, 0))
    published = stage.studio.published is not None
    return _point(at, measure, words.PUBLISHED_POINT if published else words.PLAIN_POINT, before=True)


def _saved(stage: Stage, measure: str) -> list[Place]:
    """The shop's scenarios, each ranked once, only when they are asked for."""
    if not st.toggle(words.SAVED, key="studio_frontier_saved", help=words.SAVED_HELP.format(n=MOST_SAVED)):
        return []
    registry = cache.workspace().registry
    places = []
    for record in registry.scenarios(registry.shop_of(stage.dataset.id))[:MOST_SAVED]:
        try:
            scenario, _ = fitted(Scenario.from_json(record.settings), stage.ground)
            at = cache.standing(stage.record.id, scenario)
        except UserError:  # of another dataset of the shop, with an attribute that this one lacks
            continue
        if measure in at and "ild" in at:
            places.append(_point(at, measure, record.name, take=(SAVED, record.id)))
    named = " · ".join(words.SAVED_NUMBER.format(number=number, name=place.label) for number, place in enumerate(places, 1))
    st.caption(formats.plain(named) if places else words.SAVED_NONE)
    return places


def _point(at: dict[str, Point], measure: str, label: str, *, take: tuple[str, str] | None = None, before: bool = False) -> Place:
    x, y = (at[name].before if before else at[name].after for name in ("ild", measure))
    return Place(
        x, _drawn(y, measure), f"{label}<br>{words.POINT_HOVER.format(y=figure_of(measure, y), ild=formats.decimal(x))}", label, take
    )


def figure_of(measure: str, y: float) -> str:
    """A value of the frontier's other axis in words."""
    return words.KEPT_TOLD.format(kept=formats.percent(y)) if measure == KEPT else words.NDCG_TOLD.format(ndcg=formats.decimal(y))


def _drawn(value: float, measure: str) -> float:
    return 100 * value if measure == KEPT else value


def quadrant(stage: Stage) -> None:
    from recsys_core.ranking.outcome import point

    across, up = (point(stage.answer.population, name) for name in ("personalisation", "breadth"))
    if across is None or up is None:
        return
    figure = quadrant_chart(
        (across.before, up.before),
        (across.after, up.after),
        corners=words.CORNERS,
        titles=words.QUADRANT_TITLES,
        names=(words.BEFORE_POINT, words.AFTER_POINT),
        subtitle=words.QUADRANT_SUBTITLE,
        x=words.QUADRANT_X,
        y=words.QUADRANT_Y,
    )
    show.chart(figure, "studio_quadrant", border=False)
