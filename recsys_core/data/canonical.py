"""The SQL that turns a column as found into the one form Aisle keeps: text, number, time, whole number.

The form does not depend on the file's format: 17850.0 in a Parquet column of doubles, "17850.0" and " 17850 " in a CSV are all
the id "17850".
"""

from __future__ import annotations

from recsys_core.data.engine import name as identifier
from recsys_core.data.engine import quote
from recsys_core.data.roles import role
from recsys_core.data.sources import Column

MISSING_WORDS: tuple[str, ...] = ("", "nan", "null", "none", "<na>", "nat", "n/a", "#n/a", "\\n")
_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"}
_FLOATS = {"FLOAT", "DOUBLE"}
_TIMES = ("TIMESTAMP", "DATE")  # prefixes: also TIMESTAMP_NS, TIMESTAMP WITH TIME ZONE

# A number is a time by its size: from 1973 to 5138 seconds, milli-, micro- and nanoseconds since 1970 never overlap.
_EPOCH_UNITS: tuple[tuple[float, str], ...] = ((1e11, "1000000"), (1e14, "1000"), (1e17, "1"), (1e20, "0.001"))
_EARLIEST_EPOCH = 1e8  # 1973; smaller numbers are day counts or steps, not times


def text(column: Column) -> str:
    """Trimmed text, NULL for empty and for the usual words for 'missing'; whole numbers without a decimal point."""
    raw = identifier(column.sql)
    if column.type in _INTEGERS:
        return f"CAST({raw} AS VARCHAR)"
    if column.type in _FLOATS:
        return (
            f"CASE WHEN isfinite({raw}) THEN CASE WHEN {raw} = trunc({raw}) AND abs({raw}) < 1e15 "
            f"THEN CAST(CAST({raw} AS BIGINT) AS VARCHAR) ELSE CAST({raw} AS VARCHAR) END END"
        )
    plain = _trimmed(raw if column.type == "VARCHAR" else f"CAST({raw} AS VARCHAR)")
    whole = f"CASE WHEN suffix({plain}, '.0') THEN regexp_replace({plain}, '^(-?\\d+)\\.0$', '\\1') ELSE {plain} END"
    missing = ", ".join(quote(word) for word in MISSING_WORDS)
    return f"CASE WHEN lower({plain}) NOT IN ({missing}) THEN {whole} END"


def number(column: Column) -> str:
    """A finite double, or NULL."""
    raw = identifier(column.sql)
    if column.type in _INTEGERS or column.type.startswith("DECIMAL"):
        return f"CAST({raw} AS DOUBLE)"
    if column.type == "DOUBLE":
        value = raw
    else:  # a FLOAT goes through text, so that 2.55 is the number that a CSV of the same log gives
        value = f"TRY_CAST({_trimmed(f'CAST({raw} AS VARCHAR)')} AS DOUBLE)"
    return f"CASE WHEN isfinite({value}) THEN {value} + 0.0 END"  # + 0.0: there is one zero


def whole(column: Column) -> str:
    """A BIGINT, or NULL."""
    return f"TRY_CAST({identifier(column.sql) if column.type in _INTEGERS else text(column)} AS BIGINT)"


def time(column: Column) -> str:
    """A TIMESTAMP in UTC, or NULL: typed columns, ISO 8601 text (20101201 too), seconds to nanoseconds since 1970."""
    raw = identifier(column.sql)
    if column.type.startswith("TIMESTAMP WITH TIME ZONE"):
        return f"timezone('UTC', {raw})"
    if column.type.startswith(_TIMES):
        return f"CAST({raw} AS TIMESTAMP)"
    plain = text(column)
    size = f"TRY_CAST({plain} AS DOUBLE)"
    units = " ".join(f"WHEN {size} < {limit} THEN {_epoch(plain, size, factor)}" for limit, factor in _EPOCH_UNITS)
    return (
        f"CASE WHEN {size} IS NULL THEN {_iso(plain)} "
        f"WHEN regexp_full_match({plain}, '(19|20)\\d{{6}}') THEN CAST(try_strptime({plain}, '%Y%m%d') AS TIMESTAMP) "
        f"WHEN {size} < {_EARLIEST_EPOCH} THEN NULL {units} END"
    )


def canonical(role_name: str, column: Column) -> str:
    """The expression of a column in its role."""
    kind = role(role_name).kind
    if kind == "number":
        return number(column)
    if kind == "time":
        return time(column)
    if kind == "order":
        return whole(column)
    if kind == "kind":
        return f"lower({text(column)})"
    return text(column)


def unreadable(role_name: str, column: Column) -> str | None:
    """True where a time or number column holds something else; None for columns that cannot."""
    kind = role(role_name).kind
    typed = column.type in _INTEGERS | _FLOATS or column.type.startswith(("DECIMAL", *_TIMES))
    if kind not in ("time", "number") or (typed and not (kind == "time" and column.type in _INTEGERS | _FLOATS)):
        return None
    return f"({canonical(role_name, column)} IS NULL AND {text(column)} IS NOT NULL)"


def _trimmed(raw: str) -> str:
    return f"trim({raw}, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(65279))"


def _iso(plain: str) -> str:
    """TRY_CAST to TIMESTAMP drops an offset such as +02:00, so text that has one goes through TIMESTAMPTZ."""
    offset = f"regexp_matches({plain}, '\\d[ ]?[+-]\\d\\d(:?\\d\\d)?$') AND contains({plain}, ':')"
    return f"CASE WHEN {offset} THEN timezone('UTC', TRY_CAST({plain} AS TIMESTAMPTZ)) ELSE TRY_CAST({plain} AS TIMESTAMP) END"


def _epoch(plain: str, size: str, factor: str) -> str:
    """Whole numbers stay whole: a double has no room for microseconds of today in nanoseconds."""
    if factor == "0.001":
        return f"make_timestamp(coalesce(TRY_CAST({plain} AS BIGINT) // 1000, CAST({size} / 1000 AS BIGINT)))"
    return f"make_timestamp(coalesce(TRY_CAST({plain} AS BIGINT) * {factor}, CAST({size} * {factor} AS BIGINT)))"
