"""What is different in the next file of a shop: columns, kinds, dropped rows, the period, who and what is new or gone, prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.errors import UserError

_POINTS, _POINTS_OF_RARE = 0.02, 0.005  # a share of rows that changes by so much is told; of a rare reason also one that doubles
_PRICE, _PACE = 0.05, 0.2  # relative changes of the price level, and of rows a day, that are told
_LISTED = 6


@dataclass(frozen=True)
class Edition:
    """One dataset of a shop, as far as it is compared. told: its summary. prices: of each item, NaN where unknown; all in id order."""

    told: Mapping[str, Any]
    user_ids: NDArray[np.object_]
    item_ids: NDArray[np.object_]
    prices: NDArray[np.float64]

    @classmethod
    def of_tables(cls, told: Mapping[str, Any], users: pd.DataFrame, items: pd.DataFrame) -> Edition:
        """That of a dataset that is being made."""
        return cls(told, users["user_id"].to_numpy(), items["item_id"].to_numpy(), items["price"].to_numpy(dtype=np.float64))

    @classmethod
    def of(cls, dataset: Dataset) -> Edition:
        """That of a dataset that is stored."""
        return cls(dataset.summary, dataset.user_ids, dataset.item_ids, dataset.items["price"].to_numpy(dtype=np.float64))


def differences(old: Edition, new: Edition) -> list[dict[str, Any]]:
    """What a look at both shows, the most urgent first: {"name", "text", "old", "new"}; text is a sentence, old and new are values.

    Columns, kinds of event, shares of dropped rows, prices and rows a day are only there if they changed noticeably.
    """
    return [
        *_columns(old.told, new.told),
        *_kinds(old.told, new.told),
        *_dropped(old.told, new.told),
        *_period(old.told.get("period"), new.told.get("period")),
        *_pace(old.told, new.told),
        _who("shoppers", old.user_ids, new.user_ids),
        _who("products", old.item_ids, new.item_ids),
        *_prices(old, new),
    ]


def from_stored(folder: Path, new: Edition) -> list[dict[str, Any]]:
    """The same, from the dataset in `folder`; nothing where it cannot be read."""
    try:
        return differences(Edition.of(Dataset.open(folder)), new)
    except UserError:
        return []


def _one(name: str, text: str, old: object, new: object) -> dict[str, Any]:
    return {"name": name, "text": text, "old": old, "new": new}


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name[:40]}'" for name in names[:_LISTED])
    return shown if len(names) <= _LISTED else f"{shown} and {len(names) - _LISTED:,} more"


def _columns(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    before, now = old.get("columns"), new.get("columns")
    if not before or not now:
        return []
    found = []
    added, gone = [name for name in now if name not in before], [name for name in before if name not in now]
    if gone:
        found.append(_one("columns gone", f"The file no longer has {_listed(gone)}.", before, now))
    if added:
        found.append(_one("new columns", f"The file has new columns: {_listed(added)}.", before, now))
    return found


def _kinds(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    before, now = list(old.get("kinds") or {}), list(new.get("kinds") or {})
    found = []
    for name, kinds in (("new kinds", [k for k in now if k not in before]), ("kinds gone", [k for k in before if k not in now])):
        if kinds and before:
            verb = "are new" if name == "new kinds" else "no longer occur"
            found.append(_one(name, f"Events of the kind {_listed(kinds)} {verb}.", before, now))
    return found


def _dropped(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    before, now = _shares(old), _shares(new)
    for name in now | before:
        was, is_ = before.get(name, 0.0), now.get(name, 0.0)
        change = abs(is_ - was)
        if change >= _POINTS or (change >= _POINTS_OF_RARE and max(was, is_) >= 2 * min(was, is_)):
            text = f"{100 * is_:.1f} % of the rows were dropped as '{name}', {100 * was:.1f} % before."
            found.append(_one(f"dropped: {name}", text, was, is_))
    return found


def _shares(told: Mapping[str, Any]) -> dict[str, float]:
    rows = max(int(told.get("rows_read") or 0), 1)
    return {reason["name"]: reason["dropped"] / rows for reason in told.get("reasons") or []}


def _period(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if not old or not new:
        return []
    ended, begins, ends = (datetime.fromisoformat(text).date() for text in (old["last"], new["first"], new["last"]))
    started = datetime.fromisoformat(old["first"]).date()
    if begins > ended:
        gap = (begins - ended).days - 1
        text = f"It begins on {begins}, {'the day after' if not gap else f'{gap:,} days without events after'} the last one ended."
    elif ends < started:
        text = f"It ends on {ends}, before the last one began on {started}."
    else:
        shared = (min(ended, ends) - max(begins, started)).days + 1
        text = f"It runs from {begins} to {ends} and shares {shared:,} {'day' if shared == 1 else 'days'} with the last one, to {ended}."
    return [_one("period", text, [old["first"], old["last"]], [new["first"], new["last"]])]


def _pace(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    paces = [told["rows"] / told["period"]["days"] if told.get("period") else None for told in (old, new)]
    before, now = paces
    if not before or not now or abs(now / before - 1) < _PACE:
        return []
    return [_one("rows a day", f"{now:,.0f} rows a day, {_percent(now / before)} than before ({before:,.0f}).", before, now)]


def _percent(ratio: float) -> str:
    return f"{100 * abs(ratio - 1):.0f} % {'more' if ratio > 1 else 'fewer'}"


def _who(what: str, old: NDArray[np.object_], new: NDArray[np.object_]) -> dict[str, Any]:
    both = len(np.intersect1d(old, new, assume_unique=True))
    added, gone = len(new) - both, len(old) - both
    text = (
        f"{added:,} of {len(new):,} {what} are new ({100 * added / max(len(new), 1):.0f} %), {both:,} were there before; "
        f"{gone:,} of the {len(old):,} from before are gone ({100 * gone / max(len(old), 1):.0f} %)."
    )
    return _one(what, text, len(old), len(new))


def _prices(old: Edition, new: Edition) -> list[dict[str, Any]]:
    _, before, now = np.intersect1d(old.item_ids, new.item_ids, assume_unique=True, return_indices=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = new.prices[now] / old.prices[before]
    ratios = ratios[np.isfinite(ratios) & (ratios > 0)]
    if not len(ratios):
        return []
    level = float(np.median(ratios))
    if abs(level - 1) < _PRICE:
        return []
    text = f"Products that were there before cost {100 * abs(level - 1):.0f} % {'more' if level > 1 else 'less'} in the middle."
    return [_one("prices", text, 1.0, level)]
