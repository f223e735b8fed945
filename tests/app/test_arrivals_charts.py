"""Charts of New arrivals: the finding on top, only the theme's colours, and every mark where its figure says."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pages.ui.charts.arrivals.audience import SegmentShare, audience_chart
from pages.ui.charts.arrivals.contest import Entrant, contest_chart
from pages.ui.charts.arrivals.gap_map import Mark, gap_map
from pages.ui.charts.arrivals.place import Spot, place_chart
from pages.ui.charts.frame import words_of

HOSTILE = "<b>Mug & 'co'</b> of a very long name that no column of a map has room for"
SHARES = [SegmentShare("Bag buyers", 40, 0.05, 0.04), SegmentShare("Mug buyers", 60, 0.25, 0.11), SegmentShare("Others", 10, 0.0)]
COUNTS = np.array([[3, 0, 1], [0, 12, 7]])
BANDS = ["under<br>£1", "£1–<br>£2", "£2<br>or more"]


def place(nearest: int = 5):
    points = np.random.default_rng(3).normal(size=(40, 2))
    spots = [Spot(float(x), float(y), f"{HOSTILE} {n}", "hover") for n, (x, y) in enumerate(points[:nearest])]
    like = np.arange(40) < 9
    arrival = Spot(0.1, 9.0, HOSTILE, "hover")
    return place_chart(points, ["p"] * 40, like, arrival, spots, title="It lies there", subtitle="Products.", like_name="Mugs")


def gaps(marks=(Mark(0, 1, "1", "first"), Mark(1, 0, "2", "second"), Mark(0, 1, "3", "third"))):
    return gap_map(COUNTS, ["Mugs", HOSTILE], BANDS, marks, title="A gap", subtitle="Products.", x="price", cell=("product", "products"))


def contest():
    told = [Entrant("Aisle", 0.16, 0.15, 0.17, ours=True), Entrant("Content-kNN", 0.15, 0.14, 0.16)]
    return contest_chart(told, title="Level", subtitle="NDCG.", x="NDCG@20")


def audience():
    return audience_chart(SHARES, title="Mug buyers", subtitle="Shares.", names=("ours", "theirs"), x="percent")


@pytest.mark.parametrize("figure", [place(), gaps(), contest(), audience()], ids=["place", "gaps", "contest", "audience"])
def test_a_chart_has_words_and_only_the_themes_colours(figure):
    title, subtitle, alt = words_of(figure)
    assert min(map(len, (title, subtitle, alt))) > 3
    spec = re.sub(r'"template":.*', "", figure.to_json())
    assert "NaN" not in spec
    assert {c for c in re.findall(r"#[0-9a-fA-F]{6}", spec) if not c.startswith("#0000")} == set()
    assert "<b>Mug &" not in re.sub(r'"meta":.*', "", spec)


def test_the_new_product_is_on_the_map_even_beyond_all_others():
    figure = place()
    assert figure.layout.yaxis.range[1] > 9.0
    assert [(trace.x[0], trace.y[0]) for trace in figure.data if len(trace.x) == 1] == [(0.1, 9.0)]
    assert sorted(len(trace.x) for trace in figure.data) == [1, 5, 9, 31]


def test_every_name_beside_the_map_has_a_place_of_its_own_inside_it():
    figure = place()
    heights = [note.ay for note in figure.layout.annotations]
    assert len(heights) == 6
    assert min(np.diff(sorted(heights))) > 0.05 * np.ptp(figure.layout.yaxis.range)
    low, high = figure.layout.yaxis.range
    assert all(low < height < high for height in heights)
    order = sorted(figure.layout.annotations, key=lambda note: -note.y)
    assert [note.ay for note in order] == sorted(heights, reverse=True)


def test_a_product_without_neighbours_is_drawn_alone():
    assert len(place(nearest=0).layout.annotations) == 1


def test_an_empty_cell_is_blank_and_a_full_one_says_how_many():
    table = gaps().data[0]
    assert [list(line) for line in table.text] == [["3", "", "1"], ["", "12", "7"]]
    assert table.customdata[1][1].endswith("12 products")
    assert table.customdata[0][2].endswith("1 product")


def test_gaps_of_one_cell_share_a_ring_that_tells_of_both():
    rings = gaps().data[1]
    assert list(zip(rings.x, rings.y, rings.text, strict=True)) == [(1, 0, "<b>1</b>"), (0, 1, "<b>2</b>")]
    assert rings.hovertext[0] == "first<br><br>third"
    assert len(gaps(marks=()).data) == 1


def test_a_gap_over_several_prices_has_a_line_as_long():
    drawn = gaps([Mark(0, 1, "1", "one", (0, 2)), Mark(1, 0, "2", "two", (0, 0))]).data
    lines = [trace for trace in drawn[1:] if trace.mode == "lines"]
    assert [(list(line.x), list(line.y)) for line in lines] == [([-0.42, 2.42], [0.42, 0.42])]


def test_the_largest_share_is_on_top_and_rings_stand_at_the_baselines():
    figure = audience()
    assert list(figure.data[0].y) == ["Others", "Bag buyers", "Mug buyers"]
    assert list(figure.data[0].x) == [0.0, 5.0, 25.0]
    assert dict(zip(figure.data[1].y, figure.data[1].x, strict=True)) == {"Bag buyers": 4.0, "Mug buyers": 11.0}


def test_an_audience_of_nobody_has_an_axis():
    figure = audience_chart([SegmentShare("All", 5, 0.0, 0.0)], title="Nobody", subtitle="Shares.", names=("a", "b"), x="percent")
    assert figure.layout.xaxis.range[1] > 0


def test_intervals_of_a_contest_begin_at_nothing_and_fit():
    figure = contest()
    assert figure.layout.xaxis.range[0] == 0
    assert figure.layout.xaxis.range[1] > 0.17
    assert list(figure.layout.yaxis.ticktext) == ["Aisle", "Content-kNN"]
    assert "Aisle 0.160 (95 % interval 0.150 to 0.170)" in words_of(figure)[2]
