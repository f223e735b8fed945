"""The sentences that answer "which recommender should I use?": from the figures and the paired tests, and nothing beyond them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pages.ui import formats, league, words
from pages.ui import words_models as say

NAMED = 3  # level models called by name
NOTABLY_MORE = 1.2  # times as many products, before it is worth a sentence
SERIOUS = 0.5  # of the first one's hits: below it, showing many products is no merit


@dataclass(frozen=True)
class Verdict:
    """first: the answer. more: what else counts, may be empty."""

    first: str
    more: str = ""

    @property
    def text(self) -> str:
        """Both as one."""
        return f"{self.first} {self.more}".strip()


def verdict(table: Sequence[league.Row], names: Mapping[str, str], level: Sequence[league.Row]) -> Verdict:
    """What the league says in words. level: the rows that no test tells from the first. names: by run; told without what is in brackets."""
    if not table:
        return Verdict(say.VERDICT_NONE)
    names = {id_: league.short(name, "")[0] for id_, name in names.items()}
    first = table[0]
    form = say.VERDICT_FIRST_BASELINE if _is_baseline(first) and len(table) > 1 else say.VERDICT_FIRST
    purchase = words.tested_purchase(first.best.protocol)
    digits = _digits(table, level)
    answer = form.format(hits=_hits(first, digits), purchase=purchase, name=names[first.best.id])
    second = _second(table, names, level, digits)
    more = [_variety(table, names, level, digits), _floor(table, digits), _validation(table, names)]
    return Verdict(f"{answer} {second}", " ".join(each for each in more if each))


def _second(table: Sequence[league.Row], names: Mapping[str, str], level: Sequence[league.Row], digits: int) -> str:
    if len(table) == 1:
        return say.VERDICT_ALONE
    if level:
        told = [names[row.best.id] for row in level[:NAMED]]
        if len(level) == NAMED + 1:
            told.append(names[level[NAMED].best.id])
        elif len(level) > NAMED:
            told.append(say.OTHERS.format(n=len(level) - NAMED))
        return say.VERDICT_LEVEL.format(others=formats.listing(told))
    form = say.VERDICT_CLEAR if len(table) == 2 else say.VERDICT_CLEAR_ALL
    return form.format(other=names[table[1].best.id], hits=_hits(table[1], digits))


def _variety(table: Sequence[league.Row], names: Mapping[str, str], level: Sequence[league.Row], digits: int) -> str:
    """The model that shows notably more different products than the first, if it is any good."""
    first = table[0]
    rivals = [row for row in table[1:] if row.shown is not None and row.hits >= SERIOUS * first.hits]
    if not first.shown or not rivals:
        return ""
    most = max(rivals, key=lambda row: row.shown or 0.0)
    ratio = (most.shown or 0.0) / first.shown
    if ratio < NOTABLY_MORE:
        return ""
    told = {"name": names[most.best.id], "hits": _number(most, digits), "ratio": times(ratio), "leader": names[first.best.id]}
    form = say.VERDICT_MORE_LEVEL if most in level else say.VERDICT_MORE_SECOND if most is table[1] and not level else say.VERDICT_MORE
    return form.format(**told)


def _floor(table: Sequence[league.Row], digits: int) -> str:
    """What the best sellers alone would reach, where they were neither the first nor the second to be named."""
    floor = next((row for row in table[2:] if row.best.model == "popularity"), None)
    return say.VERDICT_FLOOR.format(hits=_number(floor, digits)) if floor else ""


def _validation(table: Sequence[league.Row], names: Mapping[str, str]) -> str:
    """Where the run that Aisle uses by itself is another than the first in the test."""
    chosen = max(table, key=lambda row: league.validated(row.best))
    return "" if chosen is table[0] else say.VERDICT_VALIDATION.format(name=names[chosen.best.id])


def times(ratio: float) -> str:
    """1.97 -> "twice", 1.4 -> "1.4 times"."""
    whole = round(ratio)
    return say.TIMES[whole] if whole in say.TIMES and abs(ratio - whole) < 0.1 * whole / 2 else say.TIMES_OTHER.format(ratio=ratio)


def _is_baseline(row: league.Row) -> bool:
    return league.group_of(row.best) == "baseline"


def _digits(table: Sequence[league.Row], level: Sequence[league.Row]) -> int:
    """One decimal where a test tells the first two apart and whole shoppers would not."""
    return int(len(table) > 1 and not level and round(100 * table[0].hits) == round(100 * table[1].hits))


def _number(row: league.Row, digits: int) -> str:
    return f"{100 * row.hits:.{digits}f}"


def _hits(row: league.Row, digits: int) -> str:
    return f"{_number(row, digits)} of 100"
