"""What a profile is made from: the columns of a dataset that say something about products, as plain lists and arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.data.dataset import Dataset

BETWEEN = "|"  # stands between the values of a cell with several
KIND_COLUMNS = ("category", "subcategory", "product_type", "genres", "genre", "tags", "department")  # what a product is, coarse or fine
MAKER_COLUMNS = ("brand", "manufacturer", "author", "artist", "publisher", "developer")  # who stands behind it; the first that is there
DESCRIPTION = "description"


@dataclass(frozen=True)
class Material:
    """Products by their number, with what is known of each; '' or NaN or an empty tuple where nothing is.

    titles, descriptions: text. kinds: values of the category columns, 'column=value'. maker: brand or author. price: what is usually paid.
    pictures, vectors: float (n_items, any), rows of NaN where an item has none; None where no item has. positives: (users, items) of ones.
    touched: the same with what was only looked at or put into a cart.
    """

    ids: Sequence[str]
    titles: Sequence[str]
    descriptions: Sequence[str]
    kinds: Sequence[tuple[str, ...]]
    maker: Sequence[str]
    price: NDArray[np.float64]
    positives: csr_matrix
    touched: csr_matrix
    pictures: NDArray[np.float32] | None = None
    vectors: NDArray[np.float32] | None = None
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def n_items(self) -> int:
        """How many products."""
        return len(self.titles)


def read_material(dataset: Dataset) -> Material:
    """The columns of a dataset, whatever it has of them."""
    items = dataset.items
    n = dataset.n_items
    kinds = [column for column in KIND_COLUMNS if column in items and items[column].nunique() >= 2]
    maker = next((column for column in MAKER_COLUMNS if column in items and items[column].nunique() >= 2), None)
    columns = [_values(items[column], column) for column in kinds]
    return Material(
        ids=[str(id) for id in items["item_id"]],
        titles=[title if isinstance(raw, str) else "" for title, raw in zip(items["title"], items["title_raw"], strict=True)],
        descriptions=_texts(items[DESCRIPTION]) if DESCRIPTION in items else [""] * n,
        kinds=[tuple(value for column in columns for value in column[place]) for place in range(n)],
        maker=_texts(items[maker]) if maker else [""] * n,
        price=items["price"].to_numpy(dtype=np.float64),
        positives=dataset.positives,
        touched=dataset.touched,
        pictures=_given(dataset.picture_features),
        vectors=_given(dataset.item_vectors),
        sources={"category": ", ".join(kinds), "brand": maker or ""},
    )


def describes_products(dataset: Dataset) -> bool:
    """Whether the catalogue says something that products can be compared by: titles, descriptions, kinds or makers."""
    items = dataset.items
    texts = [column for column in ("title_raw", DESCRIPTION) if column in items]
    values = [column for column in (*KIND_COLUMNS, *MAKER_COLUMNS) if column in items]
    return any(items[column].notna().any() for column in texts) or any(items[column].nunique() >= 2 for column in values)


def _texts(column: pd.Series[str]) -> list[str]:
    return [" ".join(value.replace(BETWEEN, " ").split()) if isinstance(value, str) else "" for value in column]


def _values(column: pd.Series[str], name: str) -> list[tuple[str, ...]]:
    return [
        tuple(f"{name}={part.strip()}" for part in str(value).split(BETWEEN) if part.strip()) if pd.notna(value) else () for value in column
    ]


def _given(found: tuple[NDArray[np.float32], NDArray[np.bool_]] | None) -> NDArray[np.float32] | None:
    """Numbers that came with products, as float32 (n_items, any) with NaN where an item has none."""
    if found is None or not found[1].any():
        return None
    values, present = found
    return np.where(present[:, None], values, np.float32(np.nan)).astype(np.float32)
