"""The ranking engine: the whole objective in one compiled pass, a user at a time, over many users at once.

`reference.py` is the same in plain numpy and is what a reader should read first. Order of operations (guides/studio.md §6.1): eligibility,
terms, pins (seeded into similarity, counts and caps), reserved places, greedy fill under caps, then the relax ladder: window, cap, minimum.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from recsys_core.errors import UnsupportedError
from recsys_core.ranking.blocks import in_blocks
from recsys_core.ranking.plan import JITTER, SMOOTHING, Flag, Listing, Plan, plain_plan
from recsys_core.ranking.pools import Pool, make_pool
from recsys_core.ranking.task import make_task

BLOCK = 512  # users a task: enough to hide the hand-over, few enough to keep two threads busy
PINNED, SOFT, RESERVED, WINDOW, CAP, MINIMUM, FALLBACK = (int(flag) for flag in Flag)
FAST = {"reassoc", "contract", "nsz", "arcp"}  # no 'nnan' and 'ninf': NaN and infinity keep their meaning


def rank(plan: Plan, pool: Pool, unit_vectors: NDArray[np.float32] | None = None, *, threads: int = 1) -> Listing:
    """Rank every pool by the plan. The result does not depend on `threads`.

    unit_vectors: float32 [items, d], rows of length 1, or 0 where an item has none: it is then like no other. Not needed where every
    trade-off is 0; raises UnsupportedError where it is needed and missing.
    """
    if plan.needs_vectors and unit_vectors is None:
        raise UnsupportedError("This model has no vectors for products, so variety cannot be tuned.", "Choose a run of another model.")
    if len(pool) != len(plan.trade_off):
        raise ValueError(f"a plan of {len(plan.trade_off)} users and a pool of {len(pool)}")
    task, users = make_task(plan, pool, unit_vectors), len(pool)
    listing = Listing.empty(users, plan.k)
    out = (listing.items, listing.flags, listing.value)
    if threads <= 1 or plan.exposure is not None:  # with exposure a list hangs on all before it
        _rank_users(task, 0, users, *out)
    else:
        in_blocks(lambda start, stop: _rank_users(task, start, stop, *out), users, threads=threads, block=BLOCK)
    return listing


def warm() -> None:
    """Compile the kernels, or load them from the cache, before somebody waits for them."""
    pool = make_pool(np.arange(2, dtype=np.int32)[None], np.ones((1, 2), np.float32), k=2)
    rank(plain_plan(1, 2, 2, 0.5), pool, np.eye(2, dtype=np.float32))


def _compiled(function: Any) -> Any:
    """A part of the loop: compiled for the loop alone, without the way in from Python, which takes longer to compile than the part."""
    alone: Any = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # numba takes them and its types leave them out
    return njit(nogil=True, cache=True, fastmath=FAST, error_model="numpy", **alone)(function)


@_compiled
def _has(start, items, user, item):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Whether a user had an item: binary search."""
    low, high = start[user], start[user + 1]
    while low < high:
        middle = (low + high) // 2
        if items[middle] < item:
            low = middle + 1
        else:
            high = middle
    return low < start[user + 1] and items[low] == item


@_compiled
def _gather(  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    user, candidates, eligible, pins, soft_pins, had_start, had_items, item, free, wanted, soft
):
    """The user's candidates, behind them the pins from outside the pool; where each pin sits among them. Returns how many they are."""
    n_pool, k = len(candidates), len(pins)
    for c in range(n_pool):
        item[c] = candidates[c]
        free[c] = item[c] >= 0 and eligible[item[c]]
    count = n_pool
    for place in range(k):
        wanted[place] = -1
        pin = pins[place]
        if pin >= 0 and eligible[pin] and not _has(had_start, had_items, user, pin):
            at = 0
            while at < count and item[at] != pin:
                at += 1
            if at == count:
                item[at] = pin
                free[at] = True
                count += 1
            if free[at]:  # else it is pinned twice
                wanted[place] = at
                free[at] = False
    for place in range(k):
        soft[place] = -1
        if soft_pins[place] >= 0 and wanted[place] < 0:
            for c in range(n_pool):
                if free[c] and item[c] == soft_pins[place]:
                    soft[place] = c
    return count


@_compiled
def _cosines(rows, best, count, needed, everything, out):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Cosine of the candidate `best` with all that are still needed."""
    for c in range(count):
        if everything or needed[c]:
            total = np.float32(0.0)
            for d in range(rows.shape[1]):
                total += rows[c, d] * rows[best, d]
            out[c] = total


@_compiled
def _condition(cosines, best, factors, rank, left, count):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """One step of Chen, Zhang & Zhou 2018, algorithm 1: left[c] becomes the squared distance of c to what is picked, `best` included."""
    root = 1.0 / np.sqrt(left[best])
    for c in range(count):
        factors[rank, c] = (1 - JITTER) * cosines[c]
    for s in range(rank):
        factor = factors[s, best]
        for c in range(count):
            factors[rank, c] -= factor * factors[s, c]
    for c in range(count):
        factors[rank, c] *= root
        left[c] = max(left[c] - factors[rank, c] * factors[rank, c], JITTER)  # S has no eigenvalue below epsilon


@_compiled
def _look_around(  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    place, window, set_wise, seats, cosines, nearest, factors, left, count
):
    """Similarity to what is within `window` places alone."""
    for c in range(count):
        nearest[c] = 0.0
        left[c] = 1.0
    rank = np.int64(0)  # a plain 0 would compile _condition a second time
    for at in range(max(0, place - window), min(len(seats), place + window + 1)):
        if seats[at] >= 0 and set_wise:
            _condition(cosines[at], seats[at], factors, rank, left, count)
            rank += 1
        elif seats[at] >= 0:
            for c in range(count):
                nearest[c] = max(nearest[c], cosines[at, c])


@_compiled
def _break_caps(most, windows, codes, seats, place, count, tally, full, broken):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Which caps each candidate would break at `place`, as flags: every stretch of `window` places that contains it is looked at."""
    k = len(seats)
    for c in range(count):
        broken[c] = 0
    for q in range(len(most)):
        window = min(windows[q], k) if windows[q] > 0 else k
        bit = WINDOW if windows[q] > 0 else CAP
        first, end = max(0, place - window + 1), min(place, k - window) + window
        for at in range(first, end):  # the stretch that ends at `at`
            if at - window >= first and seats[at - window] >= 0 and codes[q, seats[at - window]] >= 0:
                tally[codes[q, seats[at - window]]] -= 1
            if seats[at] >= 0 and codes[q, seats[at]] >= 0:
                code = codes[q, seats[at]]
                tally[code] += 1
                if tally[code] >= most[q]:
                    full[code] = True
        for c in range(count):
            if codes[q, c] >= 0 and full[codes[q, c]]:
                broken[c] |= bit
        for at in range(first, end):
            if seats[at] >= 0 and codes[q, seats[at]] >= 0:
                tally[codes[q, seats[at]]] = 0
                full[codes[q, seats[at]]] = False


@_compiled
def _pay(  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    place, n_pool, item, free, soft, seats, reserved, owed, distinct_owed, group, of_group, pays
):
    """How many debts each candidate would pay, and (how many this place must pay by the deadline, how many any candidate pays)."""
    total = distinct_owed
    for r in range(len(owed)):
        total += max(owed[r], 0)
    after = 0
    for at in range(place + 1, len(seats)):
        if seats[at] < 0 and not (soft[at] >= 0 and free[soft[at]]):
            after += 1
    most = 0
    if total > after:
        for c in range(n_pool):
            pays[c] = 0
            if free[c]:
                if distinct_owed > 0 and group[c] < len(of_group) - 1 and of_group[group[c]] == 0:
                    pays[c] += 1
                for r in range(len(owed)):
                    if owed[r] > 0 and reserved[r, item[c]]:
                        pays[c] += 1
                most = max(most, pays[c])
    return total - after, most


@_compiled
def _best(n_pool, free, need, pays, broken, worth):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """The most worth of those that break least (nothing, then windows, then caps); the first of equals. -1: none is left."""
    best, best_level, best_worth = -1, 3, -np.inf
    for c in range(n_pool):
        if free[c] and (worth[c] > best_worth or best_level > 0) and (need <= 0 or pays[c] >= need):
            level = 2 if broken[c] & CAP else (1 if broken[c] & WINDOW else 0)
            if level < best_level or (level == best_level and worth[c] > best_worth):
                best, best_level, best_worth = c, level, worth[c]
    return best


@_compiled
def _calibration_gain(balance, share, shown, k):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """gamma p log2(q~(n + 1) / q~(n)), q~(n) = .99 n/k + .01 p."""
    before = (1 - SMOOTHING) * shown / k + SMOOTHING * share
    return balance * share * np.log2((before + (1 - SMOOTHING) / k) / before)


@njit(nogil=True, cache=True, fastmath=FAST, error_model="numpy")  # type: ignore[untyped-decorator]
def _rank_users(task, start, stop, listed, flags, values):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Fills rows start to stop of the listing."""
    k, n_pool, n_caps, n_reserved = task.k, task.items.shape[1], len(task.cap_most), len(task.reserved_count)
    width, wide = n_pool + k, task.exposure_codes.size > 0
    item, group = np.empty(width, np.int32), np.empty(width, np.int32)
    free, base, worth = np.empty(width, np.bool_), np.empty(width), np.empty(width)
    rows, cosines = np.empty((width, task.vectors.shape[1]), np.float32), np.zeros((k, width), np.float32)
    nearest, left, factors = np.empty(width, np.float32), np.empty(width), np.empty((k if task.set_wise else 0, width))
    codes, broken, pays = np.empty((n_caps, width), np.int32), np.zeros(width, np.int64), np.zeros(width, np.int64)
    n_codes = task.cap_codes.max() + 1 if n_caps > 0 else 0
    tally, full = np.zeros(n_codes, np.int64), np.zeros(n_codes, np.bool_)
    n_groups = max(task.group.max() + 1, task.mix_groups.max() + 1 if task.mix_groups.size else 0)
    share, gain, of_group = np.zeros(n_groups + 1), np.zeros(n_groups + 1), np.zeros(n_groups + 1, np.int64)
    seats, wanted, soft = np.full(k, -1, np.int64), np.empty(k, np.int64), np.empty(k, np.int64)
    shown, all_shown = np.zeros(task.exposure_target.size), 0.0

    for user in range(start, stop):
        who = task.audience[user]
        weight = np.float64(task.trade_off[user])
        # 1 and 2: who may be shown, and what never changes of their worth
        count = _gather(
            user,
            task.items[user],
            task.eligible[who],
            task.pins[who],
            task.soft_pins[who],
            task.had_start,
            task.had_items,
            item,
            free,
            wanted,
            soft,
        )
        for c in range(count):
            known = max(item[c], 0)
            nearest[c] = 0.0
            left[c] = 1.0
            base[c] = task.static[who, known]
            if c < n_pool:
                base[c] += (1 - weight) * np.float64(task.relevance[user, c])
                if task.personal.size > 0:
                    base[c] += task.personal[user, c]
            if wide and task.exposure_codes[known] >= 0:
                code = task.exposure_codes[known]
                base[c] += task.exposure * (task.exposure_target[code] - (shown[code] / all_shown if all_shown > 0 else 0.0))
            group[c] = task.group[known] if task.group[known] >= 0 else n_groups
            for q in range(n_caps):
                codes[q, c] = task.cap_codes[q, known]
            if weight > 0:
                for d in range(rows.shape[1]):
                    rows[c, d] = task.vectors[known, d]
        if task.balance > 0:
            for at in range(task.mix_start[user], task.mix_start[user + 1]):
                g = task.mix_groups[at]
                share[g] = task.mix_shares[at]
                gain[g] = _calibration_gain(task.balance, share[g], of_group[g], k)
        owed = task.reserved_count.copy()
        picked = 0
        distinct = 0

        for turn in range(2 * k):  # 3: pinned places first, then the others from the top
            place = turn % k
            if (turn < k) != (wanted[place] >= 0):
                continue
            flag = 0
            best = -1
            if turn < k:
                best = wanted[place]
                flag = PINNED
            elif soft[place] >= 0 and free[soft[place]]:
                best = soft[place]
                flag = SOFT
            if task.window > 0 and weight > 0:
                _look_around(place, task.window, task.set_wise, seats, cosines, nearest, factors, left, count)
            for c in range(count):
                worth[c] = base[c]
            if task.balance > 0:
                for c in range(count):
                    worth[c] += gain[group[c]]
            if weight > 0 and task.set_wise:
                for c in range(count):
                    if free[c] or c == best:
                        worth[c] += weight * np.log(np.float32(left[c]))
            elif weight > 0:
                for c in range(count):
                    worth[c] -= weight * min(nearest[c], np.float32(1.0))
            if n_caps > 0:
                _break_caps(task.cap_most, task.cap_window, codes, seats, place, count, tally, full, broken)
            if best < 0:
                need = 0
                if n_reserved > 0 or task.min_distinct > 0:  # 4: the places left may have to pay what is still owed
                    distinct_owed = max(task.min_distinct - distinct, 0)
                    need, most = _pay(place, n_pool, item, free, soft, seats, task.reserved, owed, distinct_owed, group, of_group, pays)
                    if need > most:
                        need = most
                        flag |= MINIMUM
                    if need > 0:
                        flag |= RESERVED
                best = _best(n_pool, free, need, pays, broken, worth)  # 5 and 6
            if best < 0:
                continue
            flag |= broken[best]
            if task.own[user] <= best < n_pool:
                flag |= FALLBACK
            listed[user, place] = item[best]
            flags[user, place] = flag
            values[user, place] = worth[best]

            # the pick counts from now on
            seats[place] = best
            free[best] = False
            picked += 1
            for r in range(n_reserved):
                if task.reserved[r, item[best]]:
                    owed[r] -= 1
            g = group[best]
            of_group[g] += 1
            if g < n_groups:
                if of_group[g] == 1:
                    distinct += 1
                if share[g] > 0:
                    gain[g] = _calibration_gain(task.balance, share[g], of_group[g], k)
            if weight > 0 and picked < k:
                _cosines(rows, best, count, free, task.window > 0 or turn < k, cosines[place])
                if task.window == 0 and task.set_wise:
                    _condition(cosines[place], best, factors, picked - 1, left, count)
                elif task.window == 0:
                    for c in range(count):
                        nearest[c] = max(nearest[c], cosines[place, c])

        # ready for the next user
        if task.balance > 0:
            for at in range(task.mix_start[user], task.mix_start[user + 1]):
                share[task.mix_groups[at]] = 0.0
                gain[task.mix_groups[at]] = 0.0
        for place in range(k):
            if seats[place] >= 0:
                of_group[group[seats[place]]] = 0
                if wide:
                    attention = 1.0 / np.log2(place + 2.0)
                    all_shown += attention
                    if task.exposure_codes[item[seats[place]]] >= 0:
                        shown[task.exposure_codes[item[seats[place]]]] += attention
            seats[place] = -1
