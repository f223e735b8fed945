"""How far the map may be believed: a sentence above it, exact figures on demand."""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, formats, state
from pages.ui.formats import plain
from pages.ui.maps import words_map as say
from pages.ui.maps.stage import MapStage
from recsys_core.latent.trust import Trust

AT_ONCE = 8_000  # points up to which it is measured unasked: half a second


def told(stage: MapStage) -> Trust | None:
    """The figures that are stored with the map, else measured here; None where that takes long and nobody asked."""
    asked = state.get(state.MAP_TRUST) == _key(stage)
    return cache.map_trust(stage.record.id, stage.map, measure=asked or len(stage.rows) <= AT_ONCE)


def sentence(stage: MapStage, found: Trust | None) -> str:
    """In plain words."""
    parts = []
    explained = stage.map.manifest.get("explained")
    if explained is not None:
        parts.append(say.TRUST_SHARE.format(share=formats.percent(sum(explained), 0)))
    if found is None:
        parts.append(say.TRUST_LATER)
    elif found.sampled > 2 and found.k:
        reading = next(text for least, text in say.TRUST_READING if found.trustworthiness >= least)
        parts.append(say.TRUST_KEPT.format(reading=reading, kept=f"{10 * found.neighbours_kept:.1f}"))
    if stage.method == "umap":
        parts.append(say.TRUST_FAR)
    return " ".join(parts)


def draw(stage: MapStage) -> None:
    """The sentence, the exact figures in its tooltip; a button that measures them where that takes long."""
    found = told(stage)
    exact = None
    if found is not None:
        lines = [f"{name} **{formats.decimal(getattr(found, key))}**: {say.TRUST_TELLS[key]}" for key, name in say.TRUST_NAMES.items()]
        lines.append(say.TRUST_SOURCE.format(k=found.k, sampled=formats.count(found.sampled)))
        exact = "  \n".join(lines)
    st.markdown(f":gray[:small[{plain(sentence(stage, found))}]]", help=exact)
    if found is None:
        st.button(say.TRUST_ASK, type="tertiary", icon=":material/straighten:", on_click=state.set_, args=(state.MAP_TRUST, _key(stage)))


def _key(stage: MapStage) -> str:
    return f"{stage.record.id} {stage.map.manifest['folder']}"
