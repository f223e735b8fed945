"""Charts: the title is the finding, axes have units, and every colour is one that the theme fills in."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pages.ui.charts import curves, trust
from pages.ui.charts.frame import words_of
from pages.ui.charts.league import Standing, league_chart
from pages.ui.charts.maps.paints import Groups, Values
from pages.ui.charts.trade_off import labels, trade_off_chart, unbeaten
from tests.app.test_map_charts import drawn, points

POPULARITY = {"lorenz": {"share_of_count": [0, 0.5, 1], "share_of_events": [0, 0.1, 1]}}
PRICES = {"edges": [1, 2, 4, 8], "products": [3, 5, 1], "quantiles": {"p25": 1.5, "p75": 3.0}}
ACTIVITY = {"unit": "week", "start": ["2026-01-05", "2026-01-12"], "events": [10, 30], "shoppers": [5, 9]}
CURVE = [{"epoch": n, "loss": 10.0 - n, "ndcg@100": [0.1, 0.3, 0.2][n - 1], "part": "fit"} for n in (1, 2, 3)]


def charts():
    codes = np.arange(30, dtype=np.int32) % 4 - 1
    yield trust.rows_chart(1000, 900, [("duplicate", "The row is there twice", 60), ("no price", "", 40)])
    yield trust.activity_chart(ACTIVITY)
    yield trust.tail_chart(POPULARITY)
    yield trust.price_chart(PRICES, "£")
    yield curves.loss_chart(CURVE)
    yield curves.validation_chart(CURVE)
    yield league_chart([Standing("EASE", 0.6, 0.58, 0.62, True, shown=0.3)], title="EASE", measure="hits", testers="9 tested")
    yield trade_off_chart([Standing("EASE", 0.6, 0.58, 0.62, True, shown=0.3), Standing("Mult-VAE", 0.5, 0.48, 0.52, shown=0.6)])
    yield drawn(points(), Groups(codes, ["a", "b", "c"]))
    yield drawn(points(), Values(np.linspace(0, 9, 30), "Price"))


@pytest.mark.parametrize("figure", list(charts()))
def test_a_chart_has_words_and_only_the_themes_colours(figure):
    title, subtitle, alt = words_of(figure)
    assert min(map(len, (title, subtitle, alt))) > 3
    spec = figure.to_json()
    assert "NaN" not in spec
    outside = {c for c in re.findall(r"#[0-9a-fA-F]{6}", re.sub(r'"template":.*', "", spec)) if not c.startswith("#0000")}
    assert outside == set()


def test_the_waterfall_ends_where_the_kept_rows_begin():
    bars = trust.rows_chart(1000, 900, [("duplicate", "", 60), ("unused", "", 0), ("no price", "", 40)]).data[0]
    assert list(bars.x) == [1000, 60, 40, 900]
    assert list(bars.base) == [0, 940, 900, 0]


@pytest.mark.parametrize(
    ("read", "kept", "title"),
    [(10, 10, "Every row was kept"), (1000, 999, "All but 1 row were kept"), (1000, 900, "90.0 % of the rows were kept")],
)
def test_the_waterfall_says_how_much_was_kept(read, kept, title):
    assert words_of(trust.rows_chart(read, kept, [("x", "", read - kept)]))[0] == title


def test_findings_name_the_figure():
    assert words_of(trust.activity_chart(ACTIVITY))[0] == "The busiest week began on 12 Jan 2026"
    assert words_of(trust.price_chart(PRICES, "£"))[0] == "Half the products cost £1.50 to £3.00"
    assert words_of(curves.validation_chart(CURVE))[0] == "Best so far is epoch 2: 0.300"
    assert words_of(curves.loss_chart(CURVE))[0] == "The loss fell from 9.0 to 7.0"


def test_curves_before_the_first_epoch_wait_in_words():
    assert words_of(curves.validation_chart([]))[0] == "No validation figure yet"
    assert curves.loss_chart([]).layout.annotations[0].text == "waiting for the first epoch"


def test_a_refit_does_not_go_on_the_choosing_curve():
    again = [*CURVE, {"epoch": 1, "loss": 9.5, "part": "refit"}]
    assert list(curves.loss_chart(again).data[0].x) == [1, 2, 3]


def test_the_chosen_run_stands_out_of_the_league():
    rows = [Standing("EASE", 0.6, 0.58, 0.62, shown=0.4), Standing("Mult-VAE", 0.5, 0.48, 0.52, chosen=True, shown=0.7)]
    figure = league_chart(rows, title="t", measure="m", testers="n")
    points = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "markers"]
    assert [list(trace.x) for trace in points] == [[60.0], [50.0]]
    assert points[0].marker.color != points[1].marker.color
    assert list(figure.data[-1].x) == [40.0, 70.0]
    assert "Mult-VAE: 50.0 of 100 (95 % interval 48.0 to 52.0), showing 70 % of the products" in words_of(figure)[2]


def test_models_that_no_test_tells_apart_lie_on_one_field():
    rows = [Standing("A", 0.6, 0.58, 0.62, level=True), Standing("B", 0.59, 0.5, 0.6), Standing("C", 0.5, 0.4, 0.6, level=True)]
    [field] = league_chart(rows, title="t", measure="m", testers="n").layout.shapes
    assert (field.y0, field.y1) == (-0.5, 2.5)
    assert len(league_chart(rows[1:], title="t", measure="m", testers="n").layout.shapes) == 0


def test_letters_stand_beside_the_figures_of_their_rows():
    rows = [Standing(name, 0.6, 0.58, 0.62, letters=letters) for name, letters in (("A", "a"), ("B", "ab"), ("C", "b"))]
    figure = league_chart(rows, title="t", measure="m", testers="n")
    assert [(a.y, a.text) for a in figure.layout.annotations if a.text in ("a", "ab", "b")] == [(0, "a"), (1, "ab"), (2, "b")]
    assert "B: 60.0 of 100 (95 % interval 58.0 to 62.0), marked ab" in words_of(figure)[2]


def test_long_names_of_models_leave_room_for_the_figures():
    rows = [Standing("Blend of VAE and EDLAE", 0.6, 0.58, 0.62, kind="linear, matrix factorisation")]
    [label] = league_chart(rows, title="t", measure="m", testers="n").layout.yaxis.ticktext
    assert label.startswith("Blend of VAE and<br>EDLAE<br>")
    assert "linear, matrix<br>factorisation" in label


def test_a_phone_has_room_for_the_prices_on_the_axis():
    prices = {"edges": [0.05, 0.5, 5.0, 50.0, 200.0], "products": [1, 5, 4, 1], "quantiles": {"p25": 1.0, "p75": 4.0}}
    assert list(trust.price_chart(prices, "GBP").layout.xaxis.ticktext) == ["£0.10", "£1", "£10", "£100"]
    few = {**prices, "edges": [0.2, 1.0, 5.0], "products": [1, 5]}
    assert list(trust.price_chart(few, "GBP").layout.xaxis.ticktext) == ["£0.30", "£1", "£3"]


def test_a_single_epoch_has_calm_axes():
    figure = curves.validation_chart([{"epoch": 1, "ndcg@100": 0.2}])
    assert list(figure.layout.xaxis.range) == [0, 3]
    assert list(figure.layout.xaxis.tickvals) == [1]
    low, high = figure.layout.yaxis.range
    assert low < 0.2 < high
    assert high - low < 0.1


GAN = {
    "d_loss": 0.6,
    "g_loss": 0.8,
    "d_grad": 1.0,
    "g_grad": 2.0,
    "d_lr": 1e-4,
    "g_lr": 2e-4,
    "d_real": 0.8,
    "d_fake": 0.2,
    "coverage": 0.34,
}


def test_every_kind_of_training_has_the_charts_of_what_it_tells():
    vae = [{"epoch": 1, "loss": 9.0, "likelihood": 8.0, "kl": 3.0, "kl_weight": 0.1, "ndcg@100": 0.2, "seconds": 1.0}]
    assert list(curves.charts(vae)) == ["validation", "loss", "likelihood", "kl", "kl_weight"]
    drawn = curves.charts([{"epoch": n, "ndcg@100": 0.2, "seconds": 1.0, **GAN} for n in (1, 2)])
    assert list(drawn) == ["validation", "players", "gradients", "rates", "outputs", "coverage"]
    assert words_of(drawn["players"])[0] == "Critic 0.6, generator 0.8"
    assert words_of(drawn["coverage"])[0] == "Its top 10s show 34 % of the products"
    assert list(curves.charts([{"epoch": 1, "surprise": 3.0}])) == ["validation", "loss", "surprise"]


def test_the_line_of_the_trade_off_joins_what_nothing_beats():
    points = [Standing(n, hit, hit, hit, shown=shown) for n, hit, shown in (("a", 0.6, 0.2), ("b", 0.5, 0.1), ("c", 0.4, 0.7))]
    assert [s.name for s in unbeaten(points)] == ["a", "c"]
    assert words_of(trade_off_chart(points))[0] == "a finds the most, c shows the most"


def test_names_of_the_trade_off_never_lie_on_each_other():
    crowd = [Standing(f"model {n}", 0.5 + n / 1000, 0.5, 0.5, shown=0.6) for n in range(12)]
    named = [name for name, _ in labels(crowd, crowd[:1]) if name]
    assert crowd[0].name in named
    assert len(named) < len(crowd)
    apart = [Standing("a", 0.5, 0.5, 0.5, shown=0.6), Standing("b", 0.2, 0.2, 0.2, shown=0.1)]
    assert labels(apart, apart) == [("a", "top center"), ("b", "top center")]


def test_no_more_than_100_of_100_are_on_the_league_axes():
    figure = league_chart([Standing("A", 0.95, 0.9, 0.99, shown=1.0)], title="t", measure="m", testers="n")
    assert list(figure.layout.xaxis.tickvals) == [0, 50, 100]
    assert max(figure.layout.xaxis2.tickvals) == 100
    small = league_chart([Standing("A", 0.023, 0.02, 0.03, shown=0.01)], title="t", measure="m", testers="n")
    assert len(small.layout.xaxis.tickvals) > 2
