"""The map itself, and what is marked on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from pages.ui import cache, formats, show, state, words
from pages.ui.formats import plain
from pages.ui.maps.controls import Wish
from pages.ui.maps.stage import NOTHING, MapStage, Picked
from recsys_core.latent.regions import inside

CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["zoomIn2d", "zoomOut2d", "autoScale2d", "toImage"]}


def draw(stage: MapStage, wish: Wish) -> Picked:
    """The figure, under a sentence on how far to trust it; returns what is marked."""
    figure, drawn = cache.map_figure(stage.record.dataset_id, stage.record.id, stage.what, stage.method, wish.colour)
    sentence = trust(stage)
    if drawn < len(stage.rows):
        sentence += " " + words.THINNED.format(shown=formats.count(drawn), all=formats.count(len(stage.rows)))
    with st.container(key="map"):
        st.markdown(f":gray[:material/info: {plain(sentence)}]")
        event = st.plotly_chart(
            figure,
            key=f"{state.MAP_CHART}_{stage.record.id}_{stage.what}_{stage.method}_{wish.colour}",
            on_select="rerun",
            selection_mode=("box", "lasso", "points"),
            config=CONFIG,
            alt=sentence,
        )
        show.hook("map", method=stage.method, what=stage.what, colour=wish.colour, points=drawn)
    return picked(stage, event)


def trust(stage: MapStage) -> str:
    """How far the map may be believed, in a sentence."""
    told = stage.map.manifest
    if stage.method == "pca":
        return words.TRUST_PCA.format(share=formats.percent(sum(told["explained"]), 0))
    return words.TRUST_UMAP.format(share=formats.percent(float(told["neighbours_kept"]), 0))


def picked(stage: MapStage, event: Mapping[str, Any]) -> Picked:
    """What the box, the lasso or the click holds. What lies inside an outline is looked up here: points that were not drawn count."""
    selection = event["selection"] if event and "selection" in event else {}
    outlines = [*selection.get("lasso", ()), *selection.get("box", ())]
    if outlines and len(outlines[0].get("x", ())) >= 2:
        x, y = ([float(each) for each in outlines[0][axis]] for axis in ("x", "y"))
        corners = tuple(zip(x, y, strict=True)) if len(x) > 2 else ((x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1]))
        return Picked(stage.rows[inside(corners, stage.coordinates)], corners)
    rows = [int(p["customdata"][0]) for p in selection.get("points", ()) if p.get("customdata") is not None]
    rows = np.array(list(dict.fromkeys(rows)), dtype=np.int32)
    if not len(rows):
        return NOTHING
    at = stage.places_of(rows[:1])[0]
    return Picked(rows, place=(float(at[0]), float(at[1])))
