"""What some rules learn from the log itself: the shape of product codes, how late is too late, who is no person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb

from recsys_core.data.engine import quote
from recsys_core.data.rules import CODES, FUTURE, PLACEHOLDER, ROBOTS, Rule

_SHARE = 0.98  # of rows, and of different codes, that have one shape before another shape is taken for no product
_SHAPE = "^([0-9]{4,})[A-Z]*$"
_SAMPLE_FROM = 1_000_000  # rows: of a longer log a thousandth is looked at first, for most logs' codes have no common shape
_FEWEST_DIGITS = 4
_PLACEHOLDERS_BEFORE = "1970-01-02"
_AFTER_PLACEHOLDERS = 0.9  # share of the rows that are later than 1970: a log of older times has no placeholders
_LATE = 0.999
_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Judgement:
    """A rule as it is applied to one log. where: SQL over `judged`, "false" where the rule has nothing to say."""

    rule: Rule
    where: str


def judgements(engine: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[Judgement]:
    """The rules with their parameters, given or learnt from the table `log`. Makes the table `robots` (user_id) where it is asked for.

    The learnt shape of product codes becomes a value of its rule, for it is true of the shop; times are true of this file alone.
    """
    names = {rule.name for rule in rules}
    limits = _time_limits(engine) if {PLACEHOLDER, FUTURE} & names else {}
    found = []
    for rule in rules:
        if rule.name == CODES and rule.value("pattern") is None:
            pattern = learn_code_shape(engine)
            rule = rule if pattern is None else replace(rule, values={"pattern": pattern})
        if rule.name == ROBOTS:
            _find_robots(engine, rule)
        found.append(Judgement(rule, _where(rule, limits)))
    return found


def _where(rule: Rule, limits: dict[str, str]) -> str:
    if not rule.parameters or rule.name == ROBOTS:
        return rule.drop_where
    (parameter,) = rule.parameters
    value = rule.value(parameter.name) or limits.get(rule.name)
    if value is None:
        return "false"
    text = quote(str(value))
    return rule.drop_where.format(**{parameter.name: f"TIMESTAMP {text}" if parameter.kind == "time" else text})


def learn_code_shape(engine: duckdb.DuckDBPyConnection) -> str | None:
    """A pattern that nearly all product codes have, some digits and then perhaps letters; None where they have none, or all have it.

    A code of digits alone is never taken for a fee or for postage, however many digits it has.
    """
    rows = engine.execute("SELECT count(*) FROM log").fetchall()[0][0]
    if rows > _SAMPLE_FROM and not _agreed(_shapes(engine, "log WHERE rowid % 1009 = 0"), 0.9):
        return None
    shapes = _shapes(engine, "log")
    digits = _agreed(shapes, _SHARE)
    if digits is None or len(shapes) == 1:
        return None
    numbers = engine.execute(
        f"SELECT count(*) FROM log WHERE length(item_id) <> {digits} AND regexp_full_match(item_id, '[0-9]+')"
    ).fetchall()[0][0]
    return f"[0-9]{{{digits}}}[A-Z]*" + ("|[0-9]+" if numbers else "")


def _shapes(engine: duckdb.DuckDBPyConnection, rows: str) -> dict[int, tuple[int, int]]:
    """Leading digits of a code (0 for another shape) -> how many codes and rows have so many."""
    found = engine.execute(
        f"SELECT length(regexp_extract(upper(item_id), {quote(_SHAPE)}, 1)) AS digits, count(*), sum(n)::BIGINT FROM "
        f"(SELECT item_id, count(*) AS n FROM (SELECT item_id FROM {rows}) WHERE item_id IS NOT NULL GROUP BY item_id) GROUP BY digits"
    )
    return {digits: (codes, n) for digits, codes, n in found.fetchall()}


def _agreed(shapes: dict[int, tuple[int, int]], share: float) -> int | None:
    """The number of digits that so large a share of the codes and of the rows begin with, if there is one."""
    codes, rows = (sum(found[side] for found in shapes.values()) for side in (0, 1))
    agreed = [digits for digits, (n, m) in shapes.items() if digits >= _FEWEST_DIGITS and n >= share * codes and m >= share * rows]
    return agreed[0] if agreed else None


def _time_limits(engine: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Rule -> the time that it drops from, or up to; without those that have nothing to drop."""
    found = engine.execute(
        "SELECT CAST(timestamp AS DATE) AS day, count(*) FROM log WHERE timestamp IS NOT NULL GROUP BY day ORDER BY day"
    ).fetchall()
    days: list[tuple[date, int]] = [(day, n) for day, n in found]
    total = sum(n for _, n in days)
    limits = {}
    epoch = date.fromisoformat(_PLACEHOLDERS_BEFORE)
    later = sum(n for day, n in days if day >= epoch + _YEAR)
    if days and days[0][0] < epoch and later >= _AFTER_PLACEHOLDERS * total:
        limits[PLACEHOLDER] = f"{_PLACEHOLDERS_BEFORE} 00:00:00"
    seen = 0
    for day, n in days:
        seen += n
        if seen >= _LATE * total:
            if days[-1][0] > day + _YEAR:
                limits[FUTURE] = f"{day + _YEAR} 00:00:00"
            break
    return limits


def _find_robots(engine: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Shoppers of very many events, on every day that they come."""
    engine.execute(
        "CREATE TABLE robots AS WITH active AS (SELECT user_id, count(*) AS n, count(DISTINCT CAST(timestamp AS DATE)) AS days "
        "FROM log WHERE user_id IS NOT NULL AND timestamp IS NOT NULL GROUP BY user_id) "
        f"SELECT user_id FROM active WHERE days > 1 AND n >= {rule.value('events_a_day')} * days "
        f"AND n >= {rule.value('times_typical')} * (SELECT quantile_disc(n, 0.99) FROM active)"
    )


def in_words(pattern: str) -> str | None:
    """A learnt pattern as an analyst would say it: '5 digits, then letters or none'; None for one that was given."""
    learnt = re.fullmatch(r"\[0-9\]\{(\d+)\}\[A-Z\]\*(\|\[0-9\]\+)?", pattern)
    return f"{learnt.group(1)} digits, then letters or none" if learnt else None
