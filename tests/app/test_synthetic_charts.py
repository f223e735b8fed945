"""Charts of synthetic shoppers: the finding is what the figures say, real is slate, synthetic is amber."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pages.ui.charts.frame import REAL, SYNTHETIC, words_of
from pages.ui.charts.synthetic import happenings, people, shift, sweep, tails, utility

FALLING = {"x": [1, 10, 100], "y": [1.0, 0.5, 0.1]}
STEEP = {"x": [1, 10, 100], "y": [1.0, 0.3, 0.02]}
EVEN = {"x": [0, 0.5, 0.9, 1], "y": [0, 0.5, 0.9, 1]}
UNEVEN = {"x": [0, 0.5, 0.9, 1], "y": [0, 0.1, 0.4, 1]}
FUNNEL = {
    "kinds": ["view", "cart", "purchase"],
    "real": [1.0, 0.4, 0.2],
    "synthetic": [1.0, 0.3, 0.2],
    "steps": [["view", "cart"], ["cart", "purchase"]],
    "real_rates": [0.4, 0.5],
    "synthetic_rates": [0.3, None],
}
FLAT = [[0.005] * 24 for _ in range(7)]
ODD = [[0.03 if (day, hour) == (3, 19) else 0.0 for hour in range(24)] for day in range(7)]
WEEK = {"real": FLAT, "synthetic": FLAT, "difference": ODD}
BASKETS = {"real": [0.5, 0.3, 0.2], "synthetic": [0.5, 0.1, 0.4], "largest": 3}
PAIRS = {
    "names": ["Mugs", "Lights", "Bags"],
    "real": [[1, 0.2, 0.1]] * 3,
    "synthetic": [[1, -0.2, 0.1]] * 3,
    "difference": [[0, -0.4, 0], [-0.4, 0, 0], [0, 0, 0]],
}
MAP = {"real": [[0, 0], [1, 1]], "synthetic": [[0.5, 0.5]], "explained": [0.2, 0.1]}
NEAR = {"edges": [0, 0.5, 1], "real": [0.9, 0.1], "synthetic": [0.4, 0.6]}
BARS = [{"name": n, "value": v, "low": v - 0.01, "high": v + 0.01} for n, v in (("best sellers", 0.1), ("synthetic", 0.3), ("real", 0.4))]


def charts():
    yield tails.survival_chart("activity", {"real": FALLING, "synthetic": STEEP})
    yield tails.survival_chart("gaps", {"real": FALLING, "synthetic": FALLING})
    yield tails.survival_chart("popularity", {"real": FALLING, "synthetic": {"x": [], "y": []}})
    yield tails.lorenz_chart("lorenz_items", {"real": UNEVEN, "synthetic": EVEN})
    yield happenings.funnel_chart(FUNNEL)
    yield happenings.rhythm_chart(WEEK)
    yield happenings.baskets_chart(BASKETS)
    yield happenings.categories_chart(PAIRS)
    yield people.map_chart(MAP, 0.95)
    yield people.nearest_chart(NEAR, 0.6, 0.02)
    yield utility.tstr_chart(BARS, 0.75)
    yield sweep.sweep_chart({"fidelity": [sweep.Reading(20, 0.9, 0.8, 1.0), sweep.Reading(100, 0.8, 0.7, 0.9)]}, {"fidelity": 0.8}, 50)
    yield sweep.realism_chart(np.array([0.2, 0.8]), np.array([0.1]), 0.5, 0.6)
    yield sweep.band_chart(np.array([0.2, 0.3]), np.array([0.1, 0.9]), 0.5, 0.05)
    yield shift.shift_chart("segment", [shift.Moved("Mugs", 0.5, 0.6)])


@pytest.mark.parametrize("figure", list(charts()))
def test_a_chart_has_words_and_only_the_themes_colours(figure):
    title, subtitle, alt = words_of(figure)
    assert min(map(len, (title, subtitle, alt))) > 3
    spec = figure.to_json()
    assert "NaN" not in spec
    outside = {c for c in re.findall(r"#[0-9a-fA-F]{6}", re.sub(r'"template":.*', "", spec)) if not c.startswith("#0000")}
    assert outside == set()


def test_curves_name_where_they_part_the_most():
    assert words_of(tails.survival_chart("activity", {"real": FALLING, "synthetic": STEEP}))[0] == (
        "30 % of the synthetic shoppers have 10 events or more; of the real ones 50 %"
    )
    assert (
        words_of(tails.survival_chart("activity", {"real": FALLING, "synthetic": FALLING}))[0] == "As many busy shoppers as in the real log"
    )
    assert words_of(tails.survival_chart("gaps", {"real": FALLING, "synthetic": STEEP}))[0].startswith(
        "30 % of the synthetic pauses last 10 h"
    )


def test_findings_are_the_largest_difference():
    assert words_of(tails.lorenz_chart("lorenz_items", {"real": UNEVEN, "synthetic": EVEN}))[0] == (
        "The top tenth of the products hold 10 % of the synthetic events, 60 % of the real ones"
    )
    assert words_of(happenings.funnel_chart(FUNNEL))[0] == "From view to cart 30 % go on; in the real log 40 %"
    assert words_of(happenings.rhythm_chart(WEEK))[0] == "Off the most on Thursday at 19:00, by +3.0 of 100 events"
    assert words_of(happenings.baskets_chart(BASKETS))[0] in (
        "Baskets of 2: 10 % of the synthetic ones, 30 % of the real ones",
        "Baskets of 3+: 40 % of the synthetic ones, 20 % of the real ones",
    )
    assert words_of(happenings.categories_chart(PAIRS))[0] == "Mugs and Lights go together less than in the real log"
    assert words_of(people.nearest_chart(NEAR, 0.6, 0.02))[0] == "60 % of the synthetic shoppers are near copies"
    assert words_of(people.map_chart(MAP, 0.3))[0] == "Synthetic shoppers lie elsewhere than real ones"
    assert words_of(utility.tstr_chart(BARS, 0.75))[0] == "Learned from synthetic shoppers alone: 75 % of what real ones teach"


def test_what_is_the_same_is_said_to_be():
    same = {**PAIRS, "difference": [[0.0] * 3] * 3}
    assert words_of(happenings.categories_chart(same))[0] == "The same categories go together"
    assert words_of(happenings.rhythm_chart({**WEEK, "difference": [[0.0] * 24] * 7}))[0] == "The week has the real log’s rhythm"
    assert words_of(happenings.baskets_chart({**BASKETS, "synthetic": BASKETS["real"]}))[0] == "Baskets are as large as real ones"
    assert words_of(people.nearest_chart(NEAR, 0.0, 0.02))[0] == "No nearer to real shoppers than they are to each other"


def test_real_is_slate_and_synthetic_is_amber():
    figure = tails.survival_chart("activity", {"real": FALLING, "synthetic": STEEP})
    assert [(trace.name, trace.line.color) for trace in figure.data] == [("real", REAL), ("synthetic", SYNTHETIC)]
    bars = happenings.baskets_chart(BASKETS).data
    assert [(trace.name, trace.marker.color) for trace in bars] == [("real", REAL), ("synthetic", SYNTHETIC)]


def test_bars_start_at_nothing_and_show_their_intervals():
    figure = utility.tstr_chart(BARS, 0.75)
    assert figure.layout.xaxis.range[0] == 0
    assert list(figure.data[0].error_x.array) == pytest.approx([0.01] * 3)


def test_a_week_without_an_hour_leaves_it_empty():
    figure = happenings.rhythm_chart({**WEEK, "real": ODD})
    assert figure.data[0].z[0][0] is None
    assert figure.data[0].z[3][19] == pytest.approx(3.0)
