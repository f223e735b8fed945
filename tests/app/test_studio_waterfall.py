"""The chart of one pick's terms, and the deletion curve."""

from __future__ import annotations

import numpy as np
import pytest

from pages.ui.charts.frame import words_of
from pages.ui.charts.waterfall import deletion_chart, waterfall_chart
from recsys_core.explain.deletion import DeletionCurve

TERMS = [("Relevance", 0.6), ("Variety", -0.25), ("Spring", 0.1)]


def test_bars_start_where_the_last_one_ended_and_end_at_the_value() -> None:
    (bars,) = waterfall_chart(TERMS, 0.45, "Mug").data
    assert list(bars.base) == pytest.approx([0, 0.6, 0.35, 0])
    assert bars.base[2] + bars.x[2] == pytest.approx(bars.x[3]) == pytest.approx(0.45)


@pytest.mark.parametrize(
    ("terms", "title"),
    [
        (TERMS, "Variety lowered it by 0.25"),
        ([("Relevance", 0.6), ("Spring", 0.5)], "Spring lifted it by 0.50"),
        ([("Relevance", 0.6)], "Relevance alone put it here"),
    ],
)
def test_the_title_names_the_strongest_term_beside_relevance(terms: list[tuple[str, float]], title: str) -> None:
    figure = waterfall_chart(terms, sum(worth for _, worth in terms), "Mug")
    assert words_of(figure)[0] == title
    assert "Relevance +0.600" in words_of(figure)[2]


@pytest.mark.parametrize(("area", "said"), [(0.4, "finds what matters: 0.40"), (-0.1, "no more than chance: −0.10")])
def test_the_deletion_curve_says_how_good_credit_is(area: float, said: str) -> None:
    curve = DeletionCurve(3, np.arange(3), np.array([1, 0.2, 0]), np.array([1, 0.6, 0]), area, 10, 0)
    assert said in words_of(deletion_chart(curve))[0]
