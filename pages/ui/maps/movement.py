"""What a scenario moves on the map of products: for the marked shoppers, each segment, or the shopper that was clicked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.ui import cache, formats, show
from pages.ui.charts.maps.movement import Dots, Shade, Step, movement_chart
from pages.ui.charts.movers import Moved, movers_chart
from pages.ui.formats import plain
from pages.ui.maps import moves_choice
from pages.ui.maps import words_moves as words
from pages.ui.maps.stage import ITEMS, USERS, MapStage, Picked
from recsys_core.errors import UnsupportedError
from recsys_core.ranking.guardrails import FEWEST
from recsys_core.ranking.scenario import Scenario

if TYPE_CHECKING:
    from recsys_core.jobs.movement import Arrow, Movement, Part
    from recsys_core.latent.projections import Projection

MOST = 14  # groups on the chart: half of them gain most, half lose most


def draw(stage: MapStage, picked: Picked) -> None:
    """Below the map. Raises UserError where the run has no map of products, or the scenario cannot be had."""
    if not cache.has_vectors(stage.record.id, ITEMS):
        raise UnsupportedError(words.NO_VECTORS.format(model=stage.run.spec.title), words.NO_VECTORS_HINT)
    scenario = moves_choice.choose(stage)
    points, method = _map(stage)
    among = picked.rows if stage.what == USERS and len(picked.rows) else None
    found = cache.movement(stage.record.id, scenario, method, parts_of(stage, picked), among)
    who = words.EVERYBODY if among is None else found.arrows[0].label if found.arrows else words.THESE
    published = cache.is_published(stage.record.id)
    notes = [words.NOW_PUBLISHED if published else words.NOW_PLAIN.format(k=found.k)]
    if stage.what == ITEMS and len(picked.rows):
        notes.insert(0, _marked_products(stage, picked, scenario))
    elif not len(picked.rows):
        notes.append(words.MARK_HINT[stage.what])
    st.markdown(f":gray[{plain(' '.join(notes))}]")
    _figures(found)
    left, right = st.columns([1.35, 1], gap="medium")
    with left:
        _map_chart(stage, picked, scenario, found, points)
    with right:
        _groups(found, who)
    sides = {"width_before": found.width.before, "width_after": found.width.after, "distance": found.distance.value}
    show.hook("movement", scenario=scenario.hash, users=found.users, changed=found.changed, arrows=len(found.arrows), **sides)


def parts_of(stage: MapStage, picked: Picked) -> tuple[Part, ...] | None:
    """Who gets an arrow: the marked shoppers and all others, the clicked one alone; None for each segment."""
    from recsys_core.jobs.movement import Part

    everybody = np.arange(stage.dataset.n_users)
    if stage.what == USERS and picked.one is not None:
        return (Part(words.ONE.format(id=stage.dataset.user_ids[picked.one]), picked.rows),)
    if stage.what == USERS and len(picked.rows):
        marked = Part(words.MARKED.format(n=formats.plural(len(picked.rows), "shopper")), picked.rows)
        rest = np.setdiff1d(everybody, picked.rows)
        return (marked, Part(words.OTHERS, rest)) if len(rest) else (marked,)
    if not cache.segments(stage.dataset.id).labels:
        return (Part(words.EVERYBODY, everybody),)
    return None


def _map(stage: MapStage) -> tuple[Projection, str]:
    """The map of products by the method on screen if it was made, else the PCA."""
    kept = cache.projection(stage.record.id, ITEMS, stage.method)
    found, method = (kept, stage.method) if kept is not None else (cache.projection(stage.record.id, ITEMS, "pca"), "pca")
    assert found is not None
    return found, method


def _figures(found: Movement) -> None:
    """Three figures, each with what to make of it."""
    distance, width = found.distance, found.width
    moved = words.SPREADS_INTERVAL.format(low=f"{distance.low:.3f}", high=f"{distance.high:.3f}")
    ends = sorted((abs(width.low), abs(width.high)))
    form = words.SAME_WIDTH if not width.is_clear else words.WIDER if width.difference > 0 else words.NARROWER
    wider = form.format(low=f"{ends[0]:.3f}", high=f"{ends[1]:.3f}")
    if found.users == 1:  # a fact of one; no interval, for nothing is said of others
        moved = wider = ""
    wide = words.SPREADS.format(value=f"{_two(width.before)} → {_two(width.after)}")
    tiles = (
        (words.CHANGED, formats.percent(found.changed), formats.plural(found.users, "shopper"), words.CHANGED_HELP),
        (words.DISTANCE, words.SPREADS.format(value=_two(distance.value)), moved, words.DISTANCE_HELP),
        (words.WIDTH, wide, wider, words.WIDTH_HELP),
    )
    for column, (label, value, note, help) in zip(st.columns(3, gap="small"), tiles, strict=True):
        column.metric(label, value, note or None, delta_color="off", delta_arrow="off", help=help, border=True)


def _map_chart(stage: MapStage, picked: Picked, scenario: Scenario, found: Movement, points: Projection) -> None:
    one = picked.one if stage.what == USERS else None
    dots = () if one is None else _dots(stage, one, scenario, points)
    form = words.SUBTITLE if one is None else words.SUBTITLE_PLAIN
    figure = movement_chart(
        np.asarray(points.coordinates),
        _shade(stage, found) if one is None else None,
        [_step(arrow) for arrow in found.arrows],
        dots,
        equal=found.method == "pca",
        title=title(found, marked=stage.what == USERS and len(picked.rows) > 0),
        subtitle=form.format(method=found.method.upper()),
    )
    show.chart(figure, "movement_map", note=words.NOTE_UMAP if found.method == "umap" else words.NOTE_PCA)


def title(found: Movement, *, marked: bool) -> str:
    """The finding about the arrows."""
    arrows = found.arrows
    if not found.changed or not arrows:
        return words.TITLE_NONE
    first = arrows[0]
    if marked and len(arrows) == 2:
        one, two = first.distance, arrows[1].distance
        form = words.TITLE_FURTHER if one.low > two.high else words.TITLE_LESS if one.high < two.low else words.TITLE_AS_FAR
        return form.format(name=first.label, other=arrows[1].label, one=_two(one.value), two=_two(two.value))
    if len(arrows) == 1:
        form = words.TITLE_EVERYBODY if first.label == words.EVERYBODY else words.TITLE_SHOPPER
        return form.format(id=first.label, one=_two(first.distance.value))
    clear = [arrow for arrow in arrows if arrow.clear]
    if not clear:
        return words.TITLE_UNCLEAR
    furthest = max(clear, key=lambda arrow: arrow.distance.value).label
    form = words.TITLE_ALL_PARTS if len(clear) == len(arrows) else words.TITLE_PARTS
    return form.format(n=len(clear), all=len(arrows), name=furthest)


def _step(arrow: Arrow) -> Step:
    verdict = words.CLEAR_SHIFT if arrow.clear else words.FEW if arrow.users < FEWEST else words.NO_CLEAR_SHIFT
    told = words.TOLD_ARROW.format(
        label=formats.on_chart(arrow.label), n=formats.plural(arrow.users, "shopper"), distance=_two(arrow.distance.value), verdict=verdict
    )
    alone = arrow.users == 1  # what one shopper is shown is a fact, and no claim about others
    return Step(formats.on_chart(arrow.label), arrow.start, arrow.end, told, arrow.clear or alone)


def _shade(stage: MapStage, found: Movement) -> Shade:
    of, labels = found.regions, stage.catalogue.labels
    told = [
        [_cell(of.before[row, column], of.after[row, column], int(of.group[row, column]), labels) for column in range(len(of.x) - 1)]
        for row in range(len(of.y) - 1)
    ]
    return Shade((of.x[:-1] + of.x[1:]) / 2, (of.y[:-1] + of.y[1:]) / 2, of.shade, told)


def _cell(before: float, after: float, group: int, labels: list[str]) -> str:
    if not before and not after:
        return ""
    name = formats.on_chart(labels[group]) if group >= 0 else words.NO_GROUP
    return words.TOLD_CELL.format(group=name, before=formats.percent(before, 2), after=formats.percent(after, 2))


def _dots(stage: MapStage, user: int, scenario: Scenario, points: Projection) -> tuple[Dots, ...]:
    """The products of one shopper's list before and after."""
    shown = cache.answer(stage.record.id, scenario).population
    found = []
    for before, lists in ((True, shown.before), (False, shown.after)):
        items = lists[user]
        placed = [(place, int(item)) for place, item in enumerate(items, start=1) if item >= 0 and item in points.rows]
        form = words.BEFORE_DOT if before else words.AFTER_DOT
        told = [form.format(title=formats.on_chart(stage.catalogue.titles[item]), place=place) for place, item in placed]
        at = np.searchsorted(points.rows, np.array([item for _, item in placed], dtype=np.int64))
        found.append(Dots(np.asarray(points.coordinates)[at], before, told))
    return tuple(found)


def _marked_products(stage: MapStage, picked: Picked, scenario: Scenario) -> str:
    moved = cache.moved_products(stage.record.id, scenario, picked.rows)
    clear = moved.low > 0 or moved.high < 0
    change = words.MARKED_CHANGE.format(low=f"{100 * moved.low:+.2f}", high=f"{100 * moved.high:+.2f}") if clear else words.MARKED_UNCLEAR
    sides = {"before": formats.percent(moved.before, 2), "after": formats.percent(moved.after, 2)}
    noun = formats.plural(len(picked.rows), "product")
    return words.MARKED_ITEMS.format(n=noun, **sides, change=change.replace("-", "−")) + "."


def _groups(found: Movement, who: str) -> None:
    """Which groups gain and lose most."""
    rows = [Moved(formats.on_chart(each.label), *each[2:]) for each in found.groups if each.before or each.after]
    if not rows:
        st.caption(words.GROUPS_NONE)
        return
    shown = rows if len(rows) <= MOST else [*rows[: MOST // 2], *rows[-(MOST // 2) :]]
    subtitle = (words.GROUPS_SUBTITLE if found.users > 1 else words.GROUPS_SUBTITLE_ONE).format(who=who)
    figure = movers_chart(shown, title=groups_title(shown, who), subtitle=subtitle, axis=words.GROUPS_AXIS)
    show.chart(figure, "movement_groups")


def groups_title(moved: Sequence[Moved], who: str) -> str:
    """The largest clear change in a sentence."""
    clear = [each for each in moved if each.clear]
    if not clear:
        return words.GROUPS_UNCLEAR
    most = max(clear, key=lambda each: abs(each.change))
    form = words.GROUPS_GAIN if most.change > 0 else words.GROUPS_LOSE
    return form.format(name=most.name, before=formats.percent(most.before), after=formats.percent(most.after), who=who)


def _two(value: float) -> str:
    return f"{value:.2f}"
