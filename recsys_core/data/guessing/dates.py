"""How a column writes its times: ISO or since 1970 (no form needed), day or month first, month names, Chinese, Excel's day numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

_ISO = re.compile(
    r"(19|20|21)\d\d[-/]\d{1,2}[-/]\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?)?( ?(Z|UTC|GMT|[+-]\d{2}(:?\d{2})?))?", re.IGNORECASE
)
_COMPACT = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_NUMBERS = re.compile(r"(\d{1,4})([./\-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_EPOCH = re.compile(r"\d{9,19}(\.\d+)?")
_EPOCH_RANGES = tuple((unit * 3.0e8, unit * 4.2e9) for unit in (1, 1e3, 1e6, 1e9))  # 1979 to 2103
_CLOCK = re.compile(
    r"(?P<gap>,? ?T?,? *)(?P<hour>\d{1,2}):\d{2}(?P<seconds>:\d{2})?(?P<part>\.\d+)?(?P<half> ?[AaPp]\.?[Mm]\.?)?(?P<zone> ?(Z|UTC|GMT))?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_WEEKDAY = re.compile(r"(?P<day>mon|tue|wed|thu|fri|sat|sun)(?P<rest>[a-z]*)(?P<gap>,? )", re.IGNORECASE)
_UNIX = re.compile(r"(?i)(mon|tue|wed|thu|fri|sat|sun) ([a-z]{3}) (\d{1,2}) (\d\d:\d\d:\d\d) ([+-]\d{4}|[a-z]{3,4}) (\d{4})")

CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?( ?[AaPp][Mm])?")
DAY_FIRST, MONTH_FIRST, AMBIGUOUS = "day-first", "month-first", "ambiguous"
EXCEL_DAYS = (20_000.0, 65_000.0)  # 1954 to 2077


@dataclass(frozen=True)
class TimeForm:
    """How a column's times are read where they are neither ISO nor since 1970.

    formats: of strptime, the first that fits counts. excel: numbers are days since the last day but one of 1899.
    """

    formats: tuple[str, ...] = ()
    excel: bool = False

    def sql(self, text: str, number: str) -> str:
        """SQL for the TIMESTAMP in `text`, or NULL. number: SQL for the same as a number."""
        if self.excel:
            days = f"TIMESTAMP '1899-12-30' + to_seconds(round({number} * 86400))"
            return f"CASE WHEN {number} BETWEEN {EXCEL_DAYS[0]} AND {EXCEL_DAYS[1]} THEN {days} END"
        listed = ", ".join("'" + each.replace("'", "''") + "'" for each in self.formats)
        return f"CAST(try_strptime({_tidied(text)}, [{listed}]) AS TIMESTAMP)"


def clock_sql(text: str) -> str:
    """SQL for the TIME in the text of a time of day, or NULL."""
    forms = ", ".join(f"'{form}'" for form in ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p"))
    return f"CAST(try_strptime({text}, [{forms}]) AS TIME)"


def has_clock(text: str) -> bool:
    """Whether a date says the time of day: numbers since 1970 do, '2011-03-14' does not, nor does midnight."""
    return bool(re.search(r"\d:\d\d", text) or since_1970(text)) and not text.endswith(" 00:00:00")


@dataclass(frozen=True)
class Shape:
    """One way to write a date. date: strptime's format, with {a}/{b} for a day and a month that could change places."""

    date: str
    clock: str = ""

    @property
    def numeric(self) -> bool:
        """Whether day and month could change places."""
        return "{a}" in self.date


def looks_like_time(text: str) -> bool:
    """Whether `text` is a date or a time since 1970 in any form known here."""
    if _EPOCH.fullmatch(text):
        return since_1970(text) or bool(_COMPACT.fullmatch(text))
    return bool(_ISO.fullmatch(text) or _COMPACT.fullmatch(text)) or shape_of(text) is not None


def since_1970(text: str) -> bool:
    """Whether it is a number that can be seconds, milli-, micro- or nanoseconds since 1970, after 1979."""
    if not _EPOCH.fullmatch(text):
        return False
    number = float(text)
    return any(low <= number < high for low, high in _EPOCH_RANGES)


def is_iso(text: str) -> bool:
    """Whether the usual reading will do: ISO 8601 without a half of the day, 20110312, numbers since 1970."""
    return bool(_ISO.fullmatch(text) or _COMPACT.fullmatch(text) or _EPOCH.fullmatch(text))


def shape_of(text: str) -> Shape | None:
    """The form of a date that is not ISO; None where it is no date."""
    text = _tidy(text)
    numbers = _NUMBERS.match(text)
    if numbers:
        first, mark, second, third = numbers.groups()
        clock = _clock(text[numbers.end() :])
        if clock is None:
            return None
        if len(first) == 4:
            return Shape(f"%Y{mark}%m{mark}%d", clock) if _is_date(first, second, third) else None
        if len(first) > 2 or not 1 <= int(first) <= 31 or not 1 <= int(second) <= 31 or min(int(first), int(second)) > 12:
            return None
        if len(third) == 4 and not 1900 <= int(third) <= 2200:
            return None
        return Shape(f"{{a}}{mark}{{b}}{mark}{'%Y' if len(third) == 4 else '%y'}", clock)
    return _with_words(text)


def _with_words(text: str) -> Shape | None:
    """'12-Mar-2011', 'March 12, 2011', '2011年3月12日 08:26', 'Wed Aug 27 13:08:45 +0000 2008'."""
    if _UNIX.fullmatch(text):
        return Shape("%a %b %d %H:%M:%S", " %Y")
    chinese = re.match(r"\d{4}年\d{1,2}月\d{1,2}日?", text)
    if chinese:
        clock = _clock(text[chinese.end() :])
        return None if clock is None else Shape("%Y年%m月%d" + ("日" if chinese.group().endswith("日") else ""), clock)
    weekday = _WEEKDAY.match(text)
    prefix = ""
    if weekday:
        prefix = ("%A" if weekday["rest"] else "%a") + weekday["gap"]
        text = text[weekday.end() :]
    for pattern, form in (
        (r"(?P<d>\d{1,2})(?P<s>[ \-/.]\s?)(?P<m>[A-Za-z]{3,9})(?P<t>[ \-/.,]\s?)(?P<y>\d{4}|\d{2})(?!\d)", "%d{s}{m}{t}{y}"),
        (r"(?P<m>[A-Za-z]{3,9})(?P<s>[ \-/.]\s?)(?P<d>\d{1,2})(?P<t>,? |[\-/])(?P<y>\d{4}|\d{2})(?!\d)", "{m}{s}%d{t}{y}"),
        (r"(?P<y>\d{4})(?P<s>[ \-/.])(?P<m>[A-Za-z]{3,9})(?P<t>[ \-/.])(?P<d>\d{1,2})(?!\d)", "{y}{s}{m}{t}%d"),
    ):
        match = re.match(pattern, text)
        month = match and _month_format(match["m"])
        clock = match and _clock(text[match.end() :])
        if match and month and clock is not None:
            year = "%Y" if len(match["y"]) == 4 else "%y"
            return Shape(prefix + form.format(s=match["s"], t=match["t"], m=month, y=year), clock)
    spaced = re.fullmatch(r"(\d{1,2}) (\d{1,2}), (\d{4})", text)  # Amazon's '02 26, 2014'
    return Shape("{a} {b}, %Y") if spaced and min(int(spaced[1]), int(spaced[2])) <= 12 else None


def _month_format(word: str) -> str | None:
    lower = word.lower()
    return "%b" if lower in _MONTHS else "%B" if lower in _LONG_MONTHS else None


def _clock(rest: str) -> str | None:
    """The strptime format of what follows a date; None where that is no time of day."""
    if not rest:
        return ""
    match = _CLOCK.fullmatch(rest)
    if not match or int(match["hour"]) > 24 or not match["gap"]:
        return None
    hour = "%I" if match["half"] else "%H"
    half = (" " if (match["half"] or "").startswith(" ") else "") + "%p" if match["half"] else ""
    return f"{match['gap']}{hour}:%M{':%S' if match['seconds'] else ''}{'.%f' if match['part'] else ''}{half}{match['zone'] or ''}"


def _is_date(year: str, month: str, day: str) -> bool:
    return 1900 <= int(year) <= 2200 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def _tidy(text: str) -> str:
    """As `_tidied` does in SQL: one space between words, a.m. as am, Chinese halves of the day behind the time."""
    return re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", re.sub(r"([AaPp])\.[Mm]\.", r"\1m", re.sub(r"\s+", " ", text.strip())))


def _tidied(text: str) -> str:
    squeezed = f"regexp_replace({text}, '\\s+', ' ', 'g')"
    halves = f"regexp_replace({squeezed}, '([AaPp])\\.[Mm]\\.', '\\1m')"
    zone = f"regexp_replace({halves}, ' ([+-]\\d{{4}}|UTC|GMT|[A-Z]{{3,4}}) (\\d{{4}})$', ' \\2')"
    return f"regexp_replace({zone}, '(\\d)(st|nd|rd|th)\\b', '\\1')"


@dataclass(frozen=True)
class DateOrder:
    """Which of two numbers is the day. order: day-first, month-first or ambiguous (then day-first is taken); why: half a sentence."""

    order: str
    why: str
    against: int = 0  # rows that can only be read the other way


def day_or_month(dates: Mapping[tuple[int, int, int], int], in_order: Iterable[tuple[int, int, int]] = ()) -> DateOrder:
    """Decide on (first, second, year) -> rows of a whole column. in_order: the same as the rows come, for where that settles it."""
    first = sum(rows for (a, b, _), rows in dates.items() if a > 12 >= b)
    second = sum(rows for (a, b, _), rows in dates.items() if b > 12 >= a)
    if first or second:
        order = DAY_FIRST if first >= second else MONTH_FIRST
        high = max(max(a, b) for a, b, _ in dates)
        which = "first" if order == DAY_FIRST else "second"
        return DateOrder(order, f"the {which} number goes up to {high}", min(first, second))
    days = {DAY_FIRST: [(y, b, a) for a, b, y in dates], MONTH_FIRST: [(y, a, b) for a, b, y in dates]}
    spans = {order: _span(listed) for order, listed in days.items()}
    if len(dates) >= 3:
        for order, other in ((DAY_FIRST, MONTH_FIRST), (MONTH_FIRST, DAY_FIRST)):
            if spans[order] * 5 <= spans[other]:
                return DateOrder(order, "so the dates lie close together")
    listed = list(in_order)
    falls = {
        DAY_FIRST: _falls([(y, b, a) for a, b, y in listed]),
        MONTH_FIRST: _falls([(y, a, b) for a, b, y in listed]),
    }
    if len(set(listed)) >= 3 and 0 in falls.values() and max(falls.values()) > 0:
        return DateOrder(min(falls, key=lambda order: falls[order]), "so the rows are in order of time")
    return DateOrder(AMBIGUOUS, "no date says which number is the day")


def _span(days: Iterable[tuple[int, int, int]]) -> int:
    numbers = [date(y if y > 99 else 2000 + y, m, d).toordinal() for y, m, d in days]
    return max(numbers) - min(numbers) + 1 if numbers else 0


def _falls(days: list[tuple[int, int, int]]) -> int:
    return sum(later < earlier for earlier, later in pairwise(days))


@dataclass(frozen=True)
class Shapes:
    """The forms in which a column's values are written. iso: rows the usual reading will do for. found: the others, rows of each."""

    iso: int
    found: Mapping[Shape, int] = field(default_factory=dict)
    neither: int = 0

    @property
    def numeric(self) -> bool:
        """Whether day and month could change places somewhere."""
        return any(shape.numeric for shape in self.found)


def shapes_of(values: Iterable[tuple[str, int]]) -> Shapes:
    """The forms of (value, rows)."""
    found: Counter[Shape] = Counter()
    iso = neither = 0
    for text, rows in values:
        if is_iso(text):
            iso += rows
        elif (shape := shape_of(text)) is not None:
            found[shape] += rows
        else:
            neither += rows
    return Shapes(iso, dict(found), neither)


def time_form(shapes: Shapes, order: str | None) -> TimeForm | None:
    """The form that reads all the shapes; None where the usual reading will do. order: of day and month."""
    if not shapes.found:
        return None
    a, b = ("%m", "%d") if order == MONTH_FIRST else ("%d", "%m")
    formats: dict[str, None] = {}
    for shape in sorted(shapes.found, key=lambda each: ("%y" not in each.date, -shapes.found[each])):  # %Y would read 11 as the year 11
        start = shape.date.replace("{a}", a).replace("{b}", b)
        for clock in dict.fromkeys((shape.clock, *_other_clocks(shape.clock))):
            formats[start + clock] = None
    return TimeForm(tuple(formats))


def _other_clocks(clock: str) -> tuple[str, ...]:
    """Times of day that later rows may have, where the sample's have `clock`."""
    if clock == " %Y":
        return ()
    gap = clock[: clock.find("%")] if "%" in clock else " "
    if "%p" in clock:
        return (f"{gap}%I:%M %p", f"{gap}%I:%M:%S %p", f"{gap}%I:%M%p", f"{gap}%I:%M:%S%p", "")
    return (f"{gap}%H:%M", f"{gap}%H:%M:%S", f"{gap}%H:%M:%S.%f", "")
