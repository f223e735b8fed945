"""Which synthetic shoppers join the real ones, and the log of both: every row says where it comes from."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import Split
from recsys_core.errors import TooSmallError
from recsys_core.synthesis.contract import DrawnShoppers

PROVENANCE, WEIGHT, SPLIT = "provenance", "weight", "split"
REAL, SYNTHETIC = "real", "synthetic"
TRAIN, VALIDATION, TEST = "train", "validation", "test"
RARE_SHARE = 0.2  # of the purchases: the rarest products that make up so many are rare
BOOKKEEPING = ("user", "item", "row", SPLIT)


def choose_shoppers(
    drawn: DrawnShoppers, *, most: int | None, segments: Collection[int] = (), items: Collection[int] = (), seed: int = 0
) -> NDArray[np.int64]:
    """Numbers of the shoppers of a set that qualify, ascending: of these segments and with one of these products, where any are named.

    most: of more, so many are drawn at random. Raises TooSmallError where nobody qualifies.
    """
    fits = np.ones(len(drawn), np.bool_)
    if segments:
        fits &= np.isin(drawn.segment, list(segments))
    if items:
        owner = np.repeat(np.arange(len(drawn)), np.diff(drawn.indptr))
        fits &= np.isin(np.arange(len(drawn)), owner[np.isin(drawn.items, list(items))])
    found = np.flatnonzero(fits)
    if not len(found):
        raise TooSmallError(
            "No shopper of the set is of these segments and has these products.", "Name others, or draw a set for them: `synthesize`."
        )
    if most is not None and len(found) > most:
        found = np.sort(np.random.default_rng(seed).choice(found, max(most, 1), replace=False))
    return found


def rare_items(dataset: Dataset) -> NDArray[np.int64]:
    """The rarest products that somebody has, together RARE_SHARE of the purchases."""
    counts = np.bincount(dataset.positives.indices, minlength=dataset.n_items)
    order = np.argsort(counts, kind="stable")
    order = order[counts[order] > 0]
    return np.sort(order[np.cumsum(counts[order]) <= RARE_SHARE * counts.sum()])


def real_part(dataset: Dataset, split: Split) -> pd.DataFrame:
    """All real rows under the column names of their log, with a column that says which the run was chosen and tested by: a model that
    trains on the fused log is judged by the same rows as the run, and by no synthetic one.
    """
    events = dataset.events().to_pandas()
    user, item = events["user"].to_numpy(), events["item"].to_numpy()
    names = [name for name in events.columns if name not in BOOKKEEPING and events[name].notna().any()]
    frame = pd.DataFrame({"user_id": dataset.user_ids[user], "item_id": dataset.item_ids[item], **{name: events[name] for name in names}})
    place = user.astype(np.int64) * dataset.n_items + item

    def among(matrix: object, strangers: NDArray[np.bool_]) -> NDArray[np.bool_]:
        found = matrix.tocoo()  # type: ignore[attr-defined]
        return np.asarray(np.isin(place, found.row.astype(np.int64) * dataset.n_items + found.col) | strangers[user])

    known = np.diff(split.refit.indptr) > 0
    test = among(split.test_targets, (np.diff(split.test_fold_in.indptr) > 0) & ~known)
    choosing = (np.diff(split.validation_fold_in.indptr) > 0) & (np.diff(split.train.indptr) == 0)
    validation = among(split.validation_targets, choosing)
    frame[SPLIT] = np.where(test, TEST, np.where(validation, VALIDATION, TRAIN))
    if PROVENANCE not in frame:  # a log that was fused before says it already
        frame[PROVENANCE], frame[WEIGHT] = REAL, 1.0
    return frame


def fuse_rows(real: pd.DataFrame, synthetic: pd.DataFrame, shoppers: NDArray[np.int64], *, weight: float, label: str) -> pd.DataFrame:
    """Real rows, then the synthetic ones of these shoppers (k is called synthetic-{k+1} in `synthetic`), by the real rows' columns.

    label: what a synthetic shopper is called by where a real one has the same id: "{label}-{k+1}".
    """
    names = pd.Index([f"synthetic-{k + 1}" for k in shoppers])
    rows = synthetic[synthetic["user_id"].isin(names)]
    if names.isin(real["user_id"].unique()).any():
        rows = rows.assign(user_id=rows["user_id"].str.replace("synthetic", label, n=1, regex=False))
    rows = rows.assign(split=TRAIN, provenance=SYNTHETIC, weight=float(weight))
    return pd.concat([real, rows.reindex(columns=list(real.columns))], ignore_index=True)


def as_log(dataset: Dataset, frame: pd.DataFrame) -> pd.DataFrame:
    """The columns under the names of the dataset's log, kinds of event as the log writes them; what follows from others is left out."""
    roles = dict(dataset.roles)
    extras = [str(name) for name in dataset.manifest["extras"]]
    kept = [name for name in frame if name in roles or name in (*extras, SPLIT, PROVENANCE, WEIGHT)]
    found = frame[kept]
    if "event" in found:
        written = {kind: raw for raw, kind in reversed(list(dict(dataset.manifest.get("values", {})).items()))}
        found = found.assign(event=found["event"].map(lambda kind: written.get(kind, kind)))
    return found.rename(columns={name: roles.get(name, name) for name in kept})


def attribute_table(dataset: Dataset, side: str) -> pd.DataFrame | None:
    """What a file once said of products ("items") or shoppers ("users"), under that file's column names; None where there was none."""
    attributes = dataset.item_attributes if side == "items" else dataset.user_attributes
    table, key = (dataset.items, "item_id") if side == "items" else (dataset.users, "user_id")
    told = {name: about["column"] for name, about in attributes.items() if about["found"] == "file" and name in table}
    if not told:
        return None
    source = {name: "title_raw" if name == "title" and "title_raw" in table else name for name in told}
    return pd.DataFrame({key: table[key], **{told[name]: table[source[name]] for name in told if told[name] != key}})
