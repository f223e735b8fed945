"""A new product: its place, its neighbours, its audience, and what would get it seen. Answered as the form is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.ui import cache, formats, nav, picker, show
from pages.ui import words_arrivals as say
from pages.ui.arrivals import batch, draft, form, learning, shelf
from pages.ui.charts.arrivals.audience import SegmentShare, audience_chart
from pages.ui.charts.arrivals.place import Spot, place_chart
from pages.ui.formats import plain
from pages.ui.guards import guard
from pages.ui.maps.points import item_texts
from pages.ui.studio.table import html_table
from recsys_core.jobs.cold_spec import cold_spec
from recsys_core.storage.records import RunRecord

if TYPE_CHECKING:
    from recsys_core.synthesis.cold.records import Estimate, Help, Placed

KIND = "cold"
NAMED, NEIGHBOURS, SHOPPERS = 5, 5, 10
HARDLY = 0.005  # of all shoppers
TELLING = 1.3  # times the share of all shoppers: a segment that is worth naming


def draw(record: RunRecord) -> None:
    """The form on the left, the answer on the right, and below both several products at once."""
    model = cache.cold(record.id)
    if model is None:
        learn(record)
        return
    left, right = st.columns([1, 2.6], gap="medium")
    with left:
        form.draw(model)
    with right, guard("arrival"):
        item = draft.current(model.columns)
        if item is None:
            _ask()
        else:
            answer(record, cache.placed(record.id, (item,))[0])
    batch.draw(record)


def learn(record: RunRecord) -> None:
    """The button that has the range learned."""
    learning.offer(KIND, {"run": record.id}, lambda: cold_spec(cache.workspace(), record.id), say.LEARN)


def learn_again(record: RunRecord) -> None:
    """The same, once it was."""
    learning.again(KIND, {"run": record.id}, lambda: cold_spec(cache.workspace(), record.id, again=True), say.LEARN)


def _ask() -> None:
    with st.container(border=True, horizontal_alignment="center", key="arrival_ask"):
        st.space("large")
        st.markdown(f"**{say.ASK_TITLE}**", text_alignment="center")
        st.markdown(f":gray[{say.ASK_ABOUT}]", text_alignment="center", width=560)
        st.space("large")


def answer(record: RunRecord, placed: Placed) -> None:
    """Figures, place, neighbours, audience, ways to help it."""
    show.hook(
        "arrival",
        title=placed.item.title,
        shown=placed.audience.size,
        exposure=round(placed.exposure.value, 6),
        knn=placed.likeness_audience.size,
        nearest=len(placed.nearest),
        space=placed.space,
    )
    figures(placed)
    for note in placed.notes:
        st.markdown(f":gray[:material/info: {plain(note)}]")
    _place(record, placed)
    _nearest(record, placed)
    _audience(record, placed)
    _helps(record, placed)
    _shoppers(record, placed)


def figures(placed: Placed) -> None:
    """Exposure, buyers, and what content-kNN says of it."""
    buyers = say.RANGE.format(low=formats.count(placed.buyers.low), high=formats.count(placed.buyers.high))
    with st.container(horizontal=True, key="arrival_tiles"):
        _tile(say.SHOWN.format(k=placed.k), of_1000(placed.exposure.value), between(placed.exposure), say.SHOWN_HELP)
        _tile(say.BUYERS, formats.count(placed.buyers.value), buyers, say.BUYERS_HELP)
        _tile(say.KNN, of_1000(placed.likeness_exposure.value), between(placed.likeness_exposure), say.KNN_HELP)


def _tile(label: str, value: str, below: str, about: str) -> None:
    st.metric(label, value, delta=below, delta_color="off", delta_arrow="off", help=about, border=True)


def of_1000(share: float) -> str:
    """0.0231 -> "23 of 1,000"."""
    return say.OF_1000_LESS if 0 < share < 0.0005 else say.OF_1000.format(n=formats.count(1000 * share))


def between(found: Estimate) -> str:
    """An interval in the same measure."""
    low, high = (formats.count(1000 * min(max(share, 0.0), 1.0)) for share in (found.low, found.high))
    return say.INTERVAL_OF_1000.format(low=low, high=high)


def _place(record: RunRecord, placed: Placed) -> None:
    space = cache.map_of_products(record.id)
    if space is None or placed.point is None:
        st.markdown(f":gray[:material/info: {plain(say.NO_MAP.format(model=picker.model_title(record.model)))}]")
        return
    dataset, catalogue = cache.dataset(record.dataset_id), cache.catalogue(record.dataset_id)
    category, name = placed.item.category, placed.item.name
    kinds, _ = cache.kinds_and_prices(record.dataset_id, "category")
    like = np.array([bool(category) and kinds[row] == category for row in space.rows[space.drawn]], dtype=bool)
    spots = []
    for near in placed.nearest:
        at = space.place(near.item)
        if at is not None and len(spots) < NAMED:
            [hover] = item_texts(catalogue, dataset, np.array([near.item]))
            spots.append(Spot(float(at[0]), float(at[1]), catalogue.titles[near.item], hover))
    story = f"<b>{formats.on_chart(name)}</b><br>{say.SHOWN.format(k=placed.k)}: {of_1000(placed.exposure.value)}"
    figure = place_chart(
        space.coordinates[space.drawn],
        space.hover,
        like,
        Spot(*placed.point, name, story),
        spots,
        title=say.MAP_FINDING.format(name=formats.shorten(spots[0].name, 60)) if spots else say.MAP_FINDING_NONE,
        subtitle=say.MAP_SUBTITLE.format(category=category) if like.any() else say.MAP_SUBTITLE_PLAIN,
        like_name=category,
    )
    show.chart(figure, key="arrival_map")


def _nearest(record: RunRecord, placed: Placed) -> None:
    dataset, catalogue = cache.dataset(record.dataset_id), cache.catalogue(record.dataset_id)
    shelves = ((say.NEAREST_TITLE, say.NEAREST_HELP, placed.nearest), (say.ALIKE_TITLE, say.ALIKE_HELP, placed.alike))
    for place, (title, about, near) in zip(st.columns(2, gap="small"), shelves, strict=True):
        with place:
            st.markdown(f"**{title}**", help=about)
            if near:
                chips = [say.ALIKE.format(share=formats.percent(max(each.likeness, 0), 0)) for each in near[:NEIGHBOURS]]
                shelf.shelf([each.item for each in near[:NEIGHBOURS]], dataset, catalogue, label=title, chips=chips)
            else:
                st.markdown(f":gray[{say.NEAREST_NONE}]")


def _audience(record: RunRecord, placed: Placed) -> None:
    if not placed.segments:
        st.markdown(f":gray[{say.NO_SEGMENTS}]")
        return
    found = cache.segments(record.dataset_id)
    codes, plain_way = np.asarray(found.codes), placed.likeness_audience.chance
    beside = {label: float(plain_way[codes == code].mean()) for code, label in enumerate(found.labels) if (codes == code).any()}
    rows = [SegmentShare(each.label, each.shoppers, each.exposure, beside.get(each.label)) for each in placed.segments]
    subtitle = say.AUDIENCE_SUBTITLE.format(k=placed.k)
    figure = audience_chart(rows, title=audience_finding(rows), subtitle=subtitle, names=say.AUDIENCE_NAMES, x=say.AUDIENCE_X)
    show.chart(figure, key="arrival_audience")


def audience_finding(rows: list[SegmentShare]) -> str:
    """Whom it suits, only where one segment stands out."""
    everybody = sum(row.share * row.size for row in rows) / max(sum(row.size for row in rows), 1)
    first = max(rows, key=lambda row: row.share)
    if everybody < HARDLY:
        return say.FINDING_NOBODY
    if first.share < TELLING * everybody:
        return say.FINDING_EVEN
    return say.FINDING_SEGMENT.format(segment=first.label[:1].lower() + first.label[1:], share=formats.percent(first.share))


def _helps(record: RunRecord, placed: Placed) -> None:
    everybody = len(placed.audience.shown)
    now = placed.helps[0].exposure if placed.helps else 0.0
    rows = [
        [
            plan(each, placed.k),
            say.HELPS_ALL.format(n=formats.count(each.exposure * everybody), all=formats.count(everybody)),
            "" if place == 0 else beside(each.exposure * everybody, now * everybody),
        ]
        for place, each in enumerate(placed.helps)
    ]
    with st.container(border=True, key="arrival_helps"):
        st.markdown(f"**{say.HELPS_TITLE}**")
        html_table(say.HELPS_COLUMNS, rows, label=say.HELPS_TITLE)
        st.caption(say.STUDIO_NOTE)
        if st.button(say.STUDIO_OPEN, icon=":material/tune:", type="tertiary", key="arrival_studio"):
            nav.go("studio", run=record.id)


def plan(way: Help, k: int) -> str:
    """One way to get it seen, without its figures."""
    if way.kind == "nothing":
        return say.HELP_NOTHING
    if way.kind == "reserve":
        return say.HELP_RESERVE.format(k=k, n=formats.count(way.rivals))
    who = f"“{way.segment}”" if way.segment else say.HELP_EVERYBODY
    return say.HELP_PIN.format(rank=way.rank, who=who)


def beside(shown: float, now: float) -> str:
    """How many shoppers more than now: as a multiple once that is easier to grasp."""
    more = round(shown - now)
    if abs(more) < 1:
        return say.HELPS_SAME
    if now >= 1 and shown / now >= 2:
        return say.HELPS_TIMES.format(n=formats.count(shown / now) if shown / now >= 10 else f"{shown / now:.1f}")
    return say.HELPS_MORE.format(n=formats.count(more)) if more > 0 else formats.count(more).replace("-", "−")


def _shoppers(record: RunRecord, placed: Placed) -> None:
    with st.expander(say.SHOPPERS_FIRST, icon=":material/groups:", on_change="rerun", key="arrival_shoppers") as fold:
        if not fold.open:
            return
        dataset, audience = cache.dataset(record.dataset_id), placed.audience
        rows = [
            {
                say.COLUMN_SHOPPER: str(dataset.user_ids[user]),
                say.COLUMN_CHANCE: formats.percent(float(audience.chance[user])),
                say.COLUMN_MATCH: say.MATCH_OF.format(share=formats.percent(float(audience.match[user]))),
            }
            for user in audience.best(SHOPPERS)
        ]
        st.dataframe(rows, hide_index=True, alt=say.SHOPPERS_FIRST)
        st.caption(say.SHOPPERS_FIRST_HELP)
