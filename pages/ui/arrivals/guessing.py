"""How well new products are guessed: the learned model beside the plain ways, in words first. Where a plain way wins, it says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, formats, show
from pages.ui import words_arrivals as say
from pages.ui.arrivals import product
from pages.ui.charts.arrivals.contest import Entrant, contest_chart
from pages.ui.studio.table import html_table
from recsys_core.storage.records import RunRecord

OURS, BY_LOT = "ours", "random"
Told = Mapping[str, Any]


def draw(record: RunRecord) -> None:
    """The finding, the contest, and how it was tested."""
    model = cache.cold(record.id)
    if model is None:
        product.learn(record)
        return
    found = model.evaluation
    title, k = finding(found["differences"]), found["k"]
    show.hook("contest", finding=title, **{name: each["value"] for name, each in measures(found).items()})
    items, shoppers = formats.plural(int(found["items_left_out"]), "product"), formats.plural(int(found["shoppers"]), "shopper")
    subtitle = say.TRUST_SUBTITLE.format(k=k, items=items, shoppers=shoppers)
    left, right = st.columns([1.4, 1], gap="medium")
    with left:
        show.chart(contest_chart(contestants(found), title=title, subtitle=subtitle, x=say.TRUST_X.format(k=k)), key="contest")
    with right:
        st.markdown(hits(found))
        html_table([name.format(k=k) for name in say.TRUST_DIFFERENCES], difference_rows(found["differences"]), label=title)
        st.caption(say.TRUST_HOW)
    product.learn_again(record)


def measures(found: Told, name: str = "ndcg") -> dict[str, Mapping[str, float]]:
    """A figure of each method that was tried, in the order in which they are told."""
    key = f"{name}@{found['k']}"
    return {method: found["methods"][method][key] for method in say.METHODS if key in found["methods"].get(method, {})}


def contestants(found: Told) -> list[Entrant]:
    """All methods, the best first."""
    told = [Entrant(say.METHODS[name], each["value"], each["low"], each["high"], name == OURS) for name, each in measures(found).items()]
    return sorted(told, key=lambda entrant: -entrant.value)


def finding(differences: Sequence[Told]) -> str:
    """Who guesses better, only where the interval says so; drawing lots is no rival."""
    named: dict[str, list[str]] = {}
    for each in differences:
        if each["second"] != BY_LOT:
            named.setdefault(verdict(each), []).append(say.METHODS_INSIDE.get(each["second"], each["second"]))
    if worse := named.get(say.CLEARLY_WORSE):
        said = say.TRUST_LOSES.format(others=formats.listing(worse))
        return said[:1].upper() + said[1:]
    better, level = named.get(say.CLEARLY_BETTER, []), named.get(say.NO_CLEAR, [])
    if better and level:
        return say.TRUST_MIXED.format(beaten=formats.listing(better), level=formats.listing(level))
    return (say.TRUST_WINS if better else say.TRUST_TIES).format(others=formats.listing(better or level))


def _method(difference: Told) -> str:
    return say.METHODS.get(difference["second"], difference["second"])


def verdict(difference: Told) -> str:
    """A difference with its interval, in words."""
    if difference["low"] > 0:
        return say.CLEARLY_BETTER
    return say.CLEARLY_WORSE if difference["high"] < 0 else say.NO_CLEAR


def difference_rows(differences: Sequence[Told]) -> list[list[str]]:
    """Ours less each: figure, interval, words."""
    forms = [f"{each['value']:+.3f} ({each['low']:+.3f} to {each['high']:+.3f})".replace("-", "−") for each in differences]
    return [[_method(each), form, verdict(each)] for each, form in zip(differences, forms, strict=True)]


def hits(found: Told) -> str:
    """Hit rates as shoppers of 100."""
    told = [f"{say.METHODS[name]} {round(100 * each['value'])}" for name, each in measures(found, "hit").items()]
    return say.TRUST_HITS.format(k=found["k"], told=formats.listing(told)) if told else ""
