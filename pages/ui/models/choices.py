"""What each model is good for, by kind, and how long it would take here."""

from __future__ import annotations

import streamlit as st

from pages.ui import words_models as say
from pages.ui.formats import plain
from pages.ui.models.expected import expected
from pages.ui.models.obstacles import obstacle
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
                time = expected(dataset, spec.id)
                told = f"**{plain(spec.title)}**"
                told += f" &nbsp; :gray[:small[:material/schedule: {time}]]" if time else ""
                told += f" &nbsp; :gray[:small[:material/check: {say.TRAINED}]]" if spec.id in trained else ""
                stopped = obstacle(dataset, spec, {}, protocol="")
                told += f"  \n{spec.words} :gray[{spec.good_for}]"
                st.markdown(f"{told}  \n:small[:material/info: {stopped}]" if stopped else told)
