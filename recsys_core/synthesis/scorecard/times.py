"""F6: gaps between a shopper's events, how much comes together, and when; and rhythms that were copied from one real shopper."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys_core.synthesis.scorecard.distances import ks, tvd
from recsys_core.synthesis.scorecard.events import NO_TIME, Events, Ints
from recsys_core.synthesis.scorecard.keys import mixed

MICROSECONDS = 1_000_000
MINUTE, HOUR, DAY = 60 * MICROSECONDS, 3600 * MICROSECONDS, 86_400 * MICROSECONDS
LONG_GAP = 60  # seconds; shorter gaps are alike for everybody


def timed(events: Events) -> NDArray[np.bool_]:
    """Which rows have a time."""
    return np.asarray(events.ints("time") != NO_TIME)


def hours(events: Events) -> Ints:
    """Hour of the day of each row that has a time, 0 to 23."""
    return np.asarray(events.ints("time")[timed(events)] // HOUR % 24)


def weekdays(events: Events) -> Ints:
    """Day of the week of each row that has a time, Monday 0."""
    return np.asarray((events.ints("time")[timed(events)] // DAY + 3) % 7)  # the first of January 1970 was a Thursday


def gaps(events: Events) -> NDArray[np.float64]:
    """Hours between one event of a shopper and the next, all shoppers' together."""
    there = timed(events)
    user, time = events.user[there], events.ints("time")[there]
    return np.asarray(np.diff(time)[np.diff(user) == 0] / HOUR)


def per_day(events: Events) -> Ints:
    """Events of each shopper on each of its days."""
    return _sizes(events, events.ints("time") // DAY)


def basket_sizes(events: Events) -> Ints:
    """Events that came together: of a shopper and order where there are orders, else of a shopper and minute."""
    return _sizes(events, events.ints("order") if events.has("order") else events.ints("time") // MINUTE)


def _sizes(events: Events, group: Ints) -> Ints:
    there = events.ints("order") >= 0 if events.has("order") and group is events.columns["order"] else timed(events)
    pairs = np.stack([events.user[there], group[there]], axis=1)
    order = np.lexsort([pairs[:, 1], pairs[:, 0]])
    new = np.flatnonzero((np.diff(pairs[order], axis=0) != 0).any(axis=1)) + 1
    return np.diff(np.concatenate([[0], new, [len(pairs)]])).astype(np.int64)


def time_figures(real: Events, other: Events) -> dict[str, float]:
    """The lines of F6 that need times."""
    return {
        "F6_gap_ks": ks(gaps(real), gaps(other)),
        "F6_items_per_user_day_ks": ks(per_day(real), per_day(other)),
        "F6_hour_tvd": tvd(hours(real), hours(other)),
        "F6_weekday_tvd": tvd(weekdays(real), weekdays(other)),
    }


def shared_rhythms(real: Events, other: Events) -> float:
    """Share of shoppers of `other` who have three gaps in a row, each over 60 s, exactly as one real shopper has them.

    Gaps are between a shopper's different times, in whole seconds. Shoppers with fewer than four times share nothing.
    """
    known = np.unique(_triples(real)[1])
    user, triple = _triples(other)
    copied = np.unique(user[np.isin(triple, known)])
    return len(copied) / max(other.n_users, 1)


def natural_rhythms(real: Events) -> float:
    """Share of real shoppers who share three gaps in a row with another one: by chance, or by the grain of the clock."""
    user, triple = _triples(real)
    pairs = np.unique(np.stack([triple, user.astype(np.uint64)]), axis=1)
    _, which, counts = np.unique(pairs[0], return_inverse=True, return_counts=True)
    return len(np.unique(pairs[1][counts[which] > 1])) / max(real.n_users, 1)


def _triples(events: Events) -> tuple[Ints, NDArray[np.uint64]]:
    """The shopper and a key of every three gaps in a row."""
    there = timed(events)
    times = np.unique(np.stack([events.user[there], events.ints("time")[there] // MICROSECONDS], axis=1), axis=0)
    gap, same = np.diff(times[:, 1]), np.diff(times[:, 0]) == 0
    long = same & (gap > LONG_GAP)
    if len(gap) < 3:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint64)
    three = long[:-2] & long[1:-1] & long[2:]
    key = mixed(gap[2:]) * np.uint64(31) + mixed(gap[1:-1])
    key = mixed(mixed(key) * np.uint64(31) + mixed(gap[:-2]))
    return times[:-3, 0][three], key[three]
