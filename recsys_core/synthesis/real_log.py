"""What a generator may learn from a run's dataset, and what was kept from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.matrices import from_pairs
from recsys_core.data.splits import Split
from recsys_core.errors import TooSmallError
from recsys_core.profiles.groups import load_groups
from recsys_core.synthesis.contract import RealShoppers

CANONICAL = ("timestamp", "event", "rating", "quantity", "price", "value", "order_id", "seq")
SEQ = "seq"
BOOKKEEPING = ("user", "item", "row", "split")


@dataclass(frozen=True)
class RealLog:
    """rows: by canonical names (user_id, item_id, then those of CANONICAL and the log's other columns that the log has), in the dataset's
    order: shopper, product, time. holdout: the same columns, what the run is tested by; None where nothing was held out.
    user, item: int32 [rows], the dataset's numbers. shoppers: over all the dataset's users and items; who has no row has an empty set.
    """

    rows: pd.DataFrame
    holdout: pd.DataFrame | None
    user: NDArray[np.int32]
    item: NDArray[np.int32]
    items: pd.Index
    shoppers: RealShoppers


def real_log(dataset: Dataset, split: Split, segment: NDArray[np.int32] | None = None, segments: Sequence[str] = ()) -> RealLog:
    """The log less what `split` tests by. segment: int32 [dataset users], -1 none, of `segments`.

    Every other row stays, of every kind and of rare products too: k-core decides what trains, never what exists. Shoppers of whom a split
    by users folds in a part are held out whole. Raises TooSmallError where nothing is left.
    """
    events = dataset.events().to_pandas()
    user, item = events["user"].to_numpy(np.int32), events["item"].to_numpy(np.int32)
    held = _held_out(split, user, item)
    if held.all():
        raise TooSmallError(f"All of '{dataset.name}' is held out.", "Train on another split.")
    names = [name for name in events.columns if name not in BOOKKEEPING and events[name].notna().any()]
    frame = pd.DataFrame({"user_id": dataset.user_ids[user], "item_id": dataset.item_ids[item], **{name: events[name] for name in names}})
    known = np.flatnonzero(~held)
    return RealLog(
        rows=frame.iloc[known].reset_index(drop=True),
        holdout=frame.iloc[np.flatnonzero(held)].reset_index(drop=True) if held.any() else None,
        user=user[known],
        item=item[known],
        items=pd.Index(dataset.item_ids),
        shoppers=real_shoppers(
            user[known],
            item[known],
            _moments(events.iloc[known]),
            dataset.shape,
            np.full(dataset.n_users, -1, np.int32) if segment is None else segment,
            tuple(segments),
        ),
    )


def learnable(dataset: Dataset, real: RealLog) -> pd.DataFrame:
    """The rows as their events are learned: a column that describes products, or shoppers, has one value for each of them.

    So every synthetic row has its product's attributes, as by a join. Places in a history are left out: they follow from the order.
    """
    rows = real.rows.drop(columns=[SEQ], errors="ignore")
    of_items = {"title", "category"} | _found_in_log(dataset.item_attributes)
    for names, by in ((of_items, real.item), (_found_in_log(dataset.user_attributes), real.user)):
        for name in names & set(rows.columns):
            rows[name] = _commonest(rows[name], by)
    return rows


def numbered(events: pd.DataFrame, real: RealLog) -> pd.DataFrame:
    """Drawn rows, with each one's place in its shopper's history where the real log has such a column, before its other columns."""
    if SEQ not in real.rows:
        return events
    place = events.groupby("user_id", sort=False).cumcount() + int(real.rows[SEQ].min())
    named = events.assign(**{SEQ: place.astype(np.int64)})
    return named[[name for name in real.rows.columns if name in named]]


def item_categories(dataset: Dataset, real: RealLog) -> pd.DataFrame | None:
    """item_id and category of each product, for a scorecard: the catalogue's, or the clusters of the dataset's profile.

    None where the log says the category itself, or there is neither.
    """
    if "category" in real.rows:
        return None
    groups = load_groups(dataset)
    if groups.source == "none":
        return None
    labels = np.array([*groups.labels, None], dtype=object)
    category = dataset.items["category"].to_numpy() if groups.source == "category" else labels[groups.codes]
    return pd.DataFrame({"item_id": dataset.item_ids, "category": category})


def _found_in_log(attributes: Mapping[str, Mapping[str, str]]) -> set[str]:
    return {word for name, about in attributes.items() if about["found"] == "log" for word in (name, about["column"])}


def _commonest(column: pd.Series, by: NDArray[np.int32]) -> pd.Series:
    """Each row's value replaced by the commonest of its group; of equals the first in the alphabet, None where a group has none."""
    code, names = pd.factorize(column, sort=True)
    counts = sparse.coo_matrix(
        (np.ones(int((code >= 0).sum())), (by[code >= 0], code[code >= 0])), shape=(by.max() + 1, max(len(names), 1))
    )
    usual = np.asarray(counts.tocsr().argmax(axis=1)).ravel()
    known = np.bincount(by[code >= 0], minlength=by.max() + 1) > 0
    values = np.append(np.asarray(names, dtype=object), [None])
    return pd.Series(values[np.where(known, usual, len(names))][by], index=column.index, dtype=object)


def real_shoppers(
    user: NDArray[np.int32],
    item: NDArray[np.int32],
    moment: NDArray[np.int64] | None,
    shape: tuple[int, int],
    segment: NDArray[np.int32],
    segments: tuple[str, ...],
) -> RealShoppers:
    """Sets and first places of rows. moment: what orders them, int64 [rows]; None for a log that does not say: then by product."""
    order = np.lexsort((np.arange(len(user)) if moment is None else moment, item, user))
    pair = user[order].astype(np.int64) * shape[1] + item[order]
    opening = order[np.flatnonzero(np.diff(pair, prepend=-1))]  # each pair's first row; pairs by user, then item
    sets = from_pairs(user[opening], item[opening], shape)
    when = np.arange(len(opening)) if moment is None else moment[opening]
    by_time = np.lexsort((item[opening], when, user[opening]))
    first = np.empty(len(opening), np.int32)
    first[by_time] = np.arange(len(opening)) - sets.indptr[user[opening][by_time]]
    return RealShoppers(sets, first, segment, segments)


def _held_out(split: Split, user: NDArray[np.int32], item: NDArray[np.int32]) -> NDArray[np.bool_]:
    width = split.known.shape[1]
    targets = split.test_targets.tocoo()
    pairs = np.sort(targets.row.astype(np.int64) * width + targets.col)
    held = np.isin(user.astype(np.int64) * width + item, pairs)
    strangers = (np.diff(split.test_fold_in.indptr) > 0) & (np.diff(split.refit.indptr) == 0)
    return np.asarray(held | strangers[user])


def _moments(events: pd.DataFrame) -> NDArray[np.int64] | None:
    if events["timestamp"].notna().any():
        return np.asarray(events["timestamp"].astype("datetime64[us]").astype("int64"), np.int64)
    if events["seq"].notna().any():
        return np.asarray(events["seq"].fillna(-1), np.int64)
    return None
