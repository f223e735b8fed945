"""The set of those who stay: their rows and products, numbered anew."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys_core.errors import TooSmallError
from recsys_core.synthesis.contract import DrawnShoppers
from recsys_core.synthesis.filtering.marks import FEWEST, PREFIX, Flags


def kept_shoppers(events: pd.DataFrame, drawn: DrawnShoppers, keep: Flags) -> tuple[pd.DataFrame, DrawnShoppers]:
    """(rows, shoppers) of those kept, bool [n], in their order; the k-th of them is "synthetic-{k+1}".

    Raises TooSmallError for fewer than 20, whom no scorecard takes.
    """
    if keep.sum() < FEWEST:
        raise TooSmallError(f"Only {keep.sum()} shoppers would stay; a set has at least {FEWEST}.", "Keep a larger share, or draw more.")
    lengths = np.diff(drawn.indptr)
    place = np.cumsum(keep) - 1
    user = events["user_id"].astype(str).str.removeprefix(PREFIX).to_numpy(np.int64) - 1
    rows = np.flatnonzero(keep[user])
    names = np.array([f"{PREFIX}{number + 1}" for number in range(int(keep.sum()))], dtype=object)
    staying = events.iloc[rows].assign(user_id=names[place[user[rows]]]).reset_index(drop=True)
    indptr = np.concatenate([[0], np.cumsum(lengths[keep])]).astype(np.int64)
    return staying, DrawnShoppers(indptr, np.asarray(drawn.items)[np.repeat(keep, lengths)], np.asarray(drawn.segment)[keep])
