"""What is known of products or shoppers: each attribute, how many have it, and what it holds. Knows no Streamlit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pages.ui import formats

EXAMPLES = 3
ALWAYS = {"items": ("title", "category", "price"), "users": ()}  # columns of the dataset itself that are worth the same line


@dataclass(frozen=True)
class Known:
    """One attribute. share: of the products or shoppers that have it. distinct: different values. holds: the commonest, or from and to."""

    name: str
    share: float
    distinct: int
    holds: str


def known_of(what: str, frame: pd.DataFrame, attributes: dict[str, str]) -> list[Known]:
    """what: "items" or "users". attributes: name -> kind, as `Dataset.item_attributes` says it. Those that nothing has are left out."""
    names = dict.fromkeys([*ALWAYS[what], *attributes])
    found = [_one(name, frame[name], attributes.get(name, "")) for name in names if name in frame]
    if what == "items" and "title" in frame and (frame["title"].astype(str) == frame["item_id"].astype(str)).all():
        found = [known for known in found if known.name != "title"]  # without titles the id stands there
    return [known for known in found if known.share > 0]


def _one(name: str, column: pd.Series, kind: str) -> Known:
    filled = column.dropna()
    share = len(filled) / max(len(column), 1)
    if not len(filled):
        return Known(name, 0.0, 0, "")
    if filled.dtype.kind in "ifM":
        low, high = filled.min(), filled.max()
        return Known(name, share, int(filled.nunique()), f"{_short(low, kind)} to {_short(high, kind)}")
    values = filled.astype(str)
    if kind == "values":
        values = values.str.split("|").explode()
    common = values.value_counts()
    return Known(name, share, len(common), ", ".join(formats.shorten(str(value), 40) for value in common.index[:EXAMPLES]))


def _short(value: object, kind: str) -> str:
    if isinstance(value, pd.Timestamp):
        return formats.day(value.to_pydatetime())
    number = float(np.asarray(value, dtype=float))
    if kind == "share":
        return formats.percent(number, 0)
    return formats.count(number) if number == round(number) else f"{number:,.2f}"
