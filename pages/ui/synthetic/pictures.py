"""The pictures behind a verdict, real beside synthetic, from what the scorecard kept for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.ui import show
from pages.ui import words_synthetic as say
from pages.ui.charts.synthetic import happenings, people, tails, utility
from recsys_core.synthesis.scorecard.card import Line, Scorecard

Draw = Callable[[Scorecard, Any], go.Figure]

PICTURES: Mapping[str, Mapping[str, Draw]] = {
    "fidelity": {
        "activity": lambda card, data: tails.survival_chart("activity", data),
        "popularity": lambda card, data: tails.survival_chart("popularity", data),
        "lorenz_items": lambda card, data: tails.lorenz_chart("lorenz_items", data),
        "lorenz_users": lambda card, data: tails.lorenz_chart("lorenz_users", data),
        "gaps": lambda card, data: tails.survival_chart("gaps", data),
        "baskets": lambda card, data: happenings.baskets_chart(data),
        "funnel": lambda card, data: happenings.funnel_chart(data),
        "hour_weekday": lambda card, data: happenings.rhythm_chart(data),
    },
    "structure": {
        "categories": lambda card, data: happenings.categories_chart(data),
        "user_map": lambda card, data: people.map_chart(data, covered(card)),
    },
    "utility": {"tstr": lambda card, data: utility.tstr_chart(data, _value(card, "U1_tstr"))},
    "privacy": {
        "nearest": lambda card, data: people.nearest_chart(data, _value(card, "P3_users_too_close"), _passes(card, "P3_users_too_close"))
    },
}
WIDE = ("categories", "hour_weekday", "user_map", "tstr", "nearest")


def draw(card: Scorecard, group: str) -> None:
    """All pictures that this log allows: small ones in a grid, those with a table of colours on the whole width of half of it."""
    there = {name: make for name, make in PICTURES[group].items() if card.plots.get(name)}
    if not there:
        st.markdown(f":gray[{say.NO_PICTURES}]")
        return
    small = [name for name in there if name not in WIDE]
    if small:
        with st.grid(3, min_column_width=290, gap="small", key=f"pictures_{group}"):
            for name in small:
                show.chart(there[name](card, card.plots[name]), key=f"synthetic_{name}", stretch=True)
    wide = [name for name in there if name in WIDE]
    if wide:
        with st.grid(min(2, len(wide)), min_column_width=430, gap="small", key=f"wide_{group}"):
            for name in wide:
                show.chart(there[name](card, card.plots[name]), key=f"synthetic_{name}")


def covered(card: Scorecard) -> float | None:
    """Share of real shoppers with a synthetic one close by, of what as many real shoppers drawn anew reach."""
    line = _line(card, "PRDC_coverage")
    return None if line is None or line.value is None or not line.ceiling else line.value / line.ceiling


def _line(card: Scorecard, id: str) -> Line | None:
    return next((line for line in card.lines if line.id == id), None)


def _value(card: Scorecard, id: str) -> float | None:
    line = _line(card, id)
    return None if line is None else line.value


def _passes(card: Scorecard, id: str) -> float | None:
    line = _line(card, id)
    return None if line is None else line.passes
