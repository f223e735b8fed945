"""A list for a shopper who is new: from a few products they looked at, from a segment alone, or from what is known of the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError, UnsupportedError
from recsys_core.inference.contract import Floats
from recsys_core.inference.scorers import rank
from recsys_core.inference.top_k import top_k
from recsys_core.models.runs import Run
from recsys_core.profiles.segments import Segments

LONGEST_LIST = 50
LIKE_EVERYBODY = 20.0  # shoppers: of a group of so many, half of what is said is its own and half is everybody's
NEAREST_SHARE, NEAREST_LEAST = 0.1, 30  # of the shoppers with a number, those with the nearest ones count as alike
LISTED = 10
_COUNTED = {"user_id", "n_events", "n_items", "n_orders", "spend", "first_seen", "last_seen"}


@dataclass(frozen=True)
class NewShopper:
    """items: int32 [at most k], dataset numbers, best first; scores aligned, comparable within this list alone. basis: one sentence.

    like: how many real shoppers it rests on (0 where it rests on the products named).
    """

    items: NDArray[np.int32]
    scores: Floats
    basis: str
    like: int


def new_shopper(
    run: Run,
    dataset: Dataset,
    known: sparse.csr_matrix,
    *,
    clicked: Sequence[int] = (),
    segment: int | None = None,
    attributes: Mapping[str, str] | None = None,
    segments: Segments | None = None,
    k: int = 10,
) -> NewShopper:
    """Exactly one of clicked (item numbers), segment (a number of `segments`), attributes (columns of `dataset.users`).

    known: csr of ones [users, items], what shoppers had (`Split.known`). From clicks: the run's own scorer. From a group of
    shoppers: for each product the share of them that had it or would be shown it among their first ten, drawn towards everybody's where
    they are few. Raises InputError, UnsupportedError.
    """
    if bool(len(clicked)) + (segment is not None) + bool(attributes) != 1:
        raise InputError(
            "A new shopper is described by products, by a segment, or by attributes.",
            "Give exactly one of --items, --segment, --attributes.",
        )
    if not 1 <= k <= LONGEST_LIST:
        raise InputError(f"A list of {k} is asked for.", f"Give a number from 1 to {LONGEST_LIST}.")
    if len(clicked):
        return _from_clicks(run, dataset, known, np.unique(np.asarray(clicked, dtype=np.int64)), k)
    if segment is not None:
        if segments is None or not 0 <= segment < len(segments.labels):
            raise InputError(f"There is no segment number {segment}.", "See what there is: `python -m recsys_core segments DATASET`.")
        label = segments.labels[segment]
        return _from_group(run, known, np.flatnonzero(segments.codes == segment), f"the segment '{label}'", k)
    own, words = alike_shoppers(dataset, attributes or {})
    return _from_group(run, known, own, words, k)


def product_title(dataset: Dataset, item: int) -> str:
    """What a product is called, its id where it has no title."""
    return str(dataset.items["title"].iloc[item]) if "title" in dataset.items else str(dataset.item_ids[item])


def shopper_columns(dataset: Dataset) -> dict[str, list[str]]:
    """What `attributes` may name: column -> its values, the commonest first; an empty list for a column of numbers."""
    found: dict[str, list[str]] = {}
    for name in dataset.users.columns:
        column = dataset.users[name]
        if name in _COUNTED or column.dtype.kind == "M" or not column.notna().any():
            continue
        found[str(name)] = [] if column.dtype.kind in "if" else [str(value) for value in column.value_counts().index]
    return found


def alike_shoppers(dataset: Dataset, attributes: Mapping[str, str]) -> tuple[NDArray[np.int64], str]:
    """(the shoppers of whom all of it is true, who they are in words). Of numbers: those with the nearest tenth. Raises InputError."""
    columns = shopper_columns(dataset)
    own = np.ones(dataset.n_users, dtype=bool)
    words = []
    for name, value in attributes.items():
        if name not in columns:
            known = f"Known are: {', '.join(columns)}." if columns else "Ingest the log again with a table of shoppers: --users FILE."
            raise InputError(f"Nothing called '{name}' is known of shoppers.", known)
        column = dataset.users[name]
        if columns[name]:
            same = (column.astype("string").str.casefold() == value.strip().casefold()).fillna(False).to_numpy(dtype=bool)
            if not same.any():
                raise InputError(f"No shopper has the {name} '{value}'.", f"It is one of: {', '.join(columns[name][:12])}.")
            words.append(f"{name} {value.strip()}")
        else:
            same, low, high = _nearest(column, name, value)
            words.append(f"{name} {low:g}" if low == high else f"{name} from {low:g} to {high:g}")
        own &= same
    told = " and ".join(words)
    if not own.any():
        raise InputError(f"No shopper has {told} together.", "Say less of the shopper.")
    return np.flatnonzero(own), f"shoppers with {told}"


def _nearest(column: pd.Series[Any], name: str, value: str) -> tuple[NDArray[np.bool_], float, float]:
    try:
        wanted = float(value)
    except ValueError:
        raise InputError(f"The {name} is '{value}'.", "Give a number.") from None
    if not np.isfinite(wanted):
        raise InputError(f"The {name} is '{value}'.", "Give a number.")
    numbers = column.to_numpy(dtype=np.float64)
    away = np.where(np.isfinite(numbers), np.abs(numbers - wanted), np.inf)
    told = int(np.isfinite(numbers).sum())
    reach = np.sort(away)[min(max(NEAREST_LEAST, int(NEAREST_SHARE * told)), told) - 1]
    same = away <= reach
    return same, float(numbers[same].min()), float(numbers[same].max())


def _from_clicks(run: Run, dataset: Dataset, known: sparse.csr_matrix, clicked: NDArray[np.int64], k: int) -> NewShopper:
    wrong = clicked[(clicked < 0) | (clicked >= dataset.n_items)]
    if len(wrong):
        raise InputError(f"There is no product number {int(wrong[0])}.", f"The dataset has {dataset.n_items:,} products.")
    if not run.folds_in:
        raise UnsupportedError(
            f"The model {run.spec.id} learned one vector for each shopper and reads no history.",
            "Choose a run that reads histories, such as edlae or mult-vae, or describe the shopper by a segment.",
        )
    items = np.asarray(run.items)
    history = sparse.csr_matrix((np.ones(len(clicked), np.float32), clicked, [0, len(clicked)]), shape=(1, dataset.n_items))[
        :, items
    ].tocsr()
    named = ", ".join(f"'{product_title(dataset, item)}'" for item in clicked[:3].tolist()) + (
        f" and {len(clicked) - 3} more" if len(clicked) > 3 else ""
    )
    if not history.nnz:
        buyers = np.asarray(known[:, items].sum(axis=0), dtype=np.float32).ravel()[None]
        listed, scores = top_k(buyers, min(k, len(items)))
        basis = f"The run knows nothing of {named}: these are the best sellers."
        return NewShopper(items[listed[0]].astype(np.int32), scores[0], basis, known.shape[0])
    listed, scores = rank(run.scorer(), history, min(k, len(items)))
    kept = listed[0] >= 0
    unread = len(clicked) - history.nnz
    basis = f"Read from {named} by the run's own model, as a history of {history.nnz}"
    basis += f"; {unread} of these the run does not know." if unread else "."
    return NewShopper(items[listed[0][kept]].astype(np.int32), scores[0][kept], basis, 0)


def _from_group(run: Run, known: sparse.csr_matrix, own: NDArray[np.int64], words: str, k: int) -> NewShopper:
    if not len(own):
        raise InputError(f"Nobody is in {words}.", "Choose another.")
    items = np.asarray(run.items)
    everybody = _profile(run, known, np.arange(known.shape[0]))
    share = len(own) / (len(own) + LIKE_EVERYBODY)
    scores = (share * _profile(run, known, own) + (1 - share) * everybody).astype(np.float32)[items]
    listed, values = top_k(scores[None], min(k, len(items)))
    basis = f"What {len(own):,} {'shopper' if len(own) == 1 else 'shoppers'} of {words} had or would be shown"
    basis += "." if share > 0.9 else f"; {1 - share:.0%} of it is what everybody has, since they are few."
    if words.startswith("shoppers"):
        basis = basis.replace(" shoppers of shoppers", " shoppers", 1).replace(" shopper of shoppers", " shopper", 1)
    return NewShopper(items[listed[0]].astype(np.int32), values[0], basis, len(own))


def _profile(run: Run, known: sparse.csr_matrix, own: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of each product, the share of these shoppers that had it or have it among the first ten of their list: float64 [items]."""
    had = np.asarray(known[own].sum(axis=0), dtype=np.float64).ravel()
    lists = np.asarray(run.candidates[own, :LISTED])
    shown = np.bincount(lists[lists >= 0], minlength=known.shape[1])
    return (had + shown) / len(own)
