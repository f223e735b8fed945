"""Charts of what is inside a model: the finding is what the figures say."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pages.ui.charts.frame import ACCENT, BEFORE, CATEGORIES, REAL, SYNTHETIC, words_of
from pages.ui.charts.maps.inside import dimensions_chart, moments_chart, prior_chart
from pages.ui.charts.maps.inside_pictures import both_map, named_groups, side_map, space_chart
from pages.ui.charts.maps.inside_recall import common_chart, recall_chart
from recsys_core.evaluation.intervals import Interval
from recsys_core.latent.diagnosis import measure_dimensions, measure_prior
from recsys_core.latent.likeness import compare_neighbours
from recsys_core.latent.reconstruction import ByPopularity, Tenth

RNG = np.random.default_rng(0)
CODES = RNG.normal(size=(400, 5)) * np.array([1, 1, 1, 0.01, 0.01])
DIMENSIONS = measure_dimensions(CODES, np.zeros((400, 5)))
APART = measure_prior(CODES * 0.3 + 3, np.full((400, 5), -4.0))
FITS = measure_prior(RNG.normal(size=(3000, 3)) * 0.6, np.full((3000, 3), np.log(0.64)))
TENTHS = (Tenth(1, 1, 4, Interval(0.014, 0.0, 0.03), 20), Tenth(2, 9, 4, None, 0), Tenth(10, 90, 4, Interval(0.66, 0.6, 0.7), 50))
RECALL = {"foretold": ByPopularity(TENTHS, 100, 0.03, 60)}
POINTS, CODE = RNG.normal(size=(60, 3)), np.arange(60) % 12 - 1
TOLD = [f"p{n}" for n in range(60)]


def charts():
    yield dimensions_chart(DIMENSIONS, 0.01, judged=True)
    yield dimensions_chart(measure_dimensions(CODES), 0.01, judged=False)
    yield prior_chart(APART)
    yield moments_chart(APART)
    yield recall_chart(RECALL)
    yield recall_chart({"given back": RECALL["foretold"], **RECALL})
    yield common_chart(compare_neighbours(POINTS, POINTS))
    yield both_map(POINTS[:, :2], POINTS[:9, :2], TOLD[:9], title="Alike here", subtitle="A map", equal=True)
    yield side_map(POINTS[:, :2], POINTS[:, :2], CODE, TOLD, np.array([3]), title="This run", subtitle="A map", equal=True)
    yield space_chart(POINTS, CODE, [f"Group {n}" for n in range(12)], TOLD, title="Three of them", subtitle="Drag")


@pytest.mark.parametrize("figure", list(charts()))
def test_a_chart_has_words_and_only_the_themes_colours(figure):
    assert min(map(len, words_of(figure))) > 3
    spec = figure.to_json()
    assert "NaN" not in spec
    outside = {c for c in re.findall(r"#[0-9a-fA-F]{6}", re.sub(r'"template":.*', "", spec)) if not c.startswith("#0000")}
    assert outside == set()


def test_dimensions_in_use_stand_out_and_are_counted():
    figure = dimensions_chart(DIMENSIONS, 0.01, judged=True)
    assert words_of(figure)[0] == "3 of 5 dimensions are in use"
    assert list(figure.data[0].marker.color) == [ACCENT] * 3 + [BEFORE] * 2
    assert words_of(dimensions_chart(measure_dimensions(CODES), 0.01, judged=False))[0] == "Shoppers spread as over 3.0 of 5 dimensions"


def test_the_finding_on_the_prior_is_how_much_of_it_lies_outside():
    assert words_of(prior_chart(APART))[0].startswith(f"At least {round(100 * (1 - APART.filled))} of 100 shoppers drawn from the prior")
    middle = measure_prior(2 * RNG.normal(size=(400, 50)), np.full((400, 50), -4.0))
    assert words_of(prior_chart(middle))[0].endswith("nearer the middle than yours do")
    assert words_of(prior_chart(FITS))[0] == "Shoppers drawn from the prior would lie where yours are"
    assert words_of(moments_chart(APART))[0].startswith("Along 5 of 5")
    assert words_of(moments_chart(FITS))[0].startswith("Along every")


def test_recall_names_both_ends_and_leaves_out_what_was_not_measured():
    figure = recall_chart(RECALL)
    assert words_of(figure)[0] == "Of purchases to come 66 % are foretold among the best sellers, 1.4 % among the rarest"
    assert list(figure.data[0].x) == [0, 2]
    assert list(figure.layout.xaxis.ticktext) == ["1", "2–9", "10–90"]


def test_a_space_agrees_with_itself_on_everything():
    assert words_of(common_chart(compare_neighbours(POINTS, POINTS)))[0].startswith("100 % of what the model calls alike")


def test_real_is_slate_and_synthetic_is_amber():
    figure = both_map(POINTS[:, :2], POINTS[:9, :2], TOLD[:9], title="", subtitle="", equal=True)
    assert [trace.marker.color for trace in figure.data] == [REAL, SYNTHETIC]


def test_both_maps_share_axes_and_colours():
    around = np.concatenate([POINTS[:, :2], 3 * POINTS[:, :2]])
    one, two = (side_map(at, around, CODE, TOLD, np.array([3]), title="", subtitle="", equal=True) for at in np.split(around, 2))
    assert (one.layout.xaxis.range, one.layout.yaxis.range) == (two.layout.xaxis.range, two.layout.yaxis.range)
    assert one.data[0].marker.color == two.data[0].marker.color
    assert list(one.data[1].text) == ["p3"]


def test_eight_groups_have_a_colour_of_their_own():
    assert named_groups(np.array([2, 2, 0, -1])) == [2, 0]
    figure = space_chart(POINTS, CODE, [f"Group {n}" for n in range(12)], TOLD, title="", subtitle="")
    assert [trace.marker.color for trace in figure.data] == [BEFORE, *CATEGORIES[:8]]
    assert sum(len(trace.x) for trace in figure.data) == 60
