"""One shopper as a card: who, how much over how long, then day by day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from pages.ui import cache, formats
from pages.ui import words_synthetic as say
from pages.ui.formats import plain
from pages.ui.synthetic.histories import History, Visit
from pages.ui.synthetic.stage import Stage

DAYS_SHOWN, ITEMS_SHOWN, LETTERS = 7, 6, 44


def card(stage: Stage, history: History, title: str, key: str) -> None:
    """The history under its title. key: unique on the page."""
    with st.container(border=True, key=f"person_{key}", height="stretch"):
        days = sum(visit.day is not None for visit in history.visits)
        visits = formats.plural(days, "day") if days else formats.plural(history.rows, "event")
        span = say.OVER_DAYS.format(n=f"{history.span + 1:,}") if days > 1 and history.span is not None else ""
        line = say.PERSON_LINE.format(items=formats.plural(len(history.items), "product"), visits=visits, span=span)
        st.markdown(f"**{plain(title)}**  \n:gray[:small[{plain(line)}]]")
        titles = cache.catalogue(stage.run.dataset_id).titles
        lines = [_day(visit, titles) for visit in history.visits[:DAYS_SHOWN]]
        left_out = history.visits[DAYS_SHOWN:]
        if left_out:
            last = formats.day(left_out[-1].day.astype(object)) if left_out[-1].day is not None else ""
            lines.append(f":gray[{plain(say.MORE_DAYS.format(n=len(left_out), days='days' if len(left_out) > 1 else 'day', last=last))}]")
        st.markdown("\n\n".join(lines))


def _day(visit: Visit, titles: Sequence[str]) -> str:
    """A day's heading and what was had on it, kind by kind where the log has several."""
    n = formats.plural(len({item for item, _, _ in visit.items}), "product")
    heading = say.UNDATED.format(n=n) if visit.day is None else say.DAY_LINE.format(day=plain(_date(visit.day)), n=n)
    rows = []
    for kind in dict.fromkeys(kind for _, kind, _ in visit.items):
        had = [(item, times) for item, of, times in visit.items if of == kind]
        told = [_item(titles[item], times) for item, times in had[:ITEMS_SHOWN]]
        more = [say.MORE_ITEMS.format(n=len(had) - ITEMS_SHOWN)] if len(had) > ITEMS_SHOWN else []
        text = " · ".join([*told, *more])
        rows.append(f":small[{plain(say.OF_KIND.format(kind=formats.sentence(kind), titles=text) if kind else text)}]")
    return "  \n".join([heading, *rows])


def _item(title: str, times: int) -> str:
    text = formats.shorten(title, LETTERS)
    return say.TIMES.format(title=text, n=times) if times > 1 else text


def _date(day: np.datetime64) -> str:
    return formats.day(day.astype(object))
