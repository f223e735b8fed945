"""What a model calls alike against what is alike on paper: what it has learnt from behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import cache, formats, show
from pages.ui.charts.maps.inside_recall import common_chart
from pages.ui.formats import plain
from pages.ui.maps import words_inside as say
from pages.ui.maps.stage import MapStage

if TYPE_CHECKING:
    from recsys_core.jobs.inside import Attributes
    from recsys_core.latent.likeness import Pair


def draw(stage: MapStage) -> None:
    """Neighbours in common, and the pairs that only one of the two knows. Raises UserError where one of them has no vectors."""
    found: Attributes = cache.inside(stage.record.id, "attributes")
    show.chart(common_chart(found.likeness), "inside_attributes")
    left, right = st.columns(2, gap="medium")
    with left:
        _pairs(stage, found, found.likeness.first_only, "learnt")
    with right:
        _pairs(stage, found, found.likeness.second_only, "written")
    parts = formats.listing(say.ATTRIBUTES_PARTS.get(part, part) for part in found.parts)
    note = say.ATTRIBUTES_NOTE.format(parts=parts, n=formats.count(found.likeness.points))
    st.markdown(f":gray[:small[{plain(note)}]]")
    shared = found.likeness.shared
    show.hook("inside_attributes", shared=f"{shared.value:.4f}", chance=f"{found.likeness.chance:.4f}", products=found.likeness.points)


def _pairs(stage: MapStage, found: Attributes, pairs: tuple[Pair, ...], side: str) -> None:
    title, hint = (say.LEARNT, say.LEARNT_HINT) if side == "learnt" else (say.WRITTEN, say.WRITTEN_HINT)
    st.markdown(f"**{title}**  \n:gray[:small[{plain(hint)}]]")
    titles = stage.catalogue.titles
    table = [
        {
            say.PAIR_ONE: titles[found.items[pair.one]],
            say.PAIR_OTHER: titles[found.items[pair.other]],
            say.PAIR_FAR: 100 * pair.far,
        }
        for pair in pairs
    ]
    columns = {name: st.column_config.Column(width=178) for name in (say.PAIR_ONE, say.PAIR_OTHER)}
    columns[say.PAIR_FAR] = st.column_config.NumberColumn(format="%.0f %%", width=75, help=say.PAIR_FAR_HELP[side])
    st.dataframe(table, hide_index=True, column_config=columns, alt=f"{title}. {hint}", key=f"inside_{side}")
