"""Figures and dates as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pages.ui import formats
from pages.ui.trust.inside import typical


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (formats.count(12345), "12,345"),
        (formats.sentence("setting 1 of 12"), "Setting 1 of 12"),
        (formats.sentence("iALS (matrix factorisation): training"), "iALS (matrix factorisation): training"),
        (formats.sentence(""), ""),
        (formats.count(None), "–"),
        (formats.count(float("nan")), "–"),
        (formats.percent(0.1179), "11.8 %"),
        (formats.percent(0.4, 0), "40 %"),
        (formats.decimal(0.21534), "0.215"),
        (formats.interval(0.215, 0.207, 0.223), "0.215 ± 0.008"),
        (formats.interval(0.215, None, None), "0.215"),
        (formats.interval(-0.005, -0.013, 0.003), "−0.005 ± 0.008"),
        (typical("number", ("0.04", "1.65", "165")), "0.04 to 165, median 1.65"),
        (typical("number", ("1", "9")), "1 to 9"),
        (typical("category", ("mugs", "bags", "cards")), "mugs, bags, cards"),
        (formats.of_100(0.234), "23 of 100"),
        (formats.money(3.25, "£"), "£3.25"),
        (formats.money(3.25, "GBP"), "£3.25"),
        (formats.money(1234.4, "€"), "€1,234"),
        (formats.money(3, "CHF"), "3.00 CHF"),
        (formats.money(3), "3.00"),
        (formats.money(float("nan"), "£"), "–"),
        (formats.megabytes(6_500_000), "6.5 MB"),
        (formats.seconds(12.4), "12 s"),
        (formats.seconds(200), "3 min 20 s"),
        (formats.seconds(7500), "2 h 5 min"),
        (formats.seconds(None), "–"),
        (formats.day("2010-12-01T08:26:00"), "1 Dec 2010"),
        (formats.day(None), "–"),
        (formats.plural(1, "shopper"), "1 shopper"),
        (formats.plural(2000, "shopper"), "2,000 shoppers"),
        (formats.listing(["a", "b", "c"]), "a, b and c"),
        (formats.listing(["a"]), "a"),
        (formats.listing([]), ""),
        (formats.shorten("Regency cakestand", 8), "Regency…"),
        (formats.shorten("Mug", 8), "Mug"),
    ],
)
def test_a_figure_reads_as_people_write_it(made, expected):
    assert made == expected


@pytest.mark.parametrize(
    ("passed", "expected"),
    [(5, "just now"), (130, "2 min ago"), (7300, "2 h ago"), (90_000, "1 day ago"), (200_000, "2 days ago"), (-5, "just now")],
)
def test_how_long_ago(passed, expected):
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert formats.ago(now - timedelta(seconds=passed), now) == expected


def test_a_time_without_a_zone_is_utc():
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert formats.ago(datetime(2026, 11, 21, 11), now) == "1 h ago"


def test_plain_text_cannot_become_markup():
    made = formats.plain("![x](http://a.example) *b* `c` <i> $d$ :red[e]\nnext")
    assert all(f"\\{sign}" in made for sign in "![]*`<$:")
    assert "\n" not in made
