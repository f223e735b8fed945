"""A real log's rows as numbers, in order, cut into visits and moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]
VISIT_GAP = 1800  # seconds without an event that end a visit: the usual half hour


@dataclass(frozen=True)
class LogRows:
    """Rows by shopper, then time, then as in the file. user, item: int64 [rows]. place: each row's place in the file.

    seconds: int64 [rows] since 1970, None for a log without times. visit: int64 [rows], numbered over the log; moment: of rows that came
    together (one order where there are orders, else one second), numbered over the log.
    """

    user: Ints
    item: Ints
    place: Ints
    seconds: Ints | None
    visit: Ints
    moment: Ints
    n_items: int

    def __len__(self) -> int:
        return len(self.user)


def read_rows(log: pd.DataFrame, items: pd.Index) -> LogRows:
    """The rows of a log whose product is one of `items` and whose time, where there are times, is known."""
    item, user = items.get_indexer(pd.Index(log["item_id"])), pd.factorize(log["user_id"])[0]
    known, seconds = item >= 0, np.zeros(len(log), dtype=np.int64)
    if "timestamp" in log:
        time = pd.to_datetime(log["timestamp"], utc=True).dt.tz_localize(None)
        known &= time.notna().to_numpy()
        seconds = time.to_numpy().astype("datetime64[s]").astype(np.int64)
    order = pd.factorize(log["order_id"])[0] if "order_id" in log else seconds
    place = np.flatnonzero(known)
    place = place[np.lexsort([order[place], seconds[place], user[place]])]
    user, item, seconds, order = user[place], item[place], seconds[place], order[place]
    new_user = np.diff(user, prepend=-1) != 0
    visit = np.cumsum(new_user | (np.diff(seconds, prepend=0) > VISIT_GAP)) - 1
    moment = np.cumsum((np.diff(visit, prepend=-1) != 0) | (np.diff(order, prepend=-1) != 0)) - 1
    own = seconds if "timestamp" in log else None
    return LogRows(user.astype(np.int64), item.astype(np.int64), place.astype(np.int64), own, visit, moment, len(items))


def runs(code: Ints) -> tuple[Ints, Ints]:
    """Where each run of equal neighbours begins, and how long it is."""
    start = np.flatnonzero(np.diff(code, prepend=code[0] - 1 if len(code) else 0))
    return start, np.diff(np.append(start, len(code)))


def within(sizes: Ints) -> Ints:
    """0, 1, 2 ... within each group of these sizes."""
    return np.asarray(np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes))
