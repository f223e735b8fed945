"""Whether a synthetic shopper's rows could stand in the real log: known products, consistent attributes, its days, its orders of kinds."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.synthesis.filtering.marks import NUMBER, PREFIX
from recsys_core.synthesis.real_log import CANONICAL

FEWEST, NEARLY_ALL = 20, 0.95  # products, or shoppers, with several rows; share of them with one value, for it to be theirs
FAR_MORE = 2
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]


def broken_rules(real: pd.DataFrame, events: pd.DataFrame, shoppers: int) -> NDArray[np.int8]:
    """The first rule of `marks.REASONS` that each shopper breaks, by number, 0 none: int8 [shoppers].

    real, events: rows by canonical names, the real ones and the synthetic ones; shopper k's are "synthetic-{k+1}"'s.
    """
    user = events["user_id"].astype(str).str.removeprefix(PREFIX).to_numpy(np.int64) - 1
    product, products = _codes(real["item_id"])
    item = products.get_indexer(pd.Index(events["item_id"]))
    rules = {
        "no-product": np.bincount(user, minlength=shoppers) == 0,
        "unknown-product": _anybody(user, item < 0, shoppers),
        "repeats": _repeats(_codes(real["user_id"])[0], product, user, item, shoppers),
        "attributes": _anybody(user, _wrong_attributes(real, events, product, item), shoppers),
        "price": _anybody(user, _wrong_prices(real, events, product, item), shoppers),
        "several": _several(real, events, user, shoppers),
        "times": _anybody(user, _wrong_times(real, events), shoppers),
        "kinds": _anybody(user, _wrong_kinds(real, events), shoppers),
    }
    found = np.zeros(shoppers, np.int8)
    for id in reversed(rules):
        found[rules[id]] = NUMBER[id]
    return found


def _codes(column: pd.Series) -> tuple[Codes, pd.Index]:
    codes, values = pd.factorize(column)
    return codes.astype(np.int64), pd.Index(values)


def _anybody(user: Codes, rows: Flags, shoppers: int) -> Flags:
    """Who has any of these rows."""
    return np.asarray(np.bincount(user[rows], minlength=shoppers) > 0)


def _repeats(real_user: Codes, product: Codes, user: Codes, item: Codes, shoppers: int) -> Flags:
    """Who has one product over FAR_MORE times as often as any real shopper has one; at all, where no real one repeats any.

    The largest of a fresh sample is above that of another every other time, so that alone is no sign.
    """
    most = np.unique(real_user * (product.max() + 1) + product, return_counts=True)[1].max()
    width = max(int(item.max()) + 2, 1)
    pairs, counts = np.unique(user * width + item + 1, return_counts=True)
    return _anybody(pairs // width, counts > (most if most == 1 else FAR_MORE * most), shoppers)


def _one_each(owner: Codes, value: Codes) -> bool:
    """Whether nearly every owner with several rows has one value, and there are enough of them to say so."""
    known = value >= 0
    several = np.bincount(owner[known]) > 1
    pairs = np.unique(np.stack([owner[known], value[known]], axis=1), axis=0)
    values = np.bincount(pairs[:, 0], minlength=len(several))[several]
    return len(values) >= FEWEST and bool((values == 1).mean() >= NEARLY_ALL)


def _further(real: pd.DataFrame, events: pd.DataFrame) -> Iterable[tuple[str, Codes, Codes]]:
    """(name, codes of the real column, codes of the synthetic one: -1 missing, -2 unheard of) of what is not by role."""
    for name in real.columns:
        if name not in (*CANONICAL, "user_id", "item_id") and name in events:
            codes, values = _codes(real[name].astype(object))
            theirs = values.get_indexer(pd.Index(events[name].astype(object)))
            yield name, codes, np.where(events[name].isna(), -1, np.where(theirs < 0, -2, theirs)).astype(np.int64)


def _wrong_attributes(real: pd.DataFrame, events: pd.DataFrame, product: Codes, item: Codes) -> Flags:
    """Rows with a value that the product never has, in columns in which nearly every product has one value."""
    wrong = np.zeros(len(events), np.bool_)
    for _, ours, theirs in _further(real, events):
        if _one_each(product, ours):
            width = int(ours.max()) + 1
            seen = np.isin(item * width + theirs, np.unique(product * width + ours)) & (theirs >= 0)
            wrong |= (theirs != -1) & (item >= 0) & ~seen
    return wrong


def _wrong_prices(real: pd.DataFrame, events: pd.DataFrame, product: Codes, item: Codes) -> Flags:
    """Rows whose price is none that the product had between its lowest and its highest."""
    if "price" not in real or "price" not in events:
        return np.zeros(len(events), np.bool_)
    price, asked = (frame["price"].to_numpy(np.float64, na_value=np.nan) for frame in (real, events))
    low, high = np.full(product.max() + 2, np.inf), np.full(product.max() + 2, -np.inf)
    np.fmin.at(low, product, price)
    np.fmax.at(high, product, price)
    room = 1e-6 * np.abs(asked)  # a price written with fewer digits is the same price
    return np.asarray(np.isfinite(low[item]) & ((asked < low[item] - room) | (asked > high[item] + room)))


def _several(real: pd.DataFrame, events: pd.DataFrame, user: Codes, shoppers: int) -> Flags:
    """Who has several values where nearly every real shopper has one."""
    found = np.zeros(shoppers, np.bool_)
    real_user = _codes(real["user_id"])[0]
    for _, ours, theirs in _further(real, events):
        if _one_each(real_user, ours):
            known = theirs != -1
            pairs = np.unique(np.stack([user[known], theirs[known]], axis=1), axis=0)
            found |= np.bincount(pairs[:, 0], minlength=shoppers) > 1
    return found


def _wrong_times(real: pd.DataFrame, events: pd.DataFrame) -> Flags:
    """Rows before the real log's first day, after its last, or without a time where it always has one."""
    if "timestamp" not in real or "timestamp" not in events:
        return np.zeros(len(events), np.bool_)
    ours, theirs = (pd.to_datetime(frame["timestamp"]) for frame in (real, events))
    outside = (theirs < ours.min().floor("D")) | (theirs >= ours.max().floor("D") + pd.Timedelta(days=1))
    return np.asarray(outside | (theirs.isna() & (not ours.isna().any())), np.bool_)


def _wrong_kinds(real: pd.DataFrame, events: pd.DataFrame) -> Flags:
    """Rows of a shopper and product whose kinds first come in an order that no real shopper and product has."""
    if "event" not in real or "event" not in events:
        return np.zeros(len(events), np.bool_)
    number = {kind: place for place, kind in enumerate(sorted({*real["event"].dropna().astype(str)}))}
    if len(number) < 2:
        return np.asarray(events["event"].notna() & ~events["event"].astype(str).isin(number), np.bool_)
    known = {*_courses(real, number)}
    return np.asarray([course not in known for course in _courses(events, number)], np.bool_)


def _courses(frame: pd.DataFrame, number: dict[str, int]) -> list[tuple[int, ...]]:
    """For each row, the kinds of its shopper and product in the order in which they first come; at the same time, in that of the names."""
    kind = frame["event"].astype(str).map(number).fillna(len(number)).to_numpy(np.int64)
    pair = _codes(frame["user_id"])[0] * (len(frame) + 1) + _codes(frame["item_id"])[0]
    times = [frame[name].to_numpy() for name in ("seq", "timestamp") if name in frame]
    order = np.lexsort([kind, *times, pair])
    pair_, kind_ = pair[order], kind[order]
    first = ~pd.Series(pair_ * (len(number) + 1) + kind_).duplicated().to_numpy()
    courses: dict[int, list[int]] = {}
    for one, of in zip(pair_[first].tolist(), kind_[first].tolist(), strict=True):
        courses.setdefault(one, []).append(of)
    shared = {one: tuple(course) for one, course in courses.items()}
    return [shared[one] for one in pair.tolist()]
