"""On which days and at which hours shoppers come: drawn so that a small sample, too, has the log's profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from recsys_core.synthesis.happenings.rows import Ints

Floats = NDArray[np.float64]
DAY, HOUR = 86_400, 3600
SPAN_EDGES = (2.0, 15.0, 60.0, 150.0)  # days between a shopper's first and last
MOST_DAYS = 7300
REACH = 3  # days that an outing may move to a busier day nearby
PRIOR = 300.0  # events of the whole log's profile in each segment's
CAREFUL = 4000  # outings, the largest, whose hour is drawn with an eye on the hours so far


@dataclass(frozen=True)
class Calendar:
    """first_day: since 1970. days: how many the log has. first: float64 [spans, days], cumulative chance of a shopper's first day given its
    span in days, by events. busy: float64 [days], events begun. hours: float64 [2 x (segments + 1), 24], chance that an outing's events
    begin at an hour, on working days and at weekends, the last pair for shoppers without segment. by_hour: float64 [segments + 1, 24],
    of all events of a segment.
    """

    first_day: int
    days: int
    first: Floats
    busy: Floats
    hours: Floats
    by_hour: Floats


def learn_calendar(seconds: Ints, start: Ints, last: Ints, size: Ints, user: Ints, segment: Ints, segments: int) -> Calendar:
    """From every event's second, and of each visit, shopper by shopper, start, last second, events, shopper, segment (-1 none)."""
    first_day = int(start.min() // DAY)
    days = min(int(last.max() // DAY) - first_day + 1, MOST_DAYS)
    day = np.minimum(start // DAY - first_day, days - 1)
    opening = np.flatnonzero(np.diff(user, prepend=-1) != 0)
    events = np.add.reduceat(size, opening)
    span = (np.maximum.reduceat(last, opening) - start[opening]) / DAY
    cell = np.searchsorted(SPAN_EDGES, span, "right")
    busy = np.bincount(day, size, minlength=days)
    week = (np.arange(days) + first_day + 3) % 7
    usual = (np.bincount(week, busy, minlength=7) / np.maximum(np.bincount(week, minlength=7), 1))[week]
    first = np.zeros((len(SPAN_EDGES) + 1, days))
    np.add.at(first, (cell, day[opening]), events.astype(np.float64))
    near = uniform_filter1d(first, 7, axis=1, mode="constant")  # no single shopper's day stands out
    open_ = usual / max(usual.mean(), 1e-9)
    first = 0.5 * first * (usual > 0) + 0.5 * near * open_ + 1e-9
    return Calendar(
        first_day=first_day,
        days=days,
        first=np.cumsum(first, axis=1) / first.sum(axis=1, keepdims=True),
        busy=np.where(usual > 0, busy + 0.2 * usual, 0.0),
        hours=_hours(start, size, segment, segments, (start // DAY + 3) % 7 >= 5).reshape(-1, 24),
        by_hour=_hours(seconds, np.ones(len(seconds), dtype=np.int64), np.repeat(segment, size), segments)[:, 0],
    )


def _hours(start: Ints, size: Ints, segment: Ints, segments: int, weekend: NDArray[np.bool_] | None = None) -> Floats:
    """[segments + 1, 2 or 1, 24]: shares of events by hour, of working days and weekends where they are told apart."""
    hour, late = start // HOUR % 24, np.zeros(len(start), dtype=np.int64) if weekend is None else weekend.astype(np.int64)
    whole = np.bincount(hour, size, minlength=24) + 1e-3
    table = np.zeros((segments + 1, 1 if weekend is None else 2, 24))
    np.add.at(table, (np.where(segment < 0, segments, segment), late, hour), size.astype(np.float64))
    table[segments] = table.sum(axis=0)
    table += PRIOR * whole / whole.sum()
    return np.asarray(table / table.sum(axis=2, keepdims=True))


def draw_days(calendar: Calendar, raw: Floats, length: Floats, user: Ints, events: Ints, rng: np.random.Generator) -> Floats:
    """A day, from 0, for every outing. raw: days since the shopper's first; length: days that it lasts; events: how many it has."""
    opening = np.flatnonzero(np.diff(user, prepend=-1) != 0)
    of = np.cumsum(np.diff(user, prepend=-1) != 0) - 1
    span = np.maximum.reduceat(raw + length, opening)
    first = _first_days(calendar, span, np.add.reduceat(events, opening), rng)
    first = np.maximum(np.minimum(first, calendar.days - 1 - np.ceil(span)), 0)
    day = np.clip(np.floor(first[of] + raw), 0, calendar.days - 1).astype(np.int64)
    since = np.diff(raw, prepend=0.0)
    reach = np.where(np.diff(user, prepend=-1) != 0, 0, np.clip(since / 2, 0, REACH)).astype(np.int64)
    return _moved(calendar, day, reach, rng).astype(np.float64)


def _first_days(calendar: Calendar, span: Floats, events: Ints, rng: np.random.Generator) -> Floats:
    """Systematic sampling: shoppers in random order take their place on the scale of events, so that every day has its share of them."""
    cell, found = np.searchsorted(SPAN_EDGES, span, "right"), np.zeros(len(span))
    for own in np.unique(cell):
        here = rng.permutation(np.flatnonzero(cell == own))
        weight = events[here].astype(np.float64)
        place = (np.cumsum(weight) - weight * rng.random(len(here))) / weight.sum()
        found[here] = np.searchsorted(calendar.first[own], (place + rng.random()) % 1.0, "right")
    return np.minimum(found, calendar.days - 1)


def _moved(calendar: Calendar, day: Ints, reach: Ints, rng: np.random.Generator) -> Ints:
    away = np.arange(-REACH, REACH + 1)
    near = day[:, None] + away
    busy = np.where((near >= 0) & (near < calendar.days), calendar.busy[np.clip(near, 0, calendar.days - 1)], 0.0)
    weight = np.where(np.abs(away) <= reach[:, None], busy, 0.0)
    closed = ~weight.any(axis=1)
    weight[closed] = busy[closed]
    total = np.cumsum(weight, axis=1)
    pick = (rng.random(len(day))[:, None] * total[:, -1:] >= total).sum(axis=1)
    return np.where(total[:, -1] > 0, day + away[np.minimum(pick, 2 * REACH)], day)


def draw_hours(calendar: Calendar, segment: Ints, day: Floats, since: Floats, events: Ints, unit: int, rng: np.random.Generator) -> Floats:
    """Seconds from midnight at which every outing begins, in whole units of the log's clock.

    since: seconds from its outing's start of every event, outing by outing. The hour follows the profile of segment and kind of day, and
    leans to hours that have had fewer events than these segments' profiles ask for: few outings alone would miss it by chance.
    """
    n, seats = len(events), np.repeat(np.arange(len(events)), events)
    group = np.where(segment < 0, len(calendar.by_hour) - 1, segment)
    weekend = (day.astype(np.int64) + calendar.first_day + 3) % 7 >= 5
    profile = 2 * group + weekend
    minute = rng.integers(0, max(HOUR // unit, 1), n) * float(unit) * (unit < HOUR)
    later = ((minute[seats] + since) // HOUR).astype(np.int64) % 24
    hour = np.empty(n, dtype=np.int64)
    order = np.argsort(-events, kind="stable")
    first = np.cumsum(events) - events
    target = np.bincount(group, events, minlength=len(calendar.by_hour)) @ calendar.by_hour
    missing, wanted = target.copy(), np.maximum(target, 1.0)
    u = rng.random(n)
    turn = (np.arange(24)[:, None] + np.arange(24)) % 24  # [hour of the start, hours later]
    for own in order[:CAREFUL]:
        shape = np.bincount(later[first[own] : first[own] + events[own]], minlength=24)
        fit = (np.maximum(missing, 0.0) / wanted)[turn] @ (shape / events[own])
        chance = np.cumsum(calendar.hours[profile[own]] * (fit + 1e-6))
        hour[own] = np.searchsorted(chance, u[own] * chance[-1], "right")
        missing -= shape[(np.arange(24) - hour[own]) % 24]
    rest = order[CAREFUL:]
    chance = np.cumsum(calendar.hours[profile[rest]] * (np.maximum(missing, 0.0) / wanted + 1e-6), axis=1)
    hour[rest] = (u[rest, None] * chance[:, -1:] >= chance).sum(axis=1)
    return np.minimum(hour, 23) * float(HOUR) + minute
