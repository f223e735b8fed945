"""Numbers as people write them: '£2.55', '1.234,56 €', '1,234', '(12.50)', '12-'; one way of writing decided for a column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_SIGNS = r"[\s\u00a0\u202f'’_]|[$€£¥₹₽₩元円]|(?i:usd|eur|gbp|cny|rmb|chf|jpy|inr|kr|zł|r\$|us\$)\.?"
_DRESSED = re.compile(_SIGNS)
_DIGITS = re.compile(r"[+-]?\d[\d.,]*|[+-]?[.,]\d+")
_GROUPED_COMMA = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_GROUPED_POINT = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?")


@dataclass(frozen=True)
class NumberForm:
    """How a column writes its numbers where that is not the plain way. decimal: "." or ","; the other of them groups thousands."""

    decimal: str

    def sql(self, text: str) -> str:
        """SQL for the plain number in `text`, as text."""
        bare = f"regexp_replace({text}, '{_SQL_SIGNS}', '', 'g')"
        bare = f"replace({bare}, '{',' if self.decimal == '.' else '.'}', '')"
        bare = f"replace({bare}, ',', '.')" if self.decimal == "," else bare
        return (
            f"CASE WHEN starts_with({bare}, '(') AND suffix({bare}, ')') THEN '-' || {bare}[2:-2] "
            f"WHEN suffix({bare}, '-') THEN '-' || {bare}[:-2] ELSE {bare} END"
        )


_SQL_SIGNS = "(?i)[\\s\u00a0\u202f''’_$€£¥₹₽₩元円]|usd\\.?|eur\\.?|gbp\\.?|cny\\.?|rmb\\.?|chf\\.?|jpy\\.?|inr\\.?|kr\\.?|zł"


def parse_number(text: str) -> float:
    """The number in `text`, however it is written; NaN where there is none. '1,234' is 1234, '1,23' is 1.23."""
    if _PLAIN.fullmatch(text):
        return float(text)
    bare = _bare(text)
    if bare is None:
        return float("nan")
    decimal = _decimal_of(bare) or ("," if "," in bare and not _GROUPED_COMMA.fullmatch(bare) else ".")
    plain = bare.replace("," if decimal == "." else ".", "").replace(",", ".")
    return float(plain) if _PLAIN.fullmatch(plain) else float("nan")


def number_form(values: Iterable[str], comma_elsewhere: bool = False) -> NumberForm | None:
    """The form of a column with these values; None where they are plain, or no numbers.

    comma_elsewhere: another column of the file writes a decimal comma, so that '1.234' is a grouped number here.
    """
    plain, dressed, votes = True, 0, {".": 0, ",": 0}
    for text in values:
        if _PLAIN.fullmatch(text):
            if not (comma_elsewhere and _GROUPED_POINT.fullmatch(text)):
                votes["."] += "." in text and not _GROUPED_POINT.fullmatch(text)
                continue
        bare = _bare(text)
        if bare is None:
            continue
        plain, dressed = False, dressed + 1
        decimal = _decimal_of(bare)
        if decimal:
            votes[decimal] += 1
    if plain or not dressed:
        return None
    if votes[","] == votes["."] == 0:
        return NumberForm("," if comma_elsewhere else ".")
    return NumberForm("," if votes[","] > votes["."] else ".")


def _bare(text: str) -> str | None:
    """The digits, points and commas of a number with its sign in front; None where other things are there too."""
    bare = _DRESSED.sub("", text)
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    if bare.endswith("-"):
        bare = f"-{bare[:-1]}"
    return bare if _DIGITS.fullmatch(bare) else None


def _decimal_of(bare: str) -> str | None:
    """The decimal mark, where the number leaves no doubt."""
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        return "." if bare.rfind(".") > bare.rfind(",") else ","
    if points + commas != 1:  # several of one kind group thousands
        return ("," if points > 1 else ".") if points + commas else None
    mark = "." if points else ","
    return None if re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", bare) else mark
