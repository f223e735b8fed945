"""Roles of columns whose names say nothing, by what they hold alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.guessing.facts import Facts
from recsys_core.data.guessing.holds import is_yes_no
from recsys_core.data.guessing.moments import seconds_of
from recsys_core.data.guessing.names import read_name
from recsys_core.data.guessing.structure import closeness, decides, decides_by_chance, runs

Found = tuple[str, str, float, str]  # role, column, score, why


def by_content(
    silent: Mapping[str, Facts],
    missing: Collection[str],
    known: Mapping[str, str],
    every: Mapping[str, Facts],
    first: int,
    headed: bool,
) -> Iterator[Found]:
    """Claims for `missing` roles by columns of `silent` (those without a role); a column is used once.

    known: role -> column, as far as settled. every: all columns. headed: whether the columns have names: then only those whose name
    is not understood are looked at, and numbers are left alone unless the shopper or the product is not found by name either.
    """
    lost = not headed or ("user_id" in missing or "item_id" in missing)
    free = {name: facts for name, facts in silent.items() if facts.held and (not headed or _silent(name, lost))}
    found: dict[str, Found] = {}

    def take(role: str, column: Facts | None, score: float, why: str) -> None:
        if column is not None and role in missing and role not in found:
            found[role] = (role, column.name, score, why)
            free.pop(column.name, None)

    take("split", _first(free, lambda f: f.splits >= 0.95 and f.distinct >= 2), 0.8, "it says train, validation or test")
    take("event", _first(free, lambda f: f.kinds >= 0.8), 0.85, "it holds kinds of event")
    take("event", _first(free, _like_kinds), 0.6, "it holds a few words, kinds of event among them")
    times = {name: f for name, f in free.items() if f.time >= 0.95 and f.distinct > 1 and not _serial(f)}
    take("timestamp", max(times.values(), key=lambda f: f.unique, default=None), 0.8, "it holds dates or times")
    if not lost:
        yield from found.values()
        return
    time = every.get(found["timestamp"][1] if "timestamp" in found else known.get("timestamp", ""))
    take("rating", _first(free, _like_rating), 0.7, "it holds a few steps of a scale")
    ids = _ids(free)
    pair = _pair(ids, free, known, every, time, first, missing)
    for role, column, score, why in pair:
        take(role, column, score, why)
    settled = {**{role: every[column] for role, column in known.items() if column in every}, **{r: every[f[1]] for r, f in found.items()}}
    for role, column, score, why in _around(free, settled):
        take(role, column, score, why)
    yield from found.values()


def _silent(column: str, lost: bool) -> bool:
    """Whether a name leaves open what its column is; lost: an 'id' of something unknown does too."""
    words = read_name(column).words
    return not any(words) or (lost and not any(word - {"ID", "FLUFF"} for word in words))


def _first(free: Mapping[str, Facts], test: Callable[[Facts], bool]) -> Facts | None:
    return next((facts for facts in free.values() if test(facts)), None)


def _serial(facts: Facts) -> bool:
    """Whether numbers in the range of epoch seconds look like ids: a time repeats little or spreads."""
    return facts.numeric > 0.9 and facts.quantile(0.0) == facts.quantile(1.0)


def _like_kinds(facts: Facts) -> bool:
    """A few single words of which some are known: 'purchase' and 'play'."""
    return 2 <= facts.distinct <= 12 and facts.kinds >= 0.1 and facts.lettered > 0.99 and facts.words < 1.5 and facts.length <= 24


def _like_rating(facts: Facts) -> bool:
    """Steps of 1 or 1/2 from 0 to 5 or 10, of which the highest are not the rarest."""
    if facts.numeric < 0.98 or not 3 <= facts.distinct <= 21 or facts.rows < 20:
        return False
    numbers = facts.numbers[np.isfinite(facts.numbers)]
    if numbers.min() < 0 or numbers.max() > 10 or not np.all(numbers * 2 == np.trunc(numbers * 2)):
        return False
    return facts.quantile(0.5) >= 0.5 * numbers.max() and bool(numbers.max() >= 3)


def _ids(free: Mapping[str, Facts]) -> list[Facts]:
    """Columns that can be ids: whole numbers or codes, of several values."""
    return [f for f in free.values() if f.distinct >= 2 and not is_yes_no(f) and f.words < 1.6 and f.length < 65 and _whole_or_code(f)]


def _whole_or_code(facts: Facts) -> bool:
    return facts.numeric < 0.5 or (facts.whole >= 0.999 * facts.numeric and facts.quantile(0.0) >= 0)


def _pair(
    ids: list[Facts],
    free: Mapping[str, Facts],
    known: Mapping[str, str],
    every: Mapping[str, Facts],
    time: Facts | None,
    first: int,
    missing: Collection[str],
) -> Iterator[tuple[str, Facts, float, str]]:
    """Order, shopper and product among the columns of ids."""
    ids = [f for f in ids if not _constant_like(f)]
    varied = sorted(ids, key=lambda f: -f.distinct)
    texts = [f for f in free.values() if f.words >= 1.6 and f.lettered > 0.9 and f.distinct >= 10]
    user, item = every.get(known.get("user_id", "")), every.get(known.get("item_id", ""))
    order = _order(varied, time) if len(varied) >= 2 and "order_id" in missing else None
    rest = [f for f in ids if f is not order and f.distinct >= max(2, min(10, f.held // 50))]
    why_item, score_item = "it is the other column of ids", 0.55
    if item is None and "item_id" in missing:
        named = [(f, t) for f in rest for t in texts if (decides(f, t) or 0) >= 0.9 > decides_by_chance(f, t)]
        grouped = [
            (f, g)
            for f in rest
            for g in ids
            if g is not f
            and g is not order
            and 2 * g.distinct < f.distinct
            and (decides(f, g) or 0) > 0.98
            and decides_by_chance(f, g) < 0.8
            and not (order is not None and (decides(order, g) or 0) > 0.98)
        ]
        if named:
            item, why_item, score_item = max(named, key=lambda each: each[0].distinct)[0], "it decides the title beside it", 0.75
        elif grouped and len(rest) >= 3:
            item, why_item, score_item = max(grouped, key=lambda each: each[0].distinct)[0], "it decides the category beside it", 0.7
    if user is None and "user_id" in missing:
        owners = [f for f in rest if f is not item and order is not None and (decides(order, f) or 0) > 0.98]
        if owners:
            user = max(owners, key=lambda f: f.distinct)
            yield "user_id", user, 0.75, "each order has one of it"
    if order is not None:
        yield "order_id", order, 0.6, "its rows share one time and one shopper"
    candidates = [f for f in rest if f is not item and f is not user]
    seconds = None if time is None else seconds_of(time)
    if user is None and "user_id" in missing:
        user, score, why = _shopper(candidates, item, seconds, first)
        if user is not None:
            yield "user_id", user, score, why
            if score >= 0.7:
                score_item, why_item = max(score_item, 0.7), why_item
            candidates = [f for f in candidates if f is not user]
    if item is None and "item_id" in missing:
        item = max(candidates, key=lambda f: f.distinct, default=None) if len(candidates) != 2 else _finer(candidates)
        if item is None and texts:
            item, why_item, score_item = max(texts, key=lambda f: f.distinct), "it holds names, and nothing else says what was bought", 0.65
    if item is not None and "item_id" in missing:
        yield "item_id", item, score_item, why_item


def _finer(candidates: list[Facts]) -> Facts:
    """Of two columns the one that decides the other: a product has one category."""
    return max(candidates, key=lambda f: f.distinct)


def _constant_like(facts: Facts) -> bool:
    return bool(facts.counts[0] > 0.9 * facts.held)


def _order(ids: list[Facts], time: Facts | None) -> Facts | None:
    """The column whose values come with one time and one value of another id column, and repeat."""
    for f in ids:
        if f.unique > 0.9 or time is None or f is time:
            continue
        if (decides(f, time) or 0) < 0.95 or decides_by_chance(f, time) > 0.8:
            continue
        owners = [g for g in ids if g is not f and g.distinct < f.distinct and (decides(f, g) or 0) > 0.98 and g.distinct > 1]
        owners = [g for g in owners if (decides(g, f) or 0) < 0.95]
        if owners:
            return f
    return None


def _shopper(
    candidates: list[Facts], item: Facts | None, seconds: NDArray[np.float64] | None, first: int
) -> tuple[Facts | None, float, str]:
    """Of columns of ids the one that is the shopper's."""
    if not candidates:
        return None, 0.0, ""
    if item is not None and len(candidates) == 1:
        return candidates[0], 0.7, "it is the column of ids beside the product's"
    if seconds is not None:
        near = [(closeness(f, seconds), f) for f in candidates]
        near = [(value, f) for value, f in near if value == value]
        if near:
            near.sort(key=lambda each: each[0])
            if len(near) == 1 or near[0][0] * 3 < near[1][0]:
                return near[0][1], 0.75, "its rows come in visits, close together in time"
    sorted_by = [(runs(f, first), f) for f in candidates]
    longest = max(sorted_by, key=lambda each: each[0])
    if longest[0] > 2 and all(longest[0] > 2 * value for value, f in sorted_by if f is not longest[1]):
        return longest[1], 0.6, "the file is sorted by it"
    return candidates[0], 0.4, "it is the first column of ids"


def _like_money(facts: Facts) -> bool:
    """Amounts that are often no whole numbers, none below zero, with three decimals at most: not the degrees of a map."""
    if facts.numeric < 0.95 or facts.whole > 0.7 or not facts.quantile(0.02) >= 0 or facts.distinct < 5:
        return False
    return facts.share(lambda value: len(value.rpartition("." if "." in value else ",")[2]) <= 3) > 0.9


def _around(free: Mapping[str, Facts], settled: Mapping[str, Facts]) -> Iterator[tuple[str, Facts, float, str]]:
    """Title, category, price and quantity, once the product is known."""
    item = settled.get("item_id")
    rest = dict(free)
    titles = [f for f in rest.values() if item is not None and f.lettered > 0.9 and f.words >= 1.6 and f.distinct >= 10]
    titles = [f for f in titles if item is not None and (decides(item, f) or 0) >= 0.6]
    if titles:
        title = max(titles, key=lambda f: f.distinct)  # of a track's and an artist's name the track's
        yield "title", title, 0.7, "a product has one of it"
        rest.pop(title.name)
    for f in list(rest.values()):
        if _like_money(f):
            listed = item is None or (decides(item, f) or 1) >= 0.65  # what a product costs is mostly the same
            yield "price" if listed else "value", f, 0.6, "it holds amounts with decimals"
            rest.pop(f.name)
            break
    for f in list(rest.values()):
        if f.whole > 0.99 and not is_yes_no(f) and f.quantile(0.25) >= 0 and f.quantile(0.5) <= 20 and f.distinct >= 3 and f.unique < 0.3:
            if item is None or (decides(item, f) or 0) < 0.95:
                yield "quantity", f, 0.5, "it holds small whole numbers"
                rest.pop(f.name)
                break
    for f in list(rest.values()):
        if item is None or f.distinct < 2 or is_yes_no(f) or 2 * f.distinct > item.distinct or (f.numeric > 0.5 and f.whole < 0.99):
            continue
        if (decides(item, f) or 0) > 0.98 and decides_by_chance(item, f) < 0.8 and (f.numeric > 0.5 or f.words < 6):
            yield "category", f, 0.6, "a product has one of it, and several products share it"
            break
