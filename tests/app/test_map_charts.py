"""The figure of a map: what answers to the pointer, what is written on it, and what of it changes with how much there is."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from pages.ui.charts.maps.labels import MOST, region_names
from pages.ui.charts.maps.paints import COLOURED, Groups, Paint, Values, marker_of
from pages.ui.charts.maps.points import DENSE, EMPTY_ROW, TOUCHABLE, MapPoints, View, empty_spots, extent, points_map, sample, within


def points(n: int = 30, seed: int = 1) -> MapPoints:
    rng = np.random.default_rng(seed)
    return MapPoints(rng.normal(size=(n, 2)).astype(np.float32), np.arange(n, dtype=np.int32) + 5)


def drawn(placed: MapPoints, paint: Paint, view: View | None = None) -> go.Figure:
    """A map as `pages.ui.maps.drawing` asks for it."""
    some = sample(len(placed), TOUCHABLE)
    names = paint if isinstance(paint, Groups) else None
    told = [f"item {row}" for row in placed.rows[some]]
    return points_map(placed, paint, some, told, names, view or View(), title="30 products", subtitle="Coloured by group")


def grouped(n: int, groups: int) -> Groups:
    return Groups(np.arange(n, dtype=np.int32) % groups, [f"group {i}" for i in range(groups)])


def touchable(figure: go.Figure) -> list[go.Scattergl]:
    return [trace for trace in figure.data if trace.customdata is not None]


def rows_of(figure: go.Figure) -> list[int]:
    return [row for trace in touchable(figure) for [row] in trace.customdata if row != EMPTY_ROW]


def test_every_point_of_a_map_carries_its_row_once():
    assert sorted(rows_of(drawn(points(), grouped(30, 12)))) == list(range(5, 35))


def test_a_large_map_is_a_picture_of_all_points_and_answers_with_an_even_sample_of_them():
    n = TOUCHABLE + 3000
    placed = points(n)
    figure = drawn(placed, grouped(n, 5))
    picture = np.asarray(figure.data[0].z)
    assert figure.data[0].type == "heatmap"
    assert figure.data[0].hoverinfo == "skip"
    box = extent(placed.coordinates)
    column, line = (((placed.coordinates[:, axis] - box[axis]) / (box[axis + 2] - box[axis])) * picture.shape[1 - axis] for axis in (0, 1))
    assert (picture[line.astype(int), column.astype(int)] > 0).all()
    assert len(np.unique(picture)) == 6  # clear, and five groups
    assert len(rows_of(figure)) == len(set(rows_of(figure))) == TOUCHABLE


def test_a_dot_and_its_place_in_the_picture_have_one_colour():
    n = TOUCHABLE + 1
    coordinates = np.stack([np.linspace(0, 1, n), np.linspace(0, 1, n)], axis=1).astype(np.float32)
    figure = drawn(MapPoints(coordinates, np.arange(n, dtype=np.int32)), Values(np.linspace(1, 2, n), "Price", "linear"))
    levels = [level for level in np.asarray(figure.data[0].z).max(axis=0) if level]
    assert levels == sorted(levels)
    assert (levels[0], levels[-1]) == (1, 255)
    assert [colour for _, colour in figure.data[0].colorscale[2:]] == [colour for _, colour in figure.data[-1].marker.colorscale]


def test_beyond_a_hundred_thousand_points_the_picture_shows_how_many_lie_where():
    n = DENSE + 1
    coordinates = np.zeros((n, 2), np.float32)
    coordinates[:10] = np.linspace(0, 1, 10)[:, None]
    picture = np.asarray(drawn(MapPoints(coordinates, np.arange(n, dtype=np.int32)), Values(np.ones(n), "Price")).data[0].z)
    assert sorted(set(picture[picture > 0]))[-1] == 255
    assert (picture > 0).sum() == 10


def test_a_sample_is_the_same_twice_and_all_of_a_small_map():
    assert (sample(500, 100) == sample(500, 100)).all()
    assert len(set(sample(500, 100))) == 100
    assert sample(50, 100).tolist() == list(range(50))


def test_a_map_of_a_hundred_thousand_points_is_a_light_message():
    n = DENSE
    assert len(drawn(points(n), Values(np.linspace(1, 9, n), "Price")).to_json()) < 2_500_000


def test_empty_spots_keep_away_from_points():
    placed = points(400).coordinates
    spots, (x0, y0, x1, y1) = empty_spots(placed, extent(placed)), extent(placed)
    apart = np.abs(spots[:, None] - placed[None]) / (x1 - x0, y1 - y0)
    assert (apart.max(axis=2).min(axis=1) > 0.6 / 60).all()
    assert len(spots) > 1000


def test_empty_spots_say_that_they_are_no_product():
    figure = drawn(points(), grouped(30, 3))
    spots = figure.data[0]
    assert {row for [row] in spots.customdata} == {EMPTY_ROW}
    assert (spots.hoverinfo, spots.marker.opacity) == ("none", 0)


@pytest.mark.parametrize("coordinates", [np.zeros((1, 2)), np.ones((9, 2)), np.zeros((0, 2))])
def test_points_in_one_place_are_still_a_map(coordinates):
    n = len(coordinates)
    placed = MapPoints(coordinates.astype(np.float32), np.arange(n, dtype=np.int32), equal=True)
    figure = drawn(placed, Groups(np.zeros(n, np.int32), ["a"]))
    low, high = figure.layout.xaxis.range
    assert high - low == 2
    assert drawn(placed, Values(np.full(n, np.nan), "Price")).data


def test_the_eight_largest_groups_have_a_colour_and_the_rest_is_grey():
    sizes = [30, 28, 26, 24, 22, 20, 18, 16, 14, 12]
    codes = np.repeat(np.arange(10, dtype=np.int32), sizes)
    marker = marker_of(Groups(np.append(codes, -1), [f"g{i}" for i in range(10)]), 5.0, None)
    shade, unknown = np.asarray(marker["color"])[:-1], float(np.asarray(marker["color"])[-1])
    assert set(shade[codes < COLOURED]) == set(range(1, COLOURED + 1))
    assert set(shade[codes >= COLOURED]) == {unknown} == {0.0}
    scale = [at for at, _ in marker["colorscale"]]
    assert scale == sorted(scale)
    assert (scale[0], scale[-1]) == (0.0, 1.0)


def test_names_do_not_lie_on_each_other():
    placed = points(3000).coordinates
    names = grouped(3000, 40)
    box = extent(placed)
    written = region_names(placed, names, box, names)
    assert 1 <= len(written) <= MOST
    at = np.array([[one["x"], one["y"]] for one in written]) / (box[2] - box[0], box[3] - box[1])
    clash = [(i, j) for i in range(len(at)) for j in range(i) if (np.abs(at[i] - at[j]) < (0.0085 * 7, 0.05)).all()]
    assert clash == []


def test_names_are_those_of_what_is_in_view():
    placed = np.array([[0, 0], [0.1, 0], [5, 5], [5.1, 5]], np.float32)
    names = Groups(np.array([0, 0, 1, 1], np.int32), ["here", "there"])
    assert ["here" in str(one["text"]) for one in region_names(placed, names, (-1, -1, 1, 1), names)] == [True]


@pytest.mark.parametrize(
    ("values", "scale", "texts"),
    [
        ([1.0, 10.0, 100.0], "log", ["1", "2", "5", "10", "20", "50", "100"]),
        ([0.0, 0.5, 1.0], "share", ["1 %", "26 %", "50 %", "74 %", "99 %"]),
        ([-4.0] * 9, "change", ["−4", "−2", "+0", "+2", "+4"]),
        ([1.2e9, 1.3e9], "date", ["Jan 2008", "Nov 2008", "Aug 2009", "May 2010", "Mar 2011"]),
    ],
)
def test_a_scale_says_its_figures(values, scale, texts):
    marker = marker_of(Values(np.array(values), "x", scale), 5.0, None)
    assert marker["colorbar"]["ticktext"] == texts
    assert marker["cmin"] < marker["cmax"]


def test_what_has_no_figure_is_grey_and_below_the_scale():
    marker = marker_of(Values(np.array([np.nan, 1.0, 0.0, 10.0]), "Price"), 5.0, None)
    shade = np.asarray(marker["color"])
    assert (shade[[0, 2]] < shade[1]).all()
    assert marker["colorscale"][0][1] != marker["colorscale"][-1][1]


def test_marks_are_drawn_into_the_figure():
    ring = (0.5, 0.5, "a mug")
    outlined = drawn(points(), grouped(30, 3), View(outline=((0, 0), (1, 0), (1, 1)), ring=ring)).layout
    assert [shape.type for shape in outlined.shapes] == ["path", "circle"]
    assert any("a mug" in each.text for each in outlined.annotations)
    assert [shape.type for shape in drawn(points(), grouped(30, 3), View(place=(0, 0))).layout.shapes] == ["circle"]


def test_a_close_up_shows_its_box_alone():
    box = (-1.0, -0.5, 1.0, 0.5)
    layout = drawn(points(), grouped(30, 3), View(box=box)).layout
    assert (layout.xaxis.range, layout.yaxis.range) == ((-1.0, 1.0), (-0.5, 0.5))
    assert within(np.array([[0, 0], [2, 0]], np.float32), box).tolist() == [True, False]
