"""How much is known of a dataset's products and shoppers: each attribute, how many have it, some of its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.data.several_values import BETWEEN

_EXAMPLES = 3
_LONGEST = 40  # letters of an example
_WORDS = {
    "text": "text",
    "number": "numbers",
    "share": "percentages",
    "date": "dates",
    "values": "several values",
    "image": "picture addresses",
    "pictures": "pictures",
    "vectors": "vectors",
}


@dataclass(frozen=True)
class Coverage:
    """One attribute. of: "products" or "shoppers". kind: see `Dataset.item_attributes`, or "pictures", "vectors"; words: the same in words.

    found: "file" or "log". column: what that calls it. known: how many have it. total: of how many. events: share of the events that are
    of those who have it. distinct: different values, None for pictures and vectors. examples: the commonest values, of numbers and dates
    the lowest, the middle and the highest.
    """

    of: str
    name: str
    kind: str
    words: str
    found: str
    column: str
    known: int
    total: int
    events: float
    distinct: int | None
    examples: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of products (or shoppers) that have it."""
        return self.known / self.total if self.total else 0.0

    def to_json(self) -> dict[str, Any]:
        """As `catalogue --json` prints it."""
        return {**asdict(self), "share": round(self.share, 6), "examples": list(self.examples)}


def attribute_coverage(dataset: Dataset) -> list[Coverage]:
    """Every attribute of products, then of shoppers, in the order of their tables; pictures and vectors last among the products'."""
    found = [*_of_table("products", dataset.items, dataset.item_attributes), *_media(dataset)]
    return [*found, *_of_table("shoppers", dataset.users, dataset.user_attributes)]


def catalogue_notes(dataset: Dataset) -> list[dict[str, str]]:
    """What was told of the files of products and shoppers at intake, and of pictures and vectors: each a name and one sentence."""
    words = ("products", "shoppers", "pictures", "vectors", "personal", "unreadable")
    return [dict(note) for note in dataset.summary["warnings"] if any(word in note["name"].split(":")[0].split() for word in words)]


def _of_table(of: str, frame: pd.DataFrame, attributes: Mapping[str, Mapping[str, str]]) -> list[Coverage]:
    events = frame["n_events"].to_numpy()
    found = []
    for name, about in attributes.items():
        column = frame["title_raw" if name == "title" else name]
        known = column.notna().to_numpy()
        distinct, examples = _shown(column[known], about["kind"])
        found.append(_coverage(of, name, about["kind"], about["found"], about["column"], known, events, distinct, examples))
    return found


def _media(dataset: Dataset) -> list[Coverage]:
    events = dataset.items["n_events"].to_numpy()
    given = (("pictures", dataset.picture_features), ("vectors", dataset.item_vectors))
    return [
        _coverage("products", kind, kind, "file", "", np.asarray(held[1]), events, None, (f"{held[0].shape[1]} numbers each",))
        for kind, held in given
        if held is not None
    ]


def _coverage(
    of: str,
    name: str,
    kind: str,
    found: str,
    column: str,
    known: NDArray[np.bool_],
    events: NDArray[np.int64],
    distinct: int | None,
    examples: tuple[str, ...],
) -> Coverage:
    share = float(events[known].sum() / max(events.sum(), 1))
    return Coverage(of, name, kind, _WORDS.get(kind, kind), found, column, int(known.sum()), len(known), share, distinct, examples)


def _shown(column: pd.Series[Any], kind: str) -> tuple[int, tuple[str, ...]]:
    """How many different values there are, and some of them."""
    if not len(column):
        return 0, ()
    if kind in ("number", "share", "date"):
        ordered = column.sort_values()
        shown = dict.fromkeys(_written(ordered.iloc[place], kind) for place in (0, len(ordered) // 2, -1))
        return int(column.nunique()), tuple(shown)
    values = column.str.split(BETWEEN, regex=False).explode() if kind == "values" else column
    counts = values.value_counts()
    return len(counts), tuple(str(value)[:_LONGEST] for value in counts.index[:_EXAMPLES])


def _written(value: Any, kind: str) -> str:
    if kind == "date":
        return f"{value:%Y-%m-%d}"
    return f"{100 * value:g} %" if kind == "share" else f"{value:,.10g}"
