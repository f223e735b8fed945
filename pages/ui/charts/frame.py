"""What all charts share: the words around them, axes with units, and colours that the browser fills in for light and dark."""

from __future__ import annotations

import plotly.graph_objects as go

# Streamlit's frontend replaces these stand-ins by the theme's categorical colours, so one figure is right in light and in dark.
CATEGORIES = tuple(f"#0000{n:02d}" for n in range(1, 11))
SEQUENTIAL = tuple((i / 9, f"#0000{n}") for i, n in enumerate(range(11, 21)))
ACCENT, SYNTHETIC, REAL, BEFORE = CATEGORIES[0], CATEGORIES[1], CATEGORIES[8], CATEGORIES[9]
QUIET_TEXT, INK, PAGE = "#000036", "#000037", "#000038"
FONT = "Inter, 'Segoe UI', system-ui, sans-serif"


def frame(
    figure: go.Figure, *, title: str, subtitle: str, alt: str, x: str = "", y: str = "", height: int = 280, legend: bool = False
) -> go.Figure:
    """Give a figure its finding (`title`), what is plotted (`subtitle`), axis titles with units, and an `alt` that a person could use."""
    figure.update_layout(
        meta={"title": title, "subtitle": subtitle, "alt": alt},
        height=height,
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        showlegend=legend,
        hovermode="closest",
        font={"family": FONT, "size": 13},
        hoverlabel={"font": {"family": FONT, "size": 13}, "align": "left"},
        dragmode=False,
    )
    figure.update_xaxes(
        title_text=x or None,
        automargin=True,
        zeroline=False,
        showgrid=False,
        fixedrange=True,
        title_font={"size": 12},
        tickfont={"size": 12},
    )
    figure.update_yaxes(
        title_text=y or None, automargin=True, zeroline=False, fixedrange=True, title_font={"size": 12}, tickfont={"size": 12}
    )
    return figure


def words_of(figure: go.Figure) -> tuple[str, str, str]:
    """(title, subtitle, alt) of a framed figure."""
    meta = figure.layout.meta
    return str(meta["title"]), str(meta["subtitle"]), str(meta["alt"])
