"""Charts of cohorts, linked maps and movement: the title is the finding, axes are the same, and every rerun draws the same."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pages.ui.charts.frame import ACCENT, BEFORE, REAL, words_of
from pages.ui.charts.maps.contrast import Times, contrast_chart
from pages.ui.charts.maps.linked import LARGEST, MOST, PALE, linked_map, sizes_of
from pages.ui.charts.maps.movement import Dots, Shade, Step, movement_chart
from pages.ui.maps import cohort_findings
from pages.ui.maps import words_cohort as say
from recsys_core.profiles.contrast import Contrast, Level, Lift

PLACES = np.random.default_rng(1).normal(size=(2000, 2)).astype(np.float32)


def lift(times, low, high, *, clear=True, name="Candles", kind="group", inside=0.3):
    return Lift(kind, name, None, inside, inside / times, times, low, high, 0.01 if clear else 0.5, clear)


def contrast(*lifts, levels=(), size=20):
    return Contrast("users", size, size, 100, 50, lifts, levels)


# --- what sets a cohort apart


def test_a_lift_is_said_with_its_interval():
    assert cohort_findings.said(lift(3.14, 2.4, 4.04)) == "3.1 times as often Candles (2.4 to 4.0)"
    assert cohort_findings.said(lift(0.31, 0.2, 0.44)) == "only 0.31 times as often Candles (0.20 to 0.44)"
    never = Lift("term", "egg", None, 0.0, 0.12, 0.01, 0.001, 0.2, 0.001, True)
    assert cohort_findings.said(never) == "never “egg”, which 12.0 % of the others have"


def test_what_is_not_clear_is_no_finding():
    found = cohort_findings.findings(contrast(lift(1.4, 0.9, 2.1, clear=False)), "£")
    assert (found.title, found.rows, found.levels) == (say.NO_CLEAR, (), ())
    assert "50" in found.note


def test_the_finding_is_the_first_clear_lift_and_prices_have_their_sign():
    price = Level("price", 1.5, 3.0, 0.5, 0.4, 0.6, 0.001, True)
    found = cohort_findings.findings(contrast(lift(3, 2, 4), lift(2, 0.9, 4, clear=False, name="Mugs"), levels=(price,)), "GBP")
    assert found.title == "3.0 times as often Candles (2.0 to 4.0)"
    assert [row.name for row in found.rows] == ["Candles"]
    assert "£1.50 against £3.00" in found.levels[0]


def test_what_there_is_more_of_is_said_before_what_there_is_less_of():
    found = cohort_findings.findings(contrast(lift(0.5, 0.4, 0.6, name="Wrap"), lift(2, 1.5, 3)), None)
    assert found.title == "2.0 times as often Candles (1.5 to 3.0)"
    assert [row.name for row in found.rows] == ["Wrap", "Candles"]
    assert found.note == say.AS_MANY


def test_many_lifts_are_cut_to_what_a_chart_holds_and_no_kind_takes_all():
    many = [lift(3, 2, 4, name=f"g{n}") for n in range(12)] + [lift(3, 2, 4, name=f"t{n}", kind="term") for n in range(12)]
    rows = cohort_findings.findings(contrast(*many), None).rows
    assert len(rows) == cohort_findings.ROWS
    assert {row.name[0] for row in rows} == {"g", "“"}


def test_the_contrast_is_on_a_log_scale_around_one():
    rows = [Times("Candles", 3, 2, 4, "s", "t"), Times("Bags", 0.2, 0.1, 0.4, "s", "t"), Times("Never", 0.001, 0.0001, 0.1, "s", "t")]
    drawn = contrast_chart(rows, title="T", subtitle="S", axis="times")
    low, high = drawn.layout.xaxis.range
    assert drawn.layout.xaxis.type == "log"
    assert low < np.log10(1 / 64) <= 0 < np.log10(4) < high
    assert "1" in drawn.layout.xaxis.ticktext
    assert list(drawn.data[-1].marker.color) == [ACCENT, BEFORE, BEFORE]
    assert [a.text for a in drawn.layout.annotations] == ["Candles", "Bags", "Never"]


# --- linked maps


def linked(weights, colour=REAL):
    at = np.arange(len(weights))
    told = [f"p{n}" for n in at]
    return linked_map(
        PLACES, np.asarray(weights, float), told, at=at, most=1.0, colour=colour, equal=True, title="T", subtitle="S", alt="A"
    )


def test_both_linked_maps_have_the_same_axes_and_scale():
    one, other = linked([0.5, 0.1]), linked([0.2], ACCENT)
    assert one.layout.xaxis.range == other.layout.xaxis.range
    assert one.layout.yaxis.range == other.layout.yaxis.range
    assert one.layout.yaxis.scaleanchor == "x"
    assert (one.data[1].marker.color, other.data[1].marker.color) == (REAL, ACCENT)


def test_a_linked_map_draws_a_bounded_number_of_points():
    drawn = linked(np.linspace(1, 0.001, 1000))
    assert (len(drawn.data[0].x), len(drawn.data[1].x)) == (PALE, MOST)
    assert drawn.data[1].hovertext[0] == "p0"


def test_area_is_the_weight():
    sizes = sizes_of(np.array([1.0, 0.25]), 1.0)
    assert sizes.tolist() == [LARGEST, LARGEST / 2]


# --- movement


def moved(steps, shade=None, dots=()):
    return movement_chart(PLACES, shade, steps, dots, equal=False, title="T", subtitle="S")


def test_an_arrow_points_from_before_to_after_and_grey_ones_are_unclear():
    drawn = moved([Step("Big", (0, 0), (1, 1), "Big<br>moves", True), Step("Small", (0, 1), (1, 0), "Small", False)])
    arrows = [a for a in drawn.layout.annotations if a.showarrow]
    assert [(a.ax, a.ay, a.x, a.y, a.arrowcolor) for a in arrows] == [(0, 0, 1, 1, ACCENT), (0, 1, 1, 0, BEFORE)]
    assert "Big, moves" in words_of(drawn)[2]


def test_what_does_not_move_has_no_arrow():
    drawn = moved([Step("Still", (0.5, 0.5), (0.5, 0.5), "Still", False)])
    assert not [a for a in drawn.layout.annotations if a.showarrow]
    assert drawn.data[-1].x == (0.5,)


def test_gains_and_losses_are_shaded_apart():
    change = np.array([[0.2, 0.0], [0.01, -0.1]])
    shade = Shade(np.array([0.0, 1.0]), np.array([0.0, 1.0]), change, [["a", ""], ["b", "c"]])
    heats = [trace for trace in moved([], shade).data if trace.type == "heatmap"]
    gains = [trace for trace in heats if trace.colorscale[0][1] == ACCENT]
    losses = [trace for trace in heats if trace.colorscale[0][1] == BEFORE]
    assert (len(gains), len(losses)) == (3, 2)
    assert np.nansum(gains[0].z) == np.nansum(losses[0].z) == 1
    assert moved([], Shade(shade.x, shade.y, 0 * change, [["", ""], ["", ""]])).data[0].type == "scatter"


@pytest.mark.parametrize(
    "draw", [lambda: linked([0.4]), lambda: moved([Step("a", (0, 0), (1, 1), "t", True)], dots=[Dots(PLACES[:3], True, "abc")])]
)
def test_colours_are_the_themes_and_every_rerun_draws_the_same(draw):
    first, second = draw().to_json(), draw().to_json()
    assert first == second
    assert set(re.findall(r"#[0-9a-f]{6}", first)) <= {f"#0000{n:02d}" for n in range(40)} | set(re.findall(r"#[0-9a-f]{6}", template()))


def template() -> str:
    import plotly.graph_objects as go

    return str(go.Figure().to_json())
