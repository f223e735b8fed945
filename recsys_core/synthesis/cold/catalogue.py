"""What is known of products beside who bought them: the catalogue's words and values as plain lists, and a new product in the same form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.data.titles import tidy_title
from recsys_core.errors import InputError
from recsys_core.profiles.material import BETWEEN, DESCRIPTION, KIND_COLUMNS, read_material
from recsys_core.synthesis.cold.records import NewItem

Texts = Sequence[str]
Values = Sequence[tuple[str, ...]]
FEWEST_TOLD = 0.2  # of the products must have an attribute for it to count
PER_VALUE = 1.5  # products that share a value, on the average: a column of names of its own says nothing of others
_OWN = {"title", "category", "price", "list_price", "cost", "margin", "stock", "image", "launch_date", "categories", DESCRIPTION}


@dataclass(frozen=True)
class Catalogue:
    """Products in order. titles (tidied), descriptions, makers: '' where unknown. kinds: "column=value" of the category columns.

    price: NaN where unknown. numbers: other attributes that are numbers, NaN where unknown. values: other attributes in words.
    pictures, vectors: float32 [n, any], rows of NaN where an item has none; None where no item has.
    """

    titles: Texts
    descriptions: Texts
    kinds: Values
    makers: Texts
    price: NDArray[np.float64]
    numbers: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    values: Mapping[str, Values] = field(default_factory=dict)
    pictures: NDArray[np.float32] | None = None
    vectors: NDArray[np.float32] | None = None
    kind_columns: tuple[str, ...] = ()
    maker_column: str = ""

    def __len__(self) -> int:
        return len(self.titles)

    def of(self, rows: NDArray[np.integer]) -> Catalogue:
        """The products at these places."""

        def some(column: Sequence[object]) -> list[object]:
            return [column[row] for row in rows.tolist()]

        return Catalogue(
            titles=some(self.titles),  # type: ignore[arg-type]
            descriptions=some(self.descriptions),  # type: ignore[arg-type]
            kinds=some(self.kinds),  # type: ignore[arg-type]
            makers=some(self.makers),  # type: ignore[arg-type]
            price=self.price[rows],
            numbers={name: column[rows] for name, column in self.numbers.items()},
            values={name: some(column) for name, column in self.values.items()},  # type: ignore[misc]
            pictures=None if self.pictures is None else self.pictures[rows],
            vectors=None if self.vectors is None else self.vectors[rows],
            kind_columns=self.kind_columns,
            maker_column=self.maker_column,
        )


def read_catalogue(dataset: Dataset) -> Catalogue:
    """Everything that `profiles.material` reads, and the other attributes that enough products share."""
    material = read_material(dataset)
    items = dataset.items
    kinds = tuple(name for name in KIND_COLUMNS if material.sources["category"] and name in material.sources["category"].split(", "))
    maker = material.sources["brand"]
    numbers: dict[str, NDArray[np.float64]] = {}
    values: dict[str, Values] = {}
    for name, about in dataset.item_attributes.items():
        if name in _OWN or name in kinds or name == maker or name not in items or about["kind"] in ("date", "image"):
            continue
        column = items[name]
        known = int(column.notna().sum())
        if known < FEWEST_TOLD * len(items) or column.nunique() < 2:
            continue
        if column.dtype.kind in "if":
            numbers[name] = column.to_numpy(dtype=np.float64)
        elif known >= PER_VALUE * column.nunique():
            values[name] = [split_values(value) if isinstance(value, str) else () for value in column]
    return Catalogue(
        titles=material.titles,
        descriptions=material.descriptions,
        kinds=material.kinds,
        makers=material.maker,
        price=material.price,
        numbers=numbers,
        values=values,
        pictures=material.pictures,
        vectors=material.vectors,
        kind_columns=kinds,
        maker_column=maker,
    )


def split_values(cell: str) -> tuple[str, ...]:
    """The values of a cell with several, in order."""
    return tuple(part.strip() for part in cell.split(BETWEEN) if part.strip())


@dataclass(frozen=True)
class Columns:
    """What a catalogue's columns are called, so that a new product can be read as its own products were."""

    kinds: tuple[str, ...]
    maker: str
    numbers: tuple[str, ...]
    values: tuple[str, ...]
    pictures: int = 0
    vectors: int = 0

    @property
    def nameable(self) -> tuple[str, ...]:
        """What `NewItem.attributes` may name."""
        others = (name for name in self.kinds if name != "category")
        return (*others, *((self.maker,) if self.maker else ()), *self.numbers, *self.values, DESCRIPTION)

    def read(self, items: Sequence[NewItem]) -> Catalogue:
        """New products as a catalogue of their own. Raises InputError for an attribute or an array that this catalogue does not have."""
        return Catalogue(
            titles=[tidy_title(item.title) for item in items],
            descriptions=[" ".join(item.attributes.get(DESCRIPTION, "").replace(BETWEEN, " ").split()) for item in items],
            kinds=[self._kinds(item) for item in items],
            makers=[" ".join(item.attributes.get(self.maker, "").replace(BETWEEN, " ").split()) if self.maker else "" for item in items],
            price=np.array([np.nan if item.price is None else item.price for item in items], dtype=np.float64),
            numbers={name: np.array([_number(item, name) for item in items]) for name in self.numbers},
            values={name: [split_values(item.attributes.get(name, "")) for item in items] for name in self.values},
            pictures=_stacked([item.picture for item in items], self.pictures, "picture"),
            vectors=_stacked([item.vector for item in items], self.vectors, "vector"),
            kind_columns=self.kinds,
            maker_column=self.maker,
        )

    def check(self, item: NewItem) -> None:
        """Raise InputError for an attribute that no product of the catalogue has."""
        unknown = sorted(set(item.attributes) - set(self.nameable) - {"category"})
        if unknown:
            raise InputError(f"The catalogue has no column '{unknown[0]}'.", f"It has: {', '.join(self.nameable)}.")

    def _kinds(self, item: NewItem) -> tuple[str, ...]:
        self.check(item)
        told = {"category": item.category, **item.attributes}
        return tuple(f"{name}={value}" for name in self.kinds for value in split_values(told.get(name) or ""))


def columns_of(catalogue: Catalogue) -> Columns:
    """The names of a catalogue's columns."""
    widths = [0 if table is None else table.shape[1] for table in (catalogue.pictures, catalogue.vectors)]
    return Columns(catalogue.kind_columns, catalogue.maker_column, tuple(catalogue.numbers), tuple(catalogue.values), *widths)


def _number(item: NewItem, name: str) -> float:
    text = item.attributes.get(name, "").strip()
    if not text:
        return float("nan")
    try:
        value = float(text)
    except ValueError:
        raise InputError(f"The {name} of '{item.name}' is '{text}'.", "Give a number, or leave it out.") from None
    if not np.isfinite(value):
        raise InputError(f"The {name} of '{item.name}' is '{text}'.", "Give a number, or leave it out.")
    return value


def _stacked(rows: Sequence[NDArray[np.float32] | None], width: int, what: str) -> NDArray[np.float32] | None:
    if not width:
        if any(row is not None for row in rows):
            raise InputError(f"The products of this catalogue have no {what}s to compare with.", f"Leave the {what} out.")
        return None
    table = np.full((len(rows), width), np.nan, np.float32)
    for place, row in enumerate(rows):
        if row is not None:
            if np.shape(row) != (width,):
                raise InputError(f"The {what} has {np.size(row)} numbers, those of the catalogue have {width}.", "Make it the same way.")
            table[place] = row
    return table
