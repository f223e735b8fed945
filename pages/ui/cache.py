"""All caches of the server. Keys are ids (with the workspace they belong to), values are opened once and shared; every cache is bounded."""

from __future__ import annotations

import gc
import logging
import threading
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from recsys_core.errors import UserError
from recsys_core.settings import load_settings
from recsys_core.storage.workspace import Workspace

log = logging.getLogger("aisle")
MOST_DROPPED = 500_000  # rows in one download; the command line gives all
TYPICAL_SHOWN = 3  # products that stand for a group


@st.cache_resource(show_spinner=False, max_entries=1)
def warm_process() -> None:
    """Import what every page needs, then move it out of the collector's sight: a full collection costs 100 ms a run otherwise."""
    import pandas  # noqa: F401
    import plotly.graph_objects  # noqa: F401
    import pyarrow  # noqa: F401

    threading.Thread(target=_warm_kernels, name="warm-kernels", daemon=True).start()
    gc.collect()
    gc.freeze()


def _warm_kernels() -> None:
    """Compile (or load) the re-ranking kernel before somebody waits for it."""
    try:
        from recsys_core.ranking.mmr import mmr
        from recsys_core.ranking.pools import Pool

        items = np.zeros((1, 2), np.int32) + np.arange(2, dtype=np.int32)
        mmr(Pool(items, np.ones((1, 2), np.float32)), np.eye(2, dtype=np.float32), 0.5, 2)
    except Exception:
        log.exception("The re-ranking kernel could not be warmed; the first list will take longer.")


def workspace() -> Workspace:
    """The workspace of this process's settings."""
    return _workspace(str(load_settings().home))


@st.cache_resource(show_spinner=False, max_entries=4)
def _workspace(home: str) -> Workspace:
    return Workspace.open()


def dataset(dataset_id: str):
    """The dataset, opened once. Raises NotFoundError or CorruptArtifactError."""
    return _dataset(str(load_settings().home), dataset_id)


def _still_there(found) -> bool:
    folder = getattr(found, "folder", None) or found.artifact.folder
    return (folder / "manifest.json").is_file()


@st.cache_resource(show_spinner=False, max_entries=6, validate=_still_there)
def _dataset(home: str, dataset_id: str):
    from recsys_core.data.dataset import Dataset

    return Dataset.open(workspace().dataset_dir(dataset_id))


def run(run_id: str):
    """The run, opened once. Raises NotFoundError or CorruptArtifactError."""
    return _run(str(load_settings().home), run_id)


@st.cache_resource(show_spinner=False, max_entries=12, validate=_still_there)
def _run(home: str, run_id: str):
    from recsys_core.models.runs import Run

    return Run.open(workspace().run_dir(run_id))


@dataclass(frozen=True)
class Catalogue:
    """What the pages show of products, in item order: plain arrays, so that a card costs no table look-up."""

    ids: NDArray[np.str_]
    titles: list[str]
    prices: NDArray[np.float64]
    buyers: NDArray[np.int64]
    groups: NDArray[np.int32]
    labels: list[str]
    group_source: str


def catalogue(dataset_id: str) -> Catalogue:
    """Titles, prices, popularity and groups of a dataset's products."""
    return _catalogue(str(load_settings().home), dataset_id, _version(dataset_id))


@st.cache_resource(show_spinner=False, max_entries=4)
def _catalogue(home: str, dataset_id: str, version: str) -> Catalogue:
    import pandas as pd

    from recsys_core.profiles.groups import load_groups

    opened = dataset(dataset_id)
    items, groups = opened.items, load_groups(opened)
    ids = np.asarray(opened.item_ids)
    titles = items["title"].fillna("").astype(str).tolist() if "title" in items else [""] * len(ids)
    prices = pd.to_numeric(items["price"], errors="coerce").to_numpy(float) if "price" in items else np.full(len(ids), np.nan)
    return Catalogue(
        ids=ids,
        titles=[title or str(id_) for title, id_ in zip(titles, ids, strict=True)],
        prices=prices,
        buyers=items["n_users"].to_numpy(np.int64),
        groups=np.asarray(groups.codes),
        labels=list(groups.labels),
        group_source=groups.source,
    )


def has_vectors(run_id: str, what: str) -> bool:
    """Whether a run keeps vectors for "items" or "users"; False for one that cannot be opened."""
    return _keeps(run_id, "user_vectors.npy" if what == "users" else "item_vectors.npy")


def has_validation_lists(run_id: str) -> bool:
    """Whether a run keeps the lists that a fusion learns its weights from; older ones do not."""
    return _keeps(run_id, "validation_candidates.npy")


def _keeps(run_id: str, file: str) -> bool:
    try:
        return bool(run(run_id).artifact.has(file))
    except UserError:
        return False


@st.cache_resource(show_spinner=False, max_entries=6)
def _unit_vectors(home: str, run_id: str) -> NDArray[np.float32] | None:
    from recsys_core.ranking.pools import unit_rows

    vectors = run(run_id).item_vectors
    return None if vectors is None else unit_rows(vectors)


def unit_vectors(run_id: str) -> NDArray[np.float32] | None:
    """Product vectors of length 1; None where the model has none."""
    return _unit_vectors(str(load_settings().home), run_id)


@st.cache_resource(show_spinner=False, max_entries=12)
def _variety_scale(home: str, run_id: str, k: int):
    from recsys_core.ranking.calibrate import calibrate_variety
    from recsys_core.ranking.pools import make_pool

    opened, vectors = run(run_id), unit_vectors(run_id)
    return None if vectors is None else calibrate_variety(make_pool(opened.candidates, opened.candidate_scores), vectors, k)


def variety_scale(run_id: str, k: int):
    """What each position of the variety slider means for this run and list length; None where the model has no product vectors."""
    return _variety_scale(str(load_settings().home), run_id, k)


@st.cache_resource(show_spinner=False, max_entries=8)
def _pca(home: str, run_id: str, what: str):
    from recsys_core.latent.pca import pca

    vectors, rows = run(run_id).vectors(what)
    found = pca(vectors)
    return found.coordinates, rows, float(found.explained.sum())


def pca_map(run_id: str, what: str) -> tuple[NDArray[np.float32], NDArray[np.int32], float]:
    """(coordinates [n, 2], dataset rows [n], share of the variance shown). Raises UnsupportedError where there are no vectors."""
    return _pca(str(load_settings().home), run_id, what)


@st.cache_resource(show_spinner=False, max_entries=8)
def _per_user(home: str, run_id: str, part: str):
    users, names, values = run(run_id).per_user(part)
    return np.array(users), tuple(names), np.array(values)


def per_user(run_id: str, part: str = "test"):
    """(users, metric names, values) of one part of a run's evaluation."""
    return _per_user(str(load_settings().home), run_id, part)


@st.cache_resource(show_spinner=False, max_entries=4)
def _suggested(home: str, dataset_id: str) -> tuple[tuple[str, int], ...]:
    from pages.ui.suggest import suggest_shoppers

    return suggest_shoppers(dataset(dataset_id), catalogue(dataset_id).groups)


def suggested_shoppers(dataset_id: str) -> tuple[tuple[str, int], ...]:
    """(kind, user index) of a few shoppers worth looking at first."""
    return _suggested(str(load_settings().home), dataset_id)


@st.cache_resource(show_spinner=False, max_entries=12)
def _differences(home: str, run_ids: tuple[str, ...], metric: str):
    from recsys_core.evaluation.compare import compare

    values = {}
    for run_id in run_ids:
        users, names, table = per_user(run_id)
        values[run_id] = (users, table[:, names.index(metric)])
    return tuple(compare(values, against=run_ids[0]))


def differences(run_ids: tuple[str, ...], metric: str):
    """Paired comparisons of the first run with the others, on the shoppers that both were tested on."""
    return _differences(str(load_settings().home), run_ids, metric)


def paired(first: str, second: str):
    """The differences between two runs, metric by metric; see `pages.ui.models.pair`."""
    return _paired(str(load_settings().home), first, second)


@st.cache_resource(show_spinner=False, max_entries=12)
def _paired(home: str, first: str, second: str):
    from pages.ui.models.pair import differences as of_both

    return of_both(per_user(first), per_user(second))


def shopper_groups(dataset_id: str, protocol: str, seed: int, by: str):
    """Which group each shopper is in, by "segment" or by "activity" before the test; None where the dataset has no segments."""
    return _shopper_groups(str(load_settings().home), dataset_id, _version(dataset_id), protocol, seed, by)


@st.cache_resource(show_spinner=False, max_entries=6)
def _shopper_groups(home: str, dataset_id: str, version: str, protocol: str, seed: int, by: str):
    from recsys_core.data.splits import make_split
    from recsys_core.evaluation.breakdown import UserGroups, by_activity

    if by == "activity":
        return by_activity(np.diff(make_split(dataset(dataset_id), protocol, seed).test_fold_in.indptr), protocol)
    found = segments(dataset_id)
    return UserGroups("segment", found.codes, tuple(found.labels)) if found.segments else None


@st.cache_resource(show_spinner=False, max_entries=12)
def _map_figure(home: str, dataset_id: str, run_id: str, what: str, method: str, colour: str, made: bool):
    from pages.ui import mapping

    if method == "pca":
        projection = pca_map(run_id, what)
    else:
        from recsys_core.latent.projections import load_projection

        found = load_projection(workspace().run_dir(run_id), what, method)
        if found is None:
            return None
        projection = (np.array(found.coordinates), np.array(found.rows), float(found.manifest["neighbours_kept"]))
    return mapping.draw(dataset(dataset_id), catalogue(dataset_id), what, method, colour, projection)


def map_figure(dataset_id: str, run_id: str, what: str, method: str, colour: str):
    """(figure, how far to trust it, points, method) of a map; None where its UMAP was not made yet."""
    from recsys_core.latent.projections import projection_dir

    made = method == "pca" or projection_dir(workspace().run_dir(run_id), what, method).is_dir()
    return _map_figure(str(load_settings().home), dataset_id, run_id, what, method, colour, made)


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


def trust_figures(dataset_id: str):
    """The Data page's charts of a dataset, None where the log cannot fill one."""
    return _trust_figures(str(load_settings().home), dataset_id)


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


def _version(dataset_id: str) -> str:
    """Changes when other groups were chosen for a dataset."""
    from recsys_core.profiles.store import profile_version

    return str(profile_version(dataset(dataset_id)))


def segments(dataset_id: str):
    """A dataset's segments; see `profiles.segments`."""
    return _profile_part(str(load_settings().home), dataset_id, _version(dataset_id), "segments")


def item_clusters(dataset_id: str):
    """A dataset's clusters of products; see `profiles.groups`."""
    return _profile_part(str(load_settings().home), dataset_id, _version(dataset_id), "clusters")


def item_groups(dataset_id: str):
    """A dataset's groups of products: its categories, or the clusters."""
    return _profile_part(str(load_settings().home), dataset_id, _version(dataset_id), "groups")


def profile_gains(dataset_id: str):
    """What each part of the products' profiles adds; see `profiles.gains`."""
    return _profile_part(str(load_settings().home), dataset_id, _version(dataset_id), "gains")


@st.cache_resource(show_spinner=False, max_entries=16)
def _profile_part(home: str, dataset_id: str, version: str, part: str):
    from recsys_core.profiles.gains import load_gains
    from recsys_core.profiles.groups import load_clusters, load_groups
    from recsys_core.profiles.segments import load_segments

    load = {"segments": load_segments, "clusters": load_clusters, "groups": load_groups, "gains": load_gains}[part]
    return load(dataset(dataset_id))


def typical_items(dataset_id: str, part: str) -> list[tuple[str, int, list[str]]]:
    """(label, products, titles of the most bought) of each group, the largest first. part: "groups" or "clusters"."""
    return _typical_items(str(load_settings().home), dataset_id, _version(dataset_id), part)


@st.cache_resource(show_spinner=False, max_entries=8)
def _typical_items(home: str, dataset_id: str, version: str, part: str) -> list[tuple[str, int, list[str]]]:
    found = _profile_part(home, dataset_id, version, part)
    codes, shown = np.asarray(found.codes), catalogue(dataset_id)
    popular = np.argsort(-shown.buyers, kind="stable")
    rows = []
    for code, label in enumerate(found.labels):
        members = popular[codes[popular] == code]
        rows.append((str(label), len(members), [shown.titles[item] for item in members[:TYPICAL_SHOWN]]))
    return sorted(rows, key=lambda row: -row[1])
