"""The charts of everybody: where a guardrail fails, which corner lists are in, what is clear; each with its finding and its words."""

from __future__ import annotations

import pytest

from pages.ui.charts.exposure import exposure_chart
from pages.ui.charts.frame import words_of
from pages.ui.charts.frontier import Place, failing, frontier_chart
from pages.ui.charts.movers import Moved, movers_chart
from pages.ui.charts.quadrant import corner_of, quadrant_chart
from pages.ui.charts.segments import SegmentChange, segments_chart
from pages.ui.studio import movers, segments
from pages.ui.studio import words_population as words

STOPS = [Place(0.5 + 0.1 * n, 100 - 5 * n, f"stop {n}", take=("stop", str(10 * n)), passes=n < 2) for n in range(4)]


def passing(*good):
    return [Place(float(n), 0.0, passes=holds) for n, holds in enumerate(good)]


@pytest.mark.parametrize(
    ("places", "parts"),
    [
        (passing(True, True, True), []),
        (passing(True, False, False), [(0.5, 2.0)]),
        (passing(False, True, False), [(0.0, 0.5), (1.5, 2.0)]),
        (passing(False, False), [(0.0, 1.0)]),
        ([], []),
    ],
)
def test_the_shaded_part_reaches_half_way_to_the_stops_that_pass(places, parts):
    assert failing(places) == parts


def frontier(saved=()):
    here, plain = Place(0.6, 95, "here", "you are here"), Place(0.5, 100, "plain", "plain list")
    return frontier_chart(STOPS, here, plain, saved, title="t", subtitle="s", x="x", y="y", fails="a guardrail fails")


def test_every_stop_says_what_a_click_on_it_adopts():
    drawn = frontier()
    assert list(map(tuple, drawn.data[0].customdata)) == [("stop", "0"), ("stop", "10"), ("stop", "20"), ("stop", "30")]
    assert {a.text for a in drawn.layout.annotations} == {"plain list", "<b>you are here</b>", "a guardrail fails"}
    assert "stop 3" in words_of(drawn)[2]


def test_saved_scenarios_are_numbers_on_the_chart_and_told_by_name():
    drawn = frontier([Place(0.8, 60, "Autumn<br>60 %", "Autumn", ("saved", "s1")), Place(0.7, 40, "Spring", "Spring", ("saved", "s2"))])
    assert list(drawn.data[1].text) == ["1", "2"]
    assert "Autumn" in drawn.data[1].hovertext[0]
    assert list(map(tuple, drawn.data[1].customdata)) == [("saved", "s1"), ("saved", "s2")]
    low, high = drawn.layout.yaxis.range
    assert low < 40 < high


@pytest.mark.parametrize(
    ("point", "corner"), [((0.98, 1.2), (1, 1)), ((0.98, 0.6), (1, 0)), ((0.1, 0.6), (0, 0)), ((0.1, 1.1), (0, 1)), ((0.9, 0.996), (1, 1))]
)
def test_corners_of_the_quadrant(point, corner):
    assert corner_of(point) == corner


@pytest.mark.parametrize("points", [((0.9, 0.2), (0.95, 0.9)), ((0.99, 1.0), (0.99, 1.0)), ((0.2, 3.0), (0.4, 2.0))])
def test_both_points_and_all_corners_are_on_the_quadrant(points):
    drawn = quadrant_chart(
        *points, corners=words.CORNERS, titles=words.QUADRANT_TITLES, names=("before", "after"), subtitle="s", x="x", y="y"
    )
    assert words_of(drawn)[0] == words.QUADRANT_TITLES[corner_of(points[1])]
    assert all(0 <= trace.y[0] <= drawn.layout.yaxis.range[1] for trace in drawn.data)
    assert set(words.CORNERS.values()) <= {a.text for a in drawn.layout.annotations}


def test_what_is_not_clear_is_pale_and_not_the_finding():
    moved = [Moved("Mugs", 0.10, 0.12, 0.01, 0.03), Moved("Bags", 0.30, 0.20, -0.25, 0.05)]
    drawn = movers_chart(moved, title=movers.finding(moved, "group"), subtitle="s", axis="a")
    assert words_of(drawn)[0] == words.MOVERS_GAIN.format(name="Mugs", before="10.0 %", after="12.0 %")
    assert list(drawn.data[0].marker.opacity) == [1.0, 0.45]
    assert movers.finding(moved[1:], "group") == words.MOVERS_UNCLEAR.format(who="group")


def test_how_few_products_hold_half_is_marked():
    curve = ([1, 10, 100], [0.2, 0.6, 1.0], [0.1, 0.5, 1.0])
    drawn = exposure_chart(*curve, (7, 10), title="t", subtitle="s", names=("before", "after"), x="x", y="y")
    assert {"before: 7", "after: 10"} <= {a.text for a in drawn.layout.annotations}
    assert drawn.layout.xaxis.type == "log"


def test_the_finding_of_segments_is_the_largest_clear_change():
    rows = [
        SegmentChange("Everybody", 90, -9.0, -10, -8, "e", everybody=True),
        SegmentChange("Light", 40, -2.0, -3, -1, "l"),
        SegmentChange("Heavy", 50, -4.0, -9, 1, "h"),
    ]
    assert segments.finding(rows, "relevance_kept") == words.SEGMENTS_MOST.format(change="−2.0 points", name="Light")
    assert segments.finding(rows[2:], "relevance_kept") == words.SEGMENTS_UNCLEAR
    drawn = segments_chart(rows, title="t", subtitle="s", axis="a", shoppers="{n} shoppers")
    assert drawn.layout.yaxis.ticktext[1].startswith("Light")
    low, high = drawn.layout.xaxis.range
    assert low < -10
    assert high > 1
