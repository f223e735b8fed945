"""Several new products from a file: placed at once, in a table that can be taken along."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui import cache, formats, show, state
from pages.ui import words_arrivals as say
from pages.ui.formats import plain
from pages.ui.guards import guard
from recsys_core.errors import InputError
from recsys_core.storage.records import RunRecord

if TYPE_CHECKING:
    from recsys_core.data.dataset import Dataset
    from recsys_core.synthesis.cold.records import NewItem, Placed

BASIC = ("title", "category", "price")


def draw(record: RunRecord) -> None:
    """A fold: the file to fill in, the upload, the table."""
    with st.expander(say.BATCH_TITLE, icon=":material/table_rows:", on_change="rerun", key="arrival_batch") as fold:
        if not fold.open:
            return
        model = cache.cold(record.id)
        header = ",".join([*BASIC, *(model.columns if model else ())]) + "\n"
        about = {"on_click": "ignore", "icon": ":material/download:"}
        st.markdown(f":gray[{say.BATCH_HELP}]")
        st.download_button(
            say.BATCH_TEMPLATE, header, f"{say.BATCH_FILE}.csv", "text/csv", key="arrival_template", type="tertiary", **about
        )
        came = st.file_uploader(say.BATCH_UPLOAD, type=["csv"], max_upload_size=say.BATCH_LIMIT_MB, key=state.ARRIVAL_FILE)
        if came is None:
            return
        with guard("batch"):
            rows = _table(record, read(came.getvalue()))
            st.download_button(
                say.BATCH_DOWNLOAD, lambda: csv(rows), f"{say.BATCH_FILE} placed.csv", "text/csv", key="arrival_table", **about
            )


def read(content: bytes) -> list[NewItem]:
    """The products of a CSV file. Raises InputError where it holds none, or cannot be read."""
    from recsys_core.synthesis.cold.batch import read_new_items

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{say.BATCH_FILE}.csv"
        path.write_bytes(content)
        items = list(read_new_items(path))
    if not items:
        raise InputError(say.BATCH_EMPTY, say.BATCH_EMPTY_HINT)
    return items


def _table(record: RunRecord, items: list[NewItem]) -> list[dict[str, Any]]:
    found = cache.placed(record.id, tuple(items[: say.BATCH_MOST]))
    dataset = cache.dataset(record.dataset_id)
    rows = [row(placed, dataset, cache.catalogue(dataset.id).titles) for placed in found]
    first = max(found, key=lambda placed: placed.exposure.value)
    shown = say.OF_1000.format(n=formats.count(1000 * first.exposure.value))
    show.hook("batch", products=len(rows), first=first.item.name)
    st.markdown(f"**{plain(say.BATCH_FINDING.format(title=first.item.name, k=first.k, shown=shown))}**")
    if len(items) > len(found):
        st.caption(say.BATCH_FIRST.format(n=len(found), all=formats.count(len(items))))
    st.dataframe(rows, hide_index=True, alt=say.BATCH_TITLE)
    return rows


def row(placed: Placed, dataset: Dataset, titles: list[str]) -> dict[str, Any]:
    """A product in the table: what it is, how far it would be seen, by whom, and what lies nearest."""
    item, most = placed.item, max(placed.segments, key=lambda each: each.exposure, default=None)
    values = (
        item.name,
        item.category or formats.MISSING,
        formats.money(item.price, dataset.currency),
        round(1000 * placed.exposure.value, 1),
        round(1000 * placed.exposure.low, 1),
        round(1000 * placed.exposure.high, 1),
        round(1000 * placed.likeness_exposure.value, 1),
        round(placed.buyers.value),
        most.label if most else formats.MISSING,
        titles[placed.nearest[0].item] if placed.nearest else formats.MISSING,
    )
    return dict(zip(say.BATCH_COLUMNS, values, strict=True))


def csv(rows: list[dict[str, Any]]) -> bytes:
    """The table as a file that a spreadsheet opens safely."""
    import pyarrow as pa

    from recsys_core.storage.spreadsheet import csv_bytes

    return csv_bytes(pa.Table.from_pylist(rows))
