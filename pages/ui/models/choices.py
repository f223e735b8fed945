"""What each model is good for, by kind, and how long it would take here."""

from __future__ import annotations

import streamlit as st

from pages.ui import words_models as say
from pages.ui.formats import plain
from recsys_core.models.registry import model_specs
from recsys_core.storage.records import DatasetRecord


def show_choices(dataset: DatasetRecord, trained: set[str]) -> None:
    """Every model, kind by kind. trained: models with a run on this dataset."""
    specs = model_specs()
    for group, title in say.GROUPS.items():
        mine = [spec for spec in specs if spec.group == group]
        if not mine:
            continue
        with st.container(border=True, key=f"kind_{group}"):
            st.markdown(f"**{title}**  \n:gray[:small[{say.GROUP_WORDS[group]}]]")
            for spec in mine:
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    st.markdown(f"**{plain(spec.title)}**", width="content")
                    if spec.id in trained:
                        st.badge(say.TRAINED, icon=":material/check:", color="gray")
                st.markdown(f"{spec.words} :gray[{spec.good_for}]")
