"""All datasets of the workspace, and the way to be rid of one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import cache, formats, state
from pages.ui import words_data as say
from pages.ui.formats import plain
from pages.ui.guards import guard
from recsys_core.storage.records import DatasetRecord


def all_datasets(records: Sequence[DatasetRecord]) -> None:
    """A table, newest first."""
    registry = cache.workspace().registry
    models = [run.dataset_id for run in registry.runs()]
    st.dataframe(
        [
            {
                say.DATASET_NAME: r.name,
                say.EVENTS: r.rows,
                say.SHOPPERS: r.users,
                say.PRODUCTS: r.items,
                say.TRAINED: models.count(r.id),
                say.ADDED: formats.ago(r.created_at),
            }
            for r in records
        ],
        hide_index=True,
        column_config={name: st.column_config.NumberColumn(format="localized") for name in (say.EVENTS, say.SHOPPERS, say.PRODUCTS)},
        alt=say.DATASETS_LIST,
    )
    if records:
        with st.expander(say.DELETE_TITLE, icon=":material/delete:"), guard("delete"):
            _delete(records)


def _delete(records: Sequence[DatasetRecord]) -> None:
    names = {r.id: f"{r.name} · {r.id[:6]}" for r in records}
    picked = st.selectbox(say.DELETE_PICK, list(names), index=None, format_func=names.__getitem__, key=state.DELETE_PICK)
    if picked is None:
        return
    runs = len(cache.workspace().registry.runs(picked))
    st.markdown(plain(say.DELETE_WITH.format(n=formats.plural(runs, "trained model"))) if runs else say.DELETE_ALONE)
    sure = st.checkbox(say.DELETE_SURE, key=f"sure_{picked}")
    if st.button(say.DELETE, icon=":material/delete:", disabled=not sure):
        cache.workspace().delete_dataset(picked, cascade=True)
        for name in (state.DATASET, state.RUN, state.SHOPPER):
            state.put(name, None)
        state.clear(state.DELETE_PICK)
        st.rerun()
