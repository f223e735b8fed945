"""New products from a file: a table with one a row."""

from __future__ import annotations

from pathlib import Path

from recsys_core.errors import InputError
from recsys_core.synthesis.cold.records import NewItem

MOST = 1000
_OWN = ("title", "category", "price", "id")


def read_new_items(path: Path) -> list[NewItem]:
    """A CSV with columns title, category, price, id; any other is an attribute. Raises InputError saying which row is wrong."""
    import csv

    if not path.is_file():
        raise InputError(f"There is no file '{path}'.", "Check the path.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"The file '{path}' is not a table in UTF-8.", "Save it as CSV with commas.") from error
    if not rows:
        raise InputError(f"The file '{path}' has no rows.", "Give a header such as title,category,price and one product a row.")
    if len(rows) > MOST:
        raise InputError(f"The file '{path}' has {len(rows):,} rows.", f"Give at most {MOST:,} new products at once.")
    names = {(name or "").strip() for name in rows[0]}
    if "title" not in names and "category" not in names:
        raise InputError(f"The file '{path}' has neither a column title nor category.", f"Its columns are {', '.join(sorted(names))}.")
    return [_item(row, number, path) for number, row in enumerate(rows, 2)]


def read_price(text: str, where: str) -> float | None:
    """A price as written, None where nothing is. Raises InputError."""
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError(f"The price {where} is '{text}'.", "Write it as a number with a point, for example 4.95.") from None


def _item(row: dict[str, str | None], number: int, path: Path) -> NewItem:
    if None in row:
        raise InputError(f"Row {number} of '{path.name}' has more cells than the header.", 'Put cells that hold commas in "quotes".')
    told = {name.strip(): (value or "").strip() for name, value in row.items()}
    return NewItem(
        title=told.get("title", ""),
        category=told.get("category", ""),
        price=read_price(told.get("price", ""), f"in row {number} of '{path.name}'"),
        attributes={name: value for name, value in told.items() if name not in _OWN and name and value},
        id=told.get("id", ""),
    )
