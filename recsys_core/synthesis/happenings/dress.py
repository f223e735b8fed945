"""From drawn shoppers to a log with the columns of the real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.synthesis.contract import DrawnShoppers
from recsys_core.synthesis.happenings.amounts import Amounts, draw_amounts, learn_amounts
from recsys_core.synthesis.happenings.baskets import Baskets, draw_moments, draw_visits, learn_baskets
from recsys_core.synthesis.happenings.further import Further, draw_further, learn_further
from recsys_core.synthesis.happenings.kinds import Kinds, draw_kinds, learn_kinds
from recsys_core.synthesis.happenings.repeats import Repeats, draw_counts, fill, learn_repeats
from recsys_core.synthesis.happenings.rows import Ints, LogRows, read_rows
from recsys_core.synthesis.happenings.suiting import suited
from recsys_core.synthesis.happenings.times import Times, draw_times, learn_times

NUMBERS = ("price", "quantity", "rating", "value")
ROLES = ("user_id", "item_id", "timestamp", "order_id", "event")
MOST_KINDS = 12
MOST_DECIMALS = 6


@dataclass(frozen=True)
class Happenings:
    """What was learned. columns: of the real log, in its order. items: product ids by number. names: kinds of event by number.

    A log with one kind or none has `repeats`, one with several `kinds`. times, baskets: None for a log without times. amounts: a kind
    each, over `numbers`. decimals: how many the log writes of each of them, -1 for a column of integers.
    """

    columns: tuple[str, ...]
    items: pd.Index
    names: tuple[str, ...]
    repeats: Repeats | None
    kinds: Kinds | None
    baskets: Baskets | None
    times: Times | None
    numbers: tuple[str, ...]
    decimals: tuple[int, ...]
    amounts: tuple[Amounts, ...]
    further: tuple[Further, ...]


def learn_happenings(
    log: pd.DataFrame, items: pd.Index, segment: pd.Series | None = None, draw: Callable[[], DrawnShoppers] | None = None
) -> Happenings:
    """From a real log with the roles' column names; `items`: the products' ids, as the drawn shoppers number them.

    segment: a number from 0 for each user_id (its index), -1 none; hours are learned by it. draw: gives shoppers of the generator that
    these events will be around, about as many as the log has; repeats are then made to suit them. Raises ValueError without a usable row.
    """
    rows = read_rows(log, items)
    if not len(rows):
        raise ValueError("no row of the log has a known product and time")
    kind, names = _kinds(log, rows)
    of_row = np.full(len(rows), -1, dtype=np.int64)
    if segment is not None:
        of_row = segment.reindex(log["user_id"].iloc[rows.place]).fillna(-1).to_numpy().astype(np.int64)
    numbers = tuple(name for name in NUMBERS if name in log and pd.api.types.is_numeric_dtype(log[name]))
    values = [log[name].to_numpy(dtype=np.float64, na_value=np.nan)[rows.place] for name in numbers]
    several = len(names) > 1
    timed = rows.seconds is not None
    baskets = learn_baskets(rows) if timed else None
    repeats = None if several else learn_repeats(rows)
    if repeats is not None and draw is not None and log.duplicated(["user_id", "item_id"]).any():
        repeats = suited(repeats, baskets, rows, draw())
    return Happenings(
        columns=tuple(log.columns),
        items=items,
        names=names,
        repeats=repeats,
        kinds=learn_kinds(rows, kind, len(names)) if several else None,
        baskets=baskets,
        times=learn_times(rows, of_row, int(of_row.max(initial=-1)) + 1) if timed else None,
        numbers=numbers,
        decimals=tuple(_decimals(log[name].iloc[rows.place]) for name in numbers),
        amounts=_amounts(values, rows, kind, len(names)),
        further=tuple(learn_further(log[name].iloc[rows.place], rows) for name in log if name not in (*ROLES, *numbers)),
    )


def dress(happenings: Happenings, drawn: DrawnShoppers, *, seed: int, prefix: str = "synthetic-") -> pd.DataFrame:
    """A log of the drawn shoppers, by shopper and time; the same for the same seed. Shoppers are called prefix + their number from 1."""
    rng = np.random.default_rng(seed)
    keep = np.flatnonzero(np.diff(drawn.indptr) > 0)
    different, items = np.diff(drawn.indptr)[keep], drawn.items.astype(np.int64)
    kind = None
    if happenings.kinds is not None:
        n, item, kind = draw_kinds(happenings.kinds, items, different, rng)
        visits, sizes = _visits(happenings, n, different, rng)
    elif happenings.repeats is not None:
        n = draw_counts(happenings.repeats, different, rng)
        visits, sizes = _visits(happenings, n, different, rng)
        item = fill(happenings.repeats, items, n, different, np.repeat(np.arange(len(sizes)), sizes), rng)
    user = np.repeat(np.arange(len(n)), n)
    kinds = np.zeros(len(user), dtype=np.int64) if kind is None else kind
    found: dict[str, Any] = {"user_id": np.char.add(prefix, (keep + 1).astype(str))[user], "item_id": happenings.items.take(item)}
    if happenings.names:
        found["event"] = np.asarray(happenings.names, dtype=object)[kinds]
    if happenings.times is not None and happenings.baskets is not None:
        begins = draw_moments(happenings.baskets, sizes, rng)
        segment = drawn.segment[keep].astype(np.int64)
        segment[segment >= len(happenings.times.calendar.by_hour) - 1] = -1  # hours of this segment were not learned
        seconds = draw_times(happenings.times, visits, sizes, begins, segment, rng)
        found["timestamp"] = seconds.astype("datetime64[s]").astype("datetime64[us]")
        found["order_id"] = np.char.add(prefix, np.cumsum(begins).astype(str)) if "order_id" in happenings.columns else None
    found |= _drawn_amounts(happenings, item, user, kinds, rng)
    for further in happenings.further:
        found[further.name] = draw_further(further, item, user, rng)
    return pd.DataFrame({name: found[name] for name in happenings.columns if name in found}).infer_objects()


def _visits(happenings: Happenings, n: Ints, different: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    if happenings.baskets is None:
        return np.ones(len(n), dtype=np.int64), n
    return draw_visits(happenings.baskets, n, different, rng)


def _kinds(log: pd.DataFrame, rows: LogRows) -> tuple[Ints, tuple[str, ...]]:
    if "event" not in log:
        return np.zeros(len(rows), dtype=np.int64), ()
    code, names = pd.factorize(log["event"].iloc[rows.place].astype(str))
    common = np.argsort(-np.bincount(code), kind="stable")[:MOST_KINDS]
    place = np.zeros(len(names), dtype=np.int64)  # rarer kinds count as the commonest
    place[common] = np.arange(len(common))
    return place[code], tuple(str(names[own]) for own in common)


def _amounts(values: list[NDArray[np.float64]], rows: LogRows, kind: Ints, kinds: int) -> tuple[Amounts, ...]:
    if not values:
        return ()
    columns = np.stack(values)
    which = [np.flatnonzero(kind == own) for own in range(max(kinds, 1))]
    return tuple(learn_amounts(columns[:, here], rows.item[here], rows.user[here], rows.n_items) for here in which)


def _drawn_amounts(happenings: Happenings, item: Ints, user: Ints, kind: Ints, rng: np.random.Generator) -> dict[str, Any]:
    if not happenings.amounts:
        return {}
    found = np.empty((len(happenings.numbers), len(item)))
    for own, amounts in enumerate(happenings.amounts):
        here = np.flatnonzero(kind == own)
        found[:, here] = draw_amounts(amounts, item[here], user[here], rng)
    columns: dict[str, Any] = {}
    for name, column, decimals in zip(happenings.numbers, found, happenings.decimals, strict=True):
        columns[name] = np.round(column).astype(np.int64) if decimals < 0 else np.round(column, decimals)
    return columns


def _decimals(column: pd.Series) -> int:
    if pd.api.types.is_integer_dtype(column) and not column.isna().any():
        return -1
    told = column.dropna().to_numpy(dtype=np.float64)
    return next(
        (decimals for decimals in range(MOST_DECIMALS) if np.allclose(np.round(told, decimals), told, rtol=0, atol=1e-9)), MOST_DECIMALS
    )
