"""What the cells of an attribute are: numbers, dates, several values, picture addresses or text; decided over the whole column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb

from recsys_core.data.attribute_roles import words_of
from recsys_core.data.engine import quote
from recsys_core.data.guessing.numbers import number_form
from recsys_core.data.several_values import Separation, find_separation

_READABLE = 0.98  # of the filled cells; what a few of them say instead is told
_SAMPLE = 20_000  # different cells that decide how numbers and several values are written
_NUMBERS = """price cost margin stock age year income salary weight length width height rating score points quantity qty amount discount
    percent pct rate visits orders preis kosten marge bestand alter jahr gewicht prix cout annee poids precio coste margen ano edad peso
    价格 单价 成本 毛利 库存 年龄 年份 收入 重量 评分 数量"""
_CODES = "id code zip zipcode postal postcode plz sku ean upc isbn phone tel key number no nr 编号 编码 邮编"
_DATES = "date since released launched created updated birthday dob birth datum fecha joined registered 日期 时间 生日 出生日期"
_SEVERAL = "tags keywords genres labels 标签 关键词 schlagworte etiquettes etiquetas"
_NUMBER_WORDS, _CODE_WORDS, _DATE_WORDS, _SEVERAL_WORDS = (frozenset(words.split()) for words in (_NUMBERS, _CODES, _DATES, _SEVERAL))
_PICTURE = r"(?i)\.(jpe?g|png|webp|gif|avif|bmp|svg)([?#].*)?$"
_ADDRESS = r"(?i)^(https?:)?//\S+$"
_FRACTION = r"^[^\d]*\d[\d.,'’ ]*[.,]\d+\D*$"


@dataclass(frozen=True)
class Attribute:
    """One attribute of products or shoppers.

    name: in items.parquet or users.parquet. kind: "text", "number", "share" (written in percent, kept as 0.35), "date", "values"
    (several in a cell, kept as 'A|B|C') or "image" (an address). column: what its file calls it. found: "file" or "log".
    unreadable: filled cells that are none of its kind and were left empty; example: one of them.
    """

    name: str
    kind: str = "text"
    column: str = ""
    found: str = "file"
    unreadable: int = 0
    example: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As attributes.json has it."""
        return {"name": self.name, "kind": self.kind, "column": self.column, "found": self.found}


@dataclass(frozen=True)
class Kind:
    """How a column is read. sql: its cells in their kind, of the text cells; for "values" they are still whole."""

    name: str
    sql: str
    unreadable: int = 0
    example: str | None = None
    separation: Separation | None = field(default=None)


def find_kind(
    engine: duckdb.DuckDBPyConnection, table: str, column: str, named: str, holds: str | None = None, *, comma: bool = False
) -> Kind:
    """Decide what a text column of `table` holds.

    column: its SQL name. named: what its file calls it. holds: what its role holds (see `AttributeRole`), None for a free attribute.
    comma: another column of the file writes a decimal comma, so that 1.200 is a thousand and two hundred.
    """
    words = words_of(named)
    filled = _one(engine, f"SELECT count({column}) FROM {table}")
    if not filled or holds in ("id", "image"):
        return Kind("image" if holds == "image" else "text", column)
    if holds in (None, "date", "number") and (holds == "date" or _DATE_WORDS & set(words) or _looks_dated(engine, table, column, filled)):
        date = _date(engine, table, column, filled)
        if date is not None:
            return date
    if holds in ("number", "date") or (holds is None and not _CODE_WORDS & set(words)):
        certain = holds == "number" or bool(_NUMBER_WORDS & set(words))
        number = _number(engine, table, column, filled, certain=certain, comma=comma)
        if number is not None:
            return number
    if holds is None and _one(engine, f"SELECT count(*) FROM {table} WHERE regexp_matches({column}, {quote(_ADDRESS)})") >= 0.9 * filled:
        pictures = _one(engine, f"SELECT count(*) FROM {table} WHERE regexp_matches({column}, {quote(_PICTURE)})")
        return Kind("image" if pictures >= 0.5 * filled else "text", column)
    if holds in (None, "values"):
        separation = find_separation(_cells(engine, table, column), several=bool(_SEVERAL_WORDS & set(words)))
        if separation is not None:
            return Kind("values", column, separation=separation)
    return Kind("text", column)


def writes_comma(engine: duckdb.DuckDBPyConnection, table: str, column: str) -> bool:
    """Whether most cells of a text column are numbers with a decimal comma, such as '1.234,50 €'."""
    form = r"^\D{0,4}\d[\d.]*,\d{1,2}\D{0,4}$"
    query = f"SELECT count(*) FILTER (WHERE regexp_matches({column}, {quote(form)})) > 0.5 * count({column}) FROM {table}"
    return bool(engine.execute(query).fetchall()[0][0])


def _cells(engine: duckdb.DuckDBPyConnection, table: str, column: str) -> dict[str, int]:
    """Cells by how often they are there; of very many, those that a hash picks, whatever the order of the rows."""
    found = engine.execute(
        f"SELECT {column}, count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY {column} ORDER BY md5({column}) LIMIT {_SAMPLE}"
    )
    return dict(found.fetchall())


def _looks_dated(engine: duckdb.DuckDBPyConnection, table: str, column: str, filled: int) -> bool:
    dated = r"^\d{4}-\d{2}-\d{2}([ T].*)?$|^\d{4}年\d{1,2}月\d{1,2}日$"
    return _one(engine, f"SELECT count(*) FROM {table} WHERE regexp_matches({column}, {quote(dated)})") >= _READABLE * filled


def _date(engine: duckdb.DuckDBPyConnection, table: str, column: str, filled: int) -> Kind | None:
    """ISO dates, 20240305, 2024年3月5日, and 5/3/2024 or 3/5/2024, whichever fits more cells (day first where both do)."""
    plain = f"regexp_replace(regexp_replace({column}, '年|月', '-', 'g'), '日$', '')"
    short = f"regexp_extract(replace(replace({column}, '.', '/'), '-', '/'), '^\\d{{1,2}}/\\d{{1,2}}/\\d{{4}}')"
    forms = [f"CAST(try_strptime({short}, '{form}') AS TIMESTAMP)" for form in ("%d/%m/%Y", "%m/%d/%Y")]
    fitting = engine.execute(f"SELECT {', '.join(f'count({form})' for form in forms)} FROM {table}").fetchall()[0]
    short_form = forms[1] if fitting[1] > fitting[0] else forms[0]
    iso = (
        f"coalesce(TRY_CAST({column} AS TIMESTAMP), TRY_CAST({plain} AS TIMESTAMP), CAST(try_strptime({column}, '%Y/%m/%d') AS TIMESTAMP))"
    )
    compact = f"CASE WHEN regexp_full_match({column}, '(19|20)\\d{{6}}') THEN CAST(try_strptime({column}, '%Y%m%d') AS TIMESTAMP) END"
    seconds = f"CASE WHEN regexp_full_match({column}, '1\\d{{9}}') THEN make_timestamp(TRY_CAST({column} AS BIGINT) * 1000000) END"
    value = f"coalesce({compact}, {seconds}, {iso}, {short_form})"
    value = f"CASE WHEN {value} BETWEEN TIMESTAMP '1900-01-01' AND TIMESTAMP '2200-12-31' THEN {value} END"
    return _kind(engine, table, column, "date", value, filled)


def _number(engine: duckdb.DuckDBPyConnection, table: str, column: str, filled: int, *, certain: bool, comma: bool) -> Kind | None:
    """Numbers, with currency signs, decimal commas and percent signs.

    certain: the name says that it is a number. Else whole numbers are codes, and only fractions make numbers.
    """
    percent = _one(engine, f"SELECT count(*) FROM {table} WHERE suffix({column}, '%')")
    if percent and percent < _READABLE * filled:
        return None
    bare = f"trim(rtrim({column}, '%'))" if percent else column
    cells = [cell.rstrip("% ") if percent else cell for cell in _cells(engine, table, column)]
    form = number_form(cells, comma_elsewhere=comma)
    text = bare if form is None else form.sql(bare)
    value = f"TRY_CAST({text} AS DOUBLE)"
    value = f"CASE WHEN isfinite({value}) THEN {value}{' / 100' if percent else ''} + 0.0 END"
    if not certain and not percent:
        coded = _one(engine, f"SELECT count(*) FROM {table} WHERE regexp_matches({column}, '^0\\d')")
        if coded or not _one(engine, f"SELECT count(*) FROM {table} WHERE regexp_matches({column}, {quote(_FRACTION)})"):
            return None
    return _kind(engine, table, column, "share" if percent else "number", value, filled)


def _kind(engine: duckdb.DuckDBPyConnection, table: str, column: str, kind: str, value: str, filled: int) -> Kind | None:
    """The kind if nearly all cells can be read as it, with one that cannot."""
    readable, example = engine.execute(
        f"SELECT count({value}), min({column}) FILTER (WHERE {value} IS NULL AND {column} IS NOT NULL) FROM {table}"
    ).fetchall()[0]
    return Kind(kind, value, filled - readable, example) if readable >= _READABLE * filled else None


def _one(engine: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(engine.execute(query).fetchall()[0][0])
