"""How a log was read and cleaned: the Data page's charts, recipe, coverage, and the rows left out."""

from __future__ import annotations

import streamlit as st

from pages.ui.cache.base import dataset
from recsys_core.settings import load_settings

MOST_DROPPED = 500_000  # rows in one download; the command line gives all


def trust_figures(dataset_id: str):
    """The Data page's charts of a dataset, None where the log cannot fill one."""
    return _trust_figures(str(load_settings().home), dataset_id)


@st.cache_resource(show_spinner=False, max_entries=6)
def _trust_figures(home: str, dataset_id: str):
    from pages.ui import words_data
    from pages.ui.charts import trust

    opened = dataset(dataset_id)
    summary = opened.summary
    reasons = [(r["name"], r.get("words", ""), int(r["dropped"])) for r in summary["reasons"]]
    charts = {
        "rows": trust.rows_chart(int(summary["rows_read"]), int(summary["rows"]), reasons),
        "activity": trust.activity_chart(summary["activity"]) if summary["activity"] else None,
        "tail": trust.tail_chart(summary["popularity"]) if summary["popularity"]["top"] else None,
        "prices": trust.price_chart(summary["prices"], opened.currency) if summary["prices"] else None,
        "rhythm": trust.rhythm_chart(summary["rhythm"]) if summary.get("rhythm") else None,
        "shoppers": trust.tail_chart(summary["shopper_activity"], who="shoppers", most="busiest")
        if summary["shopper_activity"]["top"]
        else None,
        "funnel": trust.funnel_chart(summary["funnel"], words_data.KIND_TITLES) if summary.get("funnel") else None,
    }
    if charts["activity"] is not None:
        charts["activity"].update_layout(height=charts["rows"].layout.height)  # they stand side by side
    return charts


def recipe(dataset_id: str):
    """How the dataset's log was read and cleaned; None where it was made before recipes were kept. See `data.recipe`."""
    return _recipe(str(load_settings().home), dataset_id)


@st.cache_resource(show_spinner=False, max_entries=6)
def _recipe(home: str, dataset_id: str):
    from recsys_core.data.recipe import FILE, read_recipe

    folder = dataset(dataset_id).folder
    return read_recipe(folder) if (folder / FILE).is_file() else None


def coverage(dataset_id: str):
    """What is known of a dataset's products and shoppers; see `data.coverage`."""
    return _coverage(str(load_settings().home), dataset_id)


@st.cache_resource(show_spinner=False, max_entries=6)
def _coverage(home: str, dataset_id: str):
    from recsys_core.data.coverage import attribute_coverage

    return tuple(attribute_coverage(dataset(dataset_id)))


def dropped_csv(dataset_id: str) -> bytes:
    """The first MOST_DROPPED rows that cleaning left out, safe to open in a spreadsheet; made when asked for, kept by nobody."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from recsys_core.storage.spreadsheet import csv_bytes

    found: list[pa.RecordBatch] = []
    for batch in pq.ParquetFile(dataset(dataset_id).folder / "dropped.parquet").iter_batches():
        found.append(batch)
        if sum(map(len, found)) >= MOST_DROPPED:
            break
    return csv_bytes(pa.Table.from_batches(found).slice(0, MOST_DROPPED))
