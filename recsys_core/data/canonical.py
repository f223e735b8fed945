"""The SQL that turns a column as found into the one form Aisle keeps: text, number, time, whole number.

The form does not depend on the file's format: 17850.0 in a Parquet column of doubles, "17850.0" and " 17850 " in a CSV are all
the id "17850". Forms build on each other (found -> text -> number -> time), and each is worked out once a row, in a query of its own:
DuckDB would evaluate a nested expression again wherever it occurs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recsys_core.data.engine import name as identifier
from recsys_core.data.engine import quote
from recsys_core.data.guessing.dates import TimeForm, clock_sql
from recsys_core.data.guessing.numbers import NumberForm
from recsys_core.data.roles import role
from recsys_core.data.sources import Column

MISSING_WORDS: tuple[str, ...] = ("", "nan", "null", "none", "<na>", "nat", "n/a", "#n/a", "\\n")
_WHOLE = "1e16"  # from here on programs write a whole number as 1.2e+16
HASH_DIGITS = 32  # 128 bits: no two of a billion persons share them
_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"}
_FLOATS = {"FLOAT", "DOUBLE"}
_TIMES = ("TIMESTAMP", "DATE")  # prefixes: also TIMESTAMP_NS, TIMESTAMP WITH TIME ZONE

# A number is a time by its size: from 1973 to 5138 seconds, milli-, micro- and nanoseconds since 1970 never overlap.
_EPOCH_UNITS: tuple[tuple[float, int], ...] = ((1e11, 1_000_000), (1e14, 1_000), (1e17, 1))  # below: microseconds in one
_NANOSECONDS_BELOW = 1e20
_EARLIEST_EPOCH = 1e8  # 1973; smaller numbers are day counts or steps, not times
_TIMES_FROM, _TIMES_BEFORE = "1900-01-01", "2201-01-01"  # beyond: a placeholder such as 9999-12-31, no time of an event


@dataclass(frozen=True)
class Reading:
    """One column to read: as `role` (None: as text), under the SQL name `name`.

    time, number: how its text is written, where that is not the usual way. hashed: whether only a hash of it is kept.
    clock: the column with the time of day, of one that holds dates alone.
    """

    name: str
    column: Column
    role: str | None = None
    time: TimeForm | None = None
    number: NumberForm | None = None
    hashed: bool = False
    clock: Column | None = None

    @property
    def kind(self) -> str:
        """What it is read as."""
        return role(self.role).kind if self.role else "text"


def canonical_query(scan: str, readings: Sequence[Reading], *, keep_unreadable: bool = False) -> str:
    """SQL for the columns in their canonical form, by their names, plus `unreadable_time` and `unreadable_number`.

    scan: the SQL of the table as found. An unreadable cell holds something, but nothing of its column's kind.
    keep_unreadable: with `odd_NAME` for each column that can have such cells: their text, NULL elsewhere.
    """
    found, texts, numbers, times, values, odd = [], [], [], [], [], []
    unreadable: dict[str, list[str]] = {"time": [], "number": []}
    for place, reading in enumerate(readings):
        f, t, n = f"f{place}_", f"t{place}_", f"n{place}_"
        found.append(f"{_found(reading.column)} AS {f}")
        texts.append(f"{_text(reading.column.type, f)} AS {t}")
        if reading.kind in ("time", "number") and not _is_time(reading.column.type):
            numbers.append(f"{_number(reading.column.type, f, t, reading.number)} AS {n}")
        value = _value(reading, f, t, n)
        if reading.kind == "time":
            if reading.clock is not None:
                found.append(f"{_found(reading.clock)} AS c{place}_")
                value = f"coalesce(CAST({value} AS DATE) + {clock_sql(f'c{place}_')}, {value})"
            times.append(f"{value} AS w{place}_")
            value = f"CASE WHEN w{place}_ >= TIMESTAMP '{_TIMES_FROM}' AND w{place}_ < TIMESTAMP '{_TIMES_BEFORE}' THEN w{place}_ END"
        values.append(f"{value} AS {reading.name}")
        if reading.kind in unreadable and not _never_unreadable(reading):
            test = f"({reading.name} IS NULL AND {_something(reading.column.type, f, t)})"
            unreadable[reading.kind].append(test)
            typed = reading.column.type in _FLOATS or _is_time(reading.column.type)  # whose text nothing else needs
            odd.append(f"CASE WHEN {test} THEN {_text(reading.column.type, f) if typed else t} END AS odd_{reading.name}")
    names = ", ".join(reading.name for reading in readings)
    flags = ", ".join(f"{' OR '.join(tests) or 'false'} AS unreadable_{kind}" for kind, tests in unreadable.items())
    query = f"SELECT {', '.join(found)} FROM {scan}"
    for layer in (texts, numbers, times, values):
        query = f"SELECT {', '.join(['*', *layer])} FROM ({query})"
    return f"SELECT {', '.join([names, flags, *(odd if keep_unreadable else [])])} FROM ({query})"


def text(column: Column) -> str:
    """Trimmed text, NULL for empty and for the usual words for 'missing'; whole numbers without a decimal point. One expression."""
    return _text(column.type, _found(column))


def _found(column: Column) -> str:
    """The column as it is if it is typed, as trimmed text if not."""
    raw = identifier(column.sql)
    if column.type in _INTEGERS | _FLOATS or column.type.startswith(("DECIMAL", *_TIMES)):
        return raw
    raw = raw if column.type == "VARCHAR" else f"CAST({raw} AS VARCHAR)"
    visible = f"ord({raw}) BETWEEN 33 AND 126 AND ord(right({raw}, 1)) BETWEEN 33 AND 126"  # four times as fast as the trim it spares
    return f"CASE WHEN {visible} THEN {raw} ELSE trim({raw}, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(65279)) END"


def _text(type: str, found: str) -> str:
    if type in _INTEGERS or type.startswith(_TIMES):
        return f"CAST({found} AS VARCHAR)"
    if type in _FLOATS:
        return (
            f"CASE WHEN NOT isnan({found}) THEN CASE WHEN {found} = trunc({found}) AND abs({found}) < {_WHOLE} "
            f"THEN CAST(CAST({found} AS BIGINT) AS VARCHAR) ELSE CAST({found} AS VARCHAR) END END"
        )
    plain = f"CAST({found} AS VARCHAR)" if type.startswith("DECIMAL") else found
    missing = ", ".join(quote(word) for word in MISSING_WORDS)
    longest = max(map(len, MISSING_WORDS))
    return (
        f"CASE WHEN length({plain}) <= {longest} AND lower({plain}) IN ({missing}) THEN NULL "
        f"WHEN suffix({plain}, '.0') THEN regexp_replace({plain}, '^(-?\\d+)\\.0$', '\\1') ELSE {plain} END"
    )


def hashed(text: str) -> str:
    """SQL for what is kept of a person's address or name: half of a SHA-256 in small letters, the same wherever the same person comes."""
    return f"left(sha256(lower({text})), {HASH_DIGITS})"


def _number(type: str, found: str, text: str, form: NumberForm | None = None) -> str:
    """A finite double, or NULL."""
    if type in _INTEGERS or type.startswith("DECIMAL"):
        return f"CAST({found} AS DOUBLE)"
    # A FLOAT goes through text, so that 2.55 is the number that a CSV of the same log gives.
    value = found if type == "DOUBLE" else f"TRY_CAST({form.sql(text) if form else text} AS DOUBLE)"
    return f"CASE WHEN isfinite({value}) THEN {value} + 0.0 END"  # + 0.0: there is one zero


def _value(reading: Reading, found: str, text: str, number: str) -> str:
    if reading.kind == "number":
        return number if not _is_time(reading.column.type) else "CAST(NULL AS DOUBLE)"
    if reading.kind == "time":
        if _is_time(reading.column.type):
            return _typed_time(reading.column.type, found)
        usual = _time(text, number)
        return f"coalesce({reading.time.sql(text, number)}, {usual})" if reading.time else usual
    if reading.kind == "order":
        return f"TRY_CAST({text} AS BIGINT)"
    if reading.hashed:
        return hashed(text)
    if reading.kind == "kind":
        return f"lower({text})"
    return text if reading.role else truth(text, otherwise=_moment(text))


def truth(text: str, otherwise: str | None = None) -> str:
    """SQL for the text with 'True' and 'TRUE' as 'true': a CSV by pandas and a Parquet column of booleans say the same.

    otherwise: SQL for any other text, as it is if not given.
    """
    return f"CASE WHEN length({text}) <= 5 AND lower({text}) IN ('true', 'false') THEN lower({text}) ELSE {otherwise or text} END"


def _moment(text: str) -> str:
    """SQL for the text with an ISO time written in one way: a CSV has 2026-03-31 where Parquet and Excel have 2026-03-31 00:00:00,
    and JSON 2026-03-31T00:00:00.000.
    """
    iso = r"^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d*[1-9])?\.?0*$"
    one = f"regexp_replace(regexp_replace({text}, '{iso}', '\\1 \\2\\3'), '^(\\d{{4}}-\\d\\d-\\d\\d) 00:00:00$', '\\1')"
    likely = f"{text}[5] = '-' AND {text}[17] = ':'"  # regular expressions alone are slow
    return f"CASE WHEN length({text}) BETWEEN 19 AND 29 THEN CASE WHEN {likely} THEN {one} ELSE {text} END ELSE {text} END"


def _typed_time(type: str, found: str) -> str:
    return f"timezone('UTC', {found})" if type.startswith("TIMESTAMP WITH TIME ZONE") else f"TRY_CAST({found} AS TIMESTAMP)"


def _time(text: str, number: str) -> str:
    """A TIMESTAMP in UTC, or NULL: ISO 8601 text (20101201 too), seconds to nanoseconds since 1970.

    TRY_CAST to TIMESTAMP drops an offset such as +02:00, so text that has one goes through TIMESTAMPTZ.
    """
    offset = f"contains({text}, ':') AND regexp_matches({text}, '\\d ?[+-]\\d\\d(:?\\d\\d)?$')"
    zoned = f"regexp_replace({text}, ' ?([+-]\\d\\d)(\\d\\d)$', '\\1:\\2')"  # DuckDB knows +01:00, not +0100
    iso = f"CASE WHEN {offset} THEN timezone('UTC', TRY_CAST({zoned} AS TIMESTAMPTZ)) ELSE TRY_CAST({text} AS TIMESTAMP) END"
    exact = f"TRY_CAST({text} AS BIGINT)"  # a double has no room for the microseconds of today in nanoseconds
    units = " ".join(
        f"WHEN {number} < {limit} THEN make_timestamp(coalesce({exact} * {factor}, CAST({number} * {factor} AS BIGINT)))"
        for limit, factor in _EPOCH_UNITS
    )
    return (
        f"CASE WHEN {number} IS NULL THEN {iso} "
        f"WHEN {number} BETWEEN 19000000 AND 20999999 AND regexp_full_match({text}, '(19|20)\\d{{6}}') "  # the regexp alone is slow
        f"THEN CAST(try_strptime({text}, '%Y%m%d') AS TIMESTAMP) "
        f"WHEN {number} < {_EARLIEST_EPOCH} THEN NULL {units} "
        f"WHEN {number} < {_NANOSECONDS_BELOW} THEN make_timestamp({exact} // 1000) END"
    )


def _is_time(type: str) -> bool:
    return type.startswith(_TIMES)


def _never_unreadable(reading: Reading) -> bool:
    """Whether every value of the column's type is of the kind it is read as: not so of floats, which may be infinite."""
    return reading.kind == "number" and (reading.column.type in _INTEGERS or reading.column.type.startswith("DECIMAL"))


def _something(type: str, found: str, text: str) -> str:
    """SQL for whether the cell holds anything; of a typed one without making it text."""
    if type in _FLOATS:
        return f"{found} IS NOT NULL AND NOT isnan({found})"
    return f"{found if _is_time(type) else text} IS NOT NULL"
