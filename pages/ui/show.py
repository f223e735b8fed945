"""Charts and figures on a page, and the small hidden elements that carry raw figures for tests and assistive tools."""

from __future__ import annotations

import html
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.ui.charts.frame import words_of
from pages.ui.formats import plain

QUIET = {"displayModeBar": False, "responsive": True}


def chart(figure: go.Figure, key: str, *, border: bool = True, stretch: bool = False, note: str = "") -> None:
    """A figure under its finding and what is plotted. stretch: as high as what stands beside it. note: a line under the figure."""
    title, subtitle, alt = words_of(figure)
    with st.container(border=border, key=f"chart_{key}", height="stretch" if stretch else "content"):
        st.markdown(f"**{plain(title)}**  \n:gray[:small[{plain(subtitle)}]]")
        st.plotly_chart(figure, key=key, config=QUIET, alt=alt)
        if note:
            st.markdown(f":gray[:small[{plain(note)}]]")


def unseen_chart() -> None:
    """A chart that nobody sees. While a page without charts is read, the browser fetches and reads what draws them (4 MB, 0.7 s)."""
    with st.container(key="hook_unseen_chart"):
        st.plotly_chart(go.Figure(layout={"width": 10, "height": 10}), key="unseen_chart", config=QUIET, alt="")


def hook(testid: str, **data: Any) -> None:
    """An invisible element with raw figures in its data attributes; takes no room."""
    hooks(testid, hook_html(testid, **data))


def hooks(name: str, *spans: str) -> None:
    """Several of them as one element. `name` is unique on the page."""
    with st.container(key=f"hook_{name}"):
        st.html("".join(spans))


def hook_html(testid: str, **data: Any) -> str:
    """The same as text; every value is escaped."""
    attributes = " ".join(f'data-{name.replace("_", "-")}="{html.escape(str(value))}"' for name, value in data.items())
    return f'<span data-testid="{html.escape(testid)}" {attributes} hidden></span>'
