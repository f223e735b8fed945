"""When a shopper's visits and moments are: gaps as learned mixtures, the log's calendar, and hours by segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from recsys_core.synthesis.happenings.calendar import Calendar, draw_days, draw_hours, learn_calendar
from recsys_core.synthesis.happenings.quantile_law import QuantileLaw, learn_law
from recsys_core.synthesis.happenings.rows import VISIT_GAP, Ints, LogRows, runs

Floats = NDArray[np.float64]
DAY = 86_400
SAME_OUTING = 16 * 3600  # seconds: visits closer than this keep their distance to the second, others fall on a day and an hour
VISIT_EDGES = (3, 4, 5, 7, 10, 16, 32, 64, 128, 256)  # visits a shopper
LONG_EDGES = (2, 3, 4, 6, 9, 15, 30, 60, 120)  # gaps of over a day a shopper
STRETCH = 3.0  # times that such gaps are made longer or shorter, so that a shopper stays as long as shoppers do
SIZE_EDGES = (3, 6, 15, 40)  # events a visit
UNITS = (1, 60, 3600, DAY)  # seconds: how finely a log tells its times


@dataclass(frozen=True)
class Times:
    """near, far: log seconds between moments of a visit given its events, and between visits given how many. stay: days in a shopper's gaps
    of over a day, together, given how many. near_alike, far_alike: how
    much of such a gap is the visit's or the shopper's own (correlation of normal scores, 0 to 1). unit: seconds of the log's clock.
    """

    near: QuantileLaw
    far: QuantileLaw
    stay: QuantileLaw
    near_alike: float
    far_alike: float
    calendar: Calendar
    unit: int


def learn_times(rows: LogRows, segment: Ints, segments: int) -> Times:
    """From a log with times. segment: int64 [rows], -1 none."""
    if rows.seconds is None:
        raise ValueError("a log without times")
    start, _ = runs(rows.moment)
    visit, time = rows.visit[start], rows.seconds[start]
    visit_start, size = runs(rows.visit)
    visits = np.bincount(rows.user[visit_start])
    last = rows.seconds[np.append(visit_start[1:], len(rows)) - 1]

    inside = np.flatnonzero((np.diff(visit) == 0) & (np.diff(time) > 0))
    near, near_of = np.log(np.diff(time)[inside]), visit[inside]
    of = rows.user[visit_start]
    between = np.flatnonzero(np.diff(of) == 0)
    far = np.log(np.maximum(rows.seconds[visit_start][1:] - last[:-1], 1)[between])
    long = np.flatnonzero(far > np.log(DAY))
    long_gaps, stay = (np.bincount(of[between][long], weight) for weight in (np.ones(len(long)), np.exp(far[long]) / DAY))
    stays = np.flatnonzero(long_gaps)
    units = [unit for unit in UNITS if (time % unit == 0).all()]
    return Times(
        near=learn_law(near, size[near_of], edges=(SIZE_EDGES,)),
        far=learn_law(far, visits[of[between]], edges=(VISIT_EDGES,)),
        stay=learn_law(stay[stays], long_gaps[stays], edges=(LONG_EDGES,)),
        near_alike=alike(near, near_of),
        far_alike=alike(far, of[between]),
        calendar=learn_calendar(rows.seconds, rows.seconds[visit_start], last, size, of, segment[visit_start], segments),
        unit=units[-1],
    )


def alike(values: Floats, group: Ints) -> float:
    """Correlation of the normal scores of two values of one group (intraclass, from neighbours in the group), 0 to 0.9."""
    if len(values) < 3:
        return 0.0
    score = np.empty(len(values))
    score[np.argsort(values, kind="stable")] = ndtri((np.arange(len(values)) + 0.5) / len(values))
    same = np.diff(group) == 0
    if same.sum() < 2:
        return 0.0
    return float(np.clip((score[1:] * score[:-1])[same].mean(), 0.0, 0.9))


def shared_chance(group: Ints, share: float, rng: np.random.Generator) -> Floats:
    """Chances in [0, 1), `share` of whose normal scores is one draw for each group: float64 [len(group)]."""
    own = rng.standard_normal(int(group.max(initial=-1)) + 1)[group]
    score = np.sqrt(share) * own + np.sqrt(1.0 - share) * rng.standard_normal(len(group))
    return np.asarray(np.minimum(ndtr(score), np.nextafter(1.0, 0.0)))


def draw_times(times: Times, visits: Ints, sizes: Ints, begins: NDArray[np.bool_], segment: Ints, rng: np.random.Generator) -> Ints:
    """Seconds since 1970 of every event, visit by visit, shopper by shopper.

    visits: int64 [shoppers], how many each has. sizes: int64 [visits], events of each. begins: bool [events], which begin a moment.
    segment: int64 [shoppers], -1 none.
    """
    of_visit = np.repeat(np.arange(len(sizes)), sizes)
    first_row = np.cumsum(sizes) - sizes
    step = np.zeros(len(begins))
    gap = np.flatnonzero(begins & (np.arange(len(begins)) != first_row[of_visit]))
    u = shared_chance(of_visit[gap], times.near_alike, rng)
    near = np.exp(times.near.draw(u, sizes[of_visit[gap]], smooth=True))
    step[gap] = np.clip(np.round(near / times.unit), 1, max(VISIT_GAP // times.unit, 1)) * times.unit
    offset = np.cumsum(step)
    offset -= offset[first_row][of_visit]
    duration = offset[np.cumsum(sizes) - 1]

    user = np.repeat(np.arange(len(visits)), visits)
    opening = np.zeros(len(sizes), dtype=np.bool_)
    opening[np.cumsum(visits) - visits] = True
    u = shared_chance(user, times.far_alike, rng)
    far = np.where(opening, 0.0, np.exp(times.far.draw(u, visits[user], smooth=True)))
    far = np.where(opening, 0.0, np.maximum(far, VISIT_GAP + times.unit))
    far = _fitted(times, far, duration, user, rng)

    outing = np.cumsum(opening | (far >= SAME_OUTING)) - 1  # visits that follow one another closely share a day and an hour
    head, count = runs(outing)
    lead = far + np.concatenate([[0.0], duration[:-1]])  # from the start of the visit before to this one's
    since = np.cumsum(lead)
    since -= since[head][outing]
    raw = np.cumsum(np.where(opening, 0.0, lead))
    raw -= raw[np.flatnonzero(opening)][user]
    rows_since = offset + since[of_visit]
    events = np.add.reduceat(sizes, head)
    length = since[head + count - 1] + duration[head + count - 1]
    day = draw_days(times.calendar, raw[head] / DAY, length / DAY, user[head], events, rng)
    hour = draw_hours(times.calendar, segment[user[head]], day, rows_since, events, times.unit, rng)
    start = times.calendar.first_day * DAY + day * DAY + hour
    start = _in_order(start, length, user[head])
    start = _back(start, length, user[head], times.calendar)
    found = start[outing[of_visit]] + rows_since
    return np.asarray(np.floor(found / times.unit).astype(np.int64) * times.unit)


def _fitted(times: Times, far: Floats, duration: Floats, user: Ints, rng: np.random.Generator) -> Floats:
    """Gaps of over a day stretched to how long shoppers with so many of them stay, and to fit into the log's days."""
    long = far > DAY
    fixed = np.bincount(user, np.where(long, 0.0, far) + duration)
    free, gaps = np.bincount(user, np.where(long, far, 0.0)), np.bincount(user, long)
    stay = times.stay.draw(rng.random(len(free)), gaps, smooth=True) * DAY
    most = np.maximum((times.calendar.days - 1) * DAY - fixed, 0.0)
    wanted = np.minimum(np.clip(stay, free / STRETCH, free * STRETCH), most)
    return np.where(long, np.maximum(far * (wanted / np.maximum(free, 1.0))[user], SAME_OUTING), far)


def _in_order(start: Floats, length: Floats, user: Ints) -> Floats:
    """Outings that would begin before the one before has ended move on by whole days."""
    found = start.copy()
    for _ in range(60):
        early = (np.diff(user) == 0) & (found[1:] <= found[:-1] + length[:-1] + VISIT_GAP)
        if not early.any():
            break
        found[1:][early] += DAY
    return found


def _back(start: Floats, length: Floats, user: Ints, calendar: Calendar) -> Floats:
    """Shoppers who would come after the log's last day begin earlier, by whole days; where that is not enough, they come more often."""
    opening = np.flatnonzero(np.diff(user, prepend=-1) != 0)
    end = np.maximum.reduceat(start + length, opening)
    close = float((calendar.first_day + calendar.days) * DAY - 1)
    over = np.ceil(np.maximum(end - close, 0) / DAY)
    room = np.maximum(start[opening] // DAY - calendar.first_day, 0)
    moved = start - (np.minimum(over, room) * DAY)[user]
    lasts = np.add.reduceat(length, opening)
    took = end - np.minimum(over, room) * DAY - moved[opening]
    ratio = np.clip((close - moved[opening] - lasts) / np.maximum(took - lasts, 1.0), 0.0, 1.0)
    before = np.cumsum(length) - length
    before -= before[opening][user]
    return np.asarray(moved[opening][user] + before + (moved - moved[opening][user] - before) * ratio[user])
