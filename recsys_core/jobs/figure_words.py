"""What the figures of an `Outcome` are called and how they are written: for the report, the hand-over, and pages that show the same."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from recsys_core.ranking.guardrails import WORST_SEGMENT, Light
from recsys_core.ranking.outcome import Figure

SHARE, NUMBER, COUNT, MONEY, BITS = "share", "number", "count", "money", "bits"
MISSING = "–"


class FigureWords(NamedTuple):
    """title: what it is called. unit: SHARE (0..1, written in percent), NUMBER, COUNT, MONEY or BITS. about: what it says, one line."""

    title: str
    unit: str
    about: str


FIGURES: Mapping[str, FigureWords] = MappingProxyType(
    {
        "relevance_kept": FigureWords(
            "Predicted match kept", SHARE, "How much of the plain list’s predicted match the list keeps; higher places count more."
        ),
        "ild": FigureWords("Variety", NUMBER, "Mean distance between a list’s products: 1 − mean cosine. 0 is all alike."),
        "coverage": FigureWords("Products that get shown", SHARE, "Products in at least one list, of the whole catalogue."),
        "price": FigureWords("Average price shown", MONEY, "Mean price of the listed products."),
        "margin": FigureWords("Average margin shown", NUMBER, "Mean margin of the listed products."),
        "ndcg": FigureWords("Held-out NDCG", NUMBER, "How high up later purchases stand that were kept away from the model."),
        "revenue": FigureWords(
            "Held-out revenue found", MONEY, "What those later purchases that are in a list cost together. No sales forecast."
        ),
        "tail": FigureWords("From the long tail", SHARE, "Listed products outside the best-selling fifth."),
        "fresh": FigureWords("New products", SHARE, "Listed products that are at most 90 days old."),
        "groups": FigureWords("Categories in a list", NUMBER, "How many product groups a list shows."),
        "calibration": FigureWords(
            "Distance from past taste", BITS, "Kullback-Leibler divergence of a list’s mix from the shopper’s past mix; 0 is the same mix."
        ),
        "novelty": FigureWords("Novelty", BITS, "Mean surprise of the listed products, −log2 of the share of shoppers who had them."),
        "breadth": FigureWords("Breadth", NUMBER, "Variety of the list over variety of the shopper’s past; below 1 is narrower."),
        "echo": FigureWords("Echo", NUMBER, "Mean closeness of each listed product to the nearest one of the past; 1 is more of the same."),
        "churn": FigureWords("List that is new", SHARE, "1 − Jaccard overlap of the list before and after."),
        "overlap": FigureWords("Order kept", NUMBER, "Rank-biased overlap of the list before and after; 1 is the same list."),
        "never_shown": FigureWords("Products never shown", COUNT, "Products in no list at all."),
        "gini": FigureWords("Gini of exposure", NUMBER, "0: every product is shown equally often; 1: one product has it all."),
        "personalisation": FigureWords("Difference between shoppers", SHARE, "1 − mean overlap of two shoppers’ lists."),
        "top_share": FigureWords("Exposure of the top 1 %", SHARE, "Places that the most shown hundredth of the products takes."),
    }
)
GUARDRAILS: Mapping[str, str] = MappingProxyType(
    {WORST_SEGMENT: "Predicted match kept, worst segment", "coverage_kept": "Products shown, against now"}
)


def words_of(name: str) -> FigureWords:
    """The words of a figure; of one that is not listed here, its name."""
    return FIGURES.get(name) or FigureWords(name.replace("_", " ").capitalize(), NUMBER, "")


def value_text(name: str, value: float, currency: str | None = None) -> str:
    """A value in its unit: 0.953 -> "95.3 %" for shares."""
    return _written(words_of(name).unit, value, currency)


def change_text(figure: Figure, currency: str | None = None) -> str:
    """A difference with half its interval: "+1.2 ± 0.3 points"; of figures of all lists together the difference alone."""
    half = (figure.high - figure.low) / 2 if math.isfinite(figure.low) else None
    return _written(words_of(figure.name).unit, figure.difference, currency, signed=True, half=half)


def guardrail_text(light: Light) -> str:
    """A guardrail and what was found, in one line: "Predicted match kept: 93.1 %, at least 95.0 % is asked"."""
    metric = light.guardrail.metric
    unit = SHARE if metric in GUARDRAILS else words_of(metric).unit
    bounds = [
        f"{word} {_written(unit, bound)}"
        for word, bound in (("at least", light.guardrail.least), ("at most", light.guardrail.most))
        if bound is not None
    ]
    where = f" ({light.segment})" if light.segment else ""
    return f"{guardrail_title(light)}{where}: {_written(unit, light.value)}, {' and '.join(bounds)} is asked"


def guardrail_title(light: Light) -> str:
    """What a guardrail is on."""
    return GUARDRAILS.get(light.guardrail.metric) or words_of(light.guardrail.metric).title


def _written(unit: str, value: float, currency: str | None = None, *, signed: bool = False, half: float | None = None) -> str:
    """half: of an interval, written behind ±."""
    if not math.isfinite(value):
        return MISSING
    form, factor = {SHARE: (".1f", 100), COUNT: (",.0f", 1), MONEY: (",.2f", 1)}.get(unit, (".3f", 1))
    text = f"{factor * value:{'+' if signed else ''}{form}}" + ("" if half is None else f" ± {factor * half:{form}}")
    sign = currency or ""
    if unit == MONEY and len(sign) == 1:
        text = text[0] + sign + text[1:] if text[0] in "+-" else sign + text
    after = {SHARE: "points" if signed else "%", BITS: "bits", MONEY: sign if len(sign) > 1 else ""}.get(unit, "")
    return f"{text} {after}".strip().replace("-", "−")
