"""Figures and dates as people read them: thousands separated, one decimal in percentages, intervals as ±, money with its sign."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

MISSING = "–"
_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "CNY": "¥", "INR": "₹"}


def is_missing(value: Any) -> bool:
    """True for None, NaN and NaT."""
    return value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>", "nan")


def count(value: float | None) -> str:
    """12345 -> "12,345"."""
    return MISSING if is_missing(value) else f"{round(float(value or 0)):,}"


def percent(share: float | None, decimals: int = 1) -> str:
    """0.1179 -> "11.8 %"."""
    return MISSING if is_missing(share) else f"{100 * float(share or 0):.{decimals}f} %"


def decimal(value: float | None, digits: int = 3) -> str:
    """0.21534 -> "0.215"."""
    return MISSING if is_missing(value) else f"{float(value or 0):.{digits}f}"


def interval(value: float, low: float | None, high: float | None, digits: int = 3) -> str:
    """A figure with half its interval's width: "0.215 ± 0.008"."""
    if is_missing(low) or is_missing(high):
        return decimal(value, digits)
    return f"{value:.{digits}f} ± {(float(high or 0) - float(low or 0)) / 2:.{digits}f}".replace("-", "−")


def of_100(share: float | None) -> str:
    """0.234 -> "23 of 100"."""
    return MISSING if is_missing(share) else f"{round(100 * float(share or 0))} of 100"


def money(value: float | None, currency: str | None = None) -> str:
    """3.25, "GBP" -> "£3.25"; whole amounts from a thousand on. Without a currency the bare figure."""
    if is_missing(value):
        return MISSING
    amount = float(value or 0)
    text = f"{amount:,.0f}" if abs(amount) >= 1000 else f"{amount:,.2f}"
    if not currency:
        return text
    sign = currency_sign(currency)
    return f"{sign}{text}" if len(sign) == 1 else f"{text} {sign}"


def currency_sign(text: str) -> str:
    """ "gbp" -> "£"; what is no known code stays as it is."""
    return _SIGNS.get(text.strip().upper(), text.strip())


def megabytes(size: int) -> str:
    """Bytes as "6.5 MB"."""
    return f"{size / 1e6:,.1f} MB"


def seconds(value: float | None) -> str:
    """A duration in words: "12 s", "3 min 20 s", "2 h 5 min"."""
    if is_missing(value):
        return MISSING
    whole = round(float(value or 0))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def day(value: Any) -> str:
    """A date or an ISO text as "1 Dec 2010"."""
    if is_missing(value) or value == "":
        return MISSING
    moment = value if isinstance(value, date) else datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return f"{moment.day} {moment:%b %Y}"


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """How long ago, in the largest unit that fits: "just now", "4 min ago", "3 days ago"."""
    if moment is None:
        return MISSING
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    passed = max(0.0, ((now or datetime.now(UTC)) - aware).total_seconds())
    for size, word in ((86400, "day"), (3600, "h"), (60, "min")):
        if passed >= size:
            n = int(passed // size)
            return f"{n} {word}{'s' if word == 'day' and n > 1 else ''} ago"
    return "just now"


def plural(n: int, word: str, many: str | None = None) -> str:
    """2, "shopper" -> "2 shoppers"."""
    return f"{n:,} {word if n == 1 else many or word + 's'}"


def listing(words: Iterable[str]) -> str:
    """["a", "b", "c"] -> "a, b and c"."""
    items = list(words)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def plain(text: Any) -> str:
    """Text from a file, a URL or a user, with every sign that Markdown would act on made harmless."""
    return re.sub(r"([\\`*_{}\[\]<>#+!|$~:-])", r"\\\1", str(text)).replace("\n", " ")


def on_chart(text: Any, width: int = 60) -> str:
    """Text from a file as a chart may write it: cut to `width` signs, with nothing in it that plotly would read as markup."""
    return shorten(str(text), width).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sentence(text: str) -> str:
    """With a capital at the start: "setting 1 of 12" -> "Setting 1 of 12". A name such as iALS stays as it is written."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.islower() else text


def shorten(text: str, width: int) -> str:
    """At most `width` signs, with an ellipsis."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def file_stem(name: str) -> str:
    """A name that every file system takes: "Sales: 2026/27" -> "Sales 2026 27"."""
    return " ".join(re.sub(r"[^\w .-]+", " ", name).split())[:80] or "Aisle"
