"""How well a model gives back and foretells products of each popularity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import cache, formats, show
from pages.ui.charts.maps.inside_recall import recall_chart
from pages.ui.formats import plain
from pages.ui.maps import words_inside as say
from pages.ui.maps.stage import MapStage

if TYPE_CHECKING:
    from recsys_core.latent.reconstruction import ByPopularity


def draw(stage: MapStage) -> None:
    """By tenths of the catalogue. Raises UserError where neither can be measured."""
    found: Mapping[str, ByPopularity] = cache.inside(stage.record.id, "recall")
    one = next(iter(found.values()))
    note = say.RECALL_NOTE.format(at=one.at, n=formats.listing(formats.count(each.shoppers) for each in found.values()))
    if "given back" not in found:
        note = f"{note} {say.RECALL_NO_WEIGHTS}"
    show.chart(recall_chart(found), "inside_recall")
    st.markdown(f":gray[:small[{plain(note)}]]")
    ends = {name.replace(" ", "_"): [t.recall.value for t in each.tenths if t.recall] for name, each in found.items()}
    show.hook("inside_recall", at=one.at, **{name: f"{values[0]:.4f} {values[-1]:.4f}" for name, values in ends.items()})
