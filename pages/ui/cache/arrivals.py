"""What the page New arrivals reads: what was learned of a range, its gaps, new products in their place. Keys: ids and when it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.cache.base import _still_there, dataset, profile_version, run, workspace
from pages.ui.cache.maps import pca_map
from pages.ui.cache.products import catalogue
from pages.ui.cache.profiles import item_clusters, segments
from recsys_core.settings import load_settings
from recsys_core.storage.json_text import to_text

if TYPE_CHECKING:
    from recsys_core.synthesis.cold.records import NewItem, Placed
    from recsys_core.synthesis.cold.shoppers import NewShopper
    from recsys_core.synthesis.cold.store import ColdModel
    from recsys_core.synthesis.items.records import GapReport

CLUSTERS = "clusters"  # where a report's kinds are those of the profile
MOST_DRAWN = 6_000  # dots behind a new product; what it is near is always drawn
LISTED_VALUES = 2_000


@dataclass(frozen=True)
class MapOfProducts:
    """coordinates: float32 [n, 2]. rows: int32 [n] of the dataset, ascending. drawn: which of the n are drawn; hover: a text for each."""

    coordinates: NDArray[np.float32]
    rows: NDArray[np.int32]
    drawn: NDArray[np.int64]
    hover: list[str]

    def place(self, item: int) -> NDArray[np.float32] | None:
        """Where a product lies; None for one that the model does not know."""
        at = int(np.searchsorted(self.rows, item))
        return self.coordinates[at] if at < len(self.rows) and self.rows[at] == item else None


def gap_report(dataset_id: str) -> GapReport | None:
    """The gaps found in a dataset; None where nobody looked for them. Raises CorruptArtifactError."""
    from recsys_core.synthesis.items.store import GAPS

    made = _made(dataset(dataset_id).folder / GAPS)
    return _gap_report(str(load_settings().home), dataset_id, made) if made else None


@st.cache_resource(show_spinner=False, max_entries=4)
def _gap_report(home: str, dataset_id: str, made: str) -> GapReport:
    from recsys_core.synthesis.items.store import GAPS, open_gaps

    return open_gaps(dataset(dataset_id).folder / GAPS)


def kinds_and_prices(dataset_id: str, column: str) -> tuple[list[str], NDArray[np.float64]]:
    """(of each product its value in a column of the catalogue, or its cluster's name, "" where unknown; its price, nan where unknown)."""
    return _kinds_and_prices(str(load_settings().home), dataset_id, column, profile_version(dataset_id))


@st.cache_resource(show_spinner=False, max_entries=8)
def _kinds_and_prices(home: str, dataset_id: str, column: str, version: str) -> tuple[list[str], NDArray[np.float64]]:
    if column == CLUSTERS:
        found = item_clusters(dataset_id)
        kinds = [found.labels[code] if code >= 0 else "" for code in found.codes]
    else:
        items = dataset(dataset_id).items
        kinds = items[column].fillna("").astype(str).tolist() if column in items else [""] * len(items)
    return kinds, catalogue(dataset_id).prices


def values_of(dataset_id: str, column: str) -> tuple[str, ...]:
    """The different values of a column of the catalogue that holds words, the commonest first; none for numbers and for too many."""
    return _values_of(str(load_settings().home), dataset_id, column)


@st.cache_resource(show_spinner=False, max_entries=32)
def _values_of(home: str, dataset_id: str, column: str) -> tuple[str, ...]:
    items = dataset(dataset_id).items
    if column not in items or items[column].dtype.kind in "ifM":
        return ()
    counts = items[column].dropna().astype(str).value_counts()
    return tuple(counts.index) if len(counts) <= LISTED_VALUES else ()


def cold(run_id: str) -> ColdModel | None:
    """What was learned beside a run of how descriptions go with taste; None where it was not. Raises CorruptArtifactError."""
    found = _cold_key(run_id)
    return _cold(*found)[1] if found else None


def _cold_key(run_id: str) -> tuple[str, str, str] | None:
    """(workspace, run, what else it hangs on: when it was learned, the segments chosen); None where it was not learned."""
    from recsys_core.synthesis.cold.records import FOLDER

    opened = run(run_id)
    made = _made(workspace().run_dir(run_id) / FOLDER)
    return (str(load_settings().home), run_id, f"{made} {profile_version(opened.dataset_id)}") if made else None


def _run_is_there(found: tuple[object, object]) -> bool:
    return _still_there(found[0])


@st.cache_resource(show_spinner=False, max_entries=3, validate=_run_is_there)
def _cold(home: str, run_id: str, version: str):
    from recsys_core.synthesis.cold.store import open_cold

    opened = run(run_id)
    points = None
    if opened.item_vectors is not None:
        coordinates, rows, _ = pca_map(run_id, "items")
        points = (coordinates, rows)
    return opened, open_cold(workspace().run_dir(run_id), segments(opened.dataset_id), points)


def placed(run_id: str, items: tuple[NewItem, ...]) -> tuple[Placed, ...]:
    """New products in their places. Raises UserError; needs what was learned beside the run."""
    key = _cold_key(run_id)
    assert key is not None  # the page draws nothing else before
    told = repr([(item.title, item.category, item.price, sorted(item.attributes.items()), item.id) for item in items])
    return _placed(*key, told, items)


@st.cache_resource(show_spinner=False, max_entries=24)
def _placed(home: str, run_id: str, version: str, told: str, _items: tuple[NewItem, ...]) -> tuple[Placed, ...]:
    return tuple(_cold(home, run_id, version)[1].place_many(list(_items)))


def map_of_products(run_id: str) -> MapOfProducts | None:
    """The PCA map of a run's products with what each point says; None where the run keeps no vectors of products."""
    return _map_of_products(str(load_settings().home), run_id) if run(run_id).item_vectors is not None else None


@st.cache_resource(show_spinner=False, max_entries=4)
def _map_of_products(home: str, run_id: str) -> MapOfProducts:
    from pages.ui.maps.points import item_texts

    coordinates, rows, _ = pca_map(run_id, "items")
    opened = dataset(run(run_id).dataset_id)
    order = np.argsort(rows, kind="stable")
    drawn = np.arange(len(rows))
    if len(rows) > MOST_DRAWN:
        drawn = np.sort(np.random.default_rng(0).choice(len(rows), MOST_DRAWN, replace=False))
    hover = item_texts(catalogue(opened.id), opened, rows[order][drawn])
    return MapOfProducts(coordinates[order], rows[order], drawn, hover)


def visitor(run_id: str, known: Mapping[str, Any]) -> NewShopper:
    """What a new shopper would be shown. known: what was said of them, as `new_shopper` takes it. Raises UserError."""
    home, version = str(load_settings().home), profile_version(run(run_id).dataset_id)
    return _visitor(home, run_id, version, to_text(dict(known)), known)


@st.cache_resource(show_spinner=False, max_entries=32)
def _visitor(home: str, run_id: str, version: str, told: str, _known: Mapping[str, Any]) -> NewShopper:
    from recsys_core.synthesis.cold.shoppers import new_shopper

    opened = run(run_id)
    return new_shopper(opened, dataset(opened.dataset_id), _history(home, run_id), segments=segments(opened.dataset_id), **_known)


@st.cache_resource(show_spinner=False, max_entries=3)
def _history(home: str, run_id: str):
    """What a run's split lets be known of every shopper: csr [users, items]."""
    from recsys_core.data.splits import make_split

    opened = run(run_id)
    return make_split(dataset(opened.dataset_id), str(opened.manifest["protocol"]), int(opened.manifest["seed"])).known.tocsr()


def _made(folder: Path) -> str:
    """When the sealed folder was written, "" where it was not."""
    manifest = folder / "manifest.json"
    return str(manifest.stat().st_mtime_ns) if manifest.exists() else ""
