"""A product as a row of numbers, by what a catalogue says of it: learned from known products, applied to new ones without sklearn.

The parts text, category, brand and price are those of `profiles.item_features_sklearn`, number for number; other attributes, pictures and
vectors that came with the catalogue join them. All that is learned is plain: words with their weights, band centres, means and directions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.models.spectral import leading_directions
from recsys_core.profiles.bag import read_bag
from recsys_core.profiles.fusing import PARTS
from recsys_core.profiles.words import stem, title_words
from recsys_core.synthesis.cold.catalogue import Catalogue

PRICE_BANDS, NUMBER_BANDS, MEASURED = 6, 10, 64
ATTRIBUTE_WEIGHT = 1.0
_LONGEST = 600  # characters of a description that are read, as `profiles.bag` reads them
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Terms:
    """TF-IDF over words or values. places: their column; idf: float64 [columns]."""

    places: Mapping[str, int]
    idf: NDArray[np.float64]

    @classmethod
    def learn(cls, present: sparse.csr_matrix, names: Sequence[str]) -> Terms:
        """From which product has which: idf = ln((1 + n) / (1 + products)) + 1, as sklearn's smooth idf."""
        counts = np.bincount(present.indices, minlength=present.shape[1])
        return cls({name: place for place, name in enumerate(names)}, np.log((1 + present.shape[0]) / (1 + counts)) + 1)

    def rows(self, told: Sequence[Sequence[str]]) -> sparse.csr_matrix:
        """One row each, of length 1, or 0 where nothing of it is known: csr float64 [n, columns]."""
        found = [sorted({self.places[name] for name in own if name in self.places}) for own in told]
        indices = np.array([place for own in found for place in own], dtype=np.int64)
        indptr = np.concatenate([[0], np.cumsum([len(own) for own in found])]).astype(np.int64)
        weights = self.idf[indices]
        owner = np.repeat(np.arange(len(found)), np.diff(indptr))
        lengths = np.sqrt(np.bincount(owner, weights=weights**2, minlength=len(found)))
        return sparse.csr_matrix((weights / lengths[owner], indices, indptr), shape=(len(found), len(self.idf)))


@dataclass(frozen=True)
class Bands:
    """Soft bands of equally many products around `centres` (ascending), by logarithm where `logarithm`."""

    centres: NDArray[np.float64]
    logarithm: bool

    @classmethod
    def learn(cls, values: NDArray[np.float64], bands: int, *, logarithm: bool) -> Bands | None:
        """None where too few products have a number, or all the same."""
        known = values[np.isfinite(values) & ((values > 0) | (not logarithm))]
        if len(known) < 2 * bands:
            return None
        centres = np.unique(np.quantile(np.log(known) if logarithm else known, (np.arange(bands) + 0.5) / bands))
        return cls(centres, logarithm) if len(centres) >= 2 else None

    def rows(self, values: NDArray[np.float64]) -> sparse.csr_matrix:
        """Roots of the shares in the two nearest bands: rows of length 1, or 0 where the number is not known."""
        known = np.isfinite(values) & ((values > 0) | (not self.logarithm))
        numbers = np.log(values[known]) if self.logarithm else values[known]
        place = np.interp(numbers, self.centres, np.arange(len(self.centres)))
        low = np.minimum(place.astype(int), len(self.centres) - 2)
        table = np.zeros((len(values), len(self.centres)))
        rows = np.flatnonzero(known)
        table[rows, low], table[rows, low + 1] = np.sqrt(1 - (place - low)), np.sqrt(place - low)
        return sparse.csr_matrix(table)


@dataclass(frozen=True)
class Measured:
    """Numbers that came with products, centred, scaled and projected: float64 mean [d], scale [d], directions [d, at most 64]."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    directions: NDArray[np.float64]

    @classmethod
    def learn(cls, given: NDArray[np.float32], *, scaled: bool) -> Measured | None:
        """scaled: by their spread, for numbers of several kinds. None where fewer than three products have any."""
        known = given[_told(given)].astype(np.float64)
        if len(known) < 3:
            return None
        mean, spread = known.mean(axis=0), known.std(axis=0)
        scale = np.where(spread > 1e-9, 1 / np.maximum(spread if scaled else 1.0, 1e-9), 0.0)
        if not scale.any():
            return None
        directions = np.eye(len(mean))
        if len(mean) > MEASURED:
            table = sparse.csr_matrix(((known - mean) * scale).astype(np.float32))
            directions = leading_directions(table, min(MEASURED, *table.shape))[1].astype(np.float64)
        return cls(mean, scale, directions)

    def rows(self, given: NDArray[np.float32] | None, n: int) -> sparse.csr_matrix:
        """Rows of length 1, or 0 where an item has no numbers."""
        points = np.zeros((n, self.directions.shape[1]))
        if given is not None:
            known = _told(given)
            points[known] = ((given[known].astype(np.float64) - self.mean) * self.scale) @ self.directions
            lengths = np.linalg.norm(points, axis=1, keepdims=True)
            points = np.where(lengths > 1e-9, points / np.maximum(lengths, 1e-9), 0)
        return sparse.csr_matrix(points)


Part = Terms | Bands | Measured


@dataclass(frozen=True)
class Content:
    """The parts that a catalogue allowed, by name, in their order: text, category, brand, price, then "attribute:..", picture, vectors."""

    parts: Mapping[str, Part]

    @property
    def width(self) -> int:
        """Columns of all parts together."""
        return sum(_width(part) for part in self.parts.values())

    def weight(self, name: str) -> float:
        """What a part counts in a likeness."""
        return PARTS[name][1] if name in PARTS else ATTRIBUTE_WEIGHT

    def tables(self, catalogue: Catalogue) -> dict[str, sparse.csr_matrix]:
        """Each part's rows of these products, of length 1 or 0."""
        return {name: _rows(part, name, catalogue) for name, part in self.parts.items()}

    def rows(self, catalogue: Catalogue) -> sparse.csr_matrix:
        """All parts by the roots of their weights side by side, each row of length 1, or 0: csr float32 [n, width]."""
        tables = self.tables(catalogue)
        if not tables:
            return sparse.csr_matrix((len(catalogue), 0), dtype=np.float32)
        together = sparse.hstack([table * np.sqrt(self.weight(name)) for name, table in tables.items()], format="csr")
        lengths = np.sqrt(np.asarray(together.multiply(together).sum(axis=1)).ravel())
        return (sparse.diags(1 / np.maximum(lengths, 1e-12)) @ together).tocsr().astype(np.float32)

    def export(self) -> tuple[dict[str, Any], Arrays]:
        """(description as JSON, arrays by file name): what `read` makes it from again."""
        told: dict[str, Any] = {}
        arrays: Arrays = {}
        for place, (name, part) in enumerate(self.parts.items()):
            if isinstance(part, Terms):
                told[name] = {"kind": "terms", "names": list(part.places)}
                arrays[f"content/{place}_idf.npy"] = part.idf
            elif isinstance(part, Bands):
                told[name] = {"kind": "bands", "logarithm": part.logarithm}
                arrays[f"content/{place}_centres.npy"] = part.centres
            else:
                told[name] = {"kind": "measured"}
                for what in ("mean", "scale", "directions"):
                    arrays[f"content/{place}_{what}.npy"] = getattr(part, what)
        return told, arrays

    @classmethod
    def read(cls, told: Mapping[str, Any], array: Callable[[str], NDArray[Any]]) -> Content:
        """From what `export` gave."""
        parts: dict[str, Part] = {}
        for place, (name, about) in enumerate(told.items()):
            stem_of = f"content/{place}_"
            if about["kind"] == "terms":
                parts[name] = Terms({word: at for at, word in enumerate(about["names"])}, np.asarray(array(f"{stem_of}idf.npy")))
            elif about["kind"] == "bands":
                parts[name] = Bands(np.asarray(array(f"{stem_of}centres.npy")), bool(about["logarithm"]))
            else:
                parts[name] = Measured(*(np.asarray(array(f"{stem_of}{what}.npy")) for what in ("mean", "scale", "directions")))
        return cls(parts)


def learn_content(catalogue: Catalogue) -> Content:
    """What the parts are, from products that are known."""
    bag = read_bag(catalogue.titles, catalogue.descriptions, fewest=2 if len(catalogue) < 2000 else 3)
    parts: dict[str, Part | None] = {
        "text": Terms.learn(bag.present, [stem(word) for word in bag.words]) if len(bag.words) > 1 else None,
        "category": _learn_values(catalogue.kinds),
        "brand": _learn_values([(maker,) if maker else () for maker in catalogue.makers]),
        "price": Bands.learn(catalogue.price, PRICE_BANDS, logarithm=True),
    }
    parts |= {f"attribute:{name}": Bands.learn(column, NUMBER_BANDS, logarithm=False) for name, column in catalogue.numbers.items()}
    parts |= {f"attribute:{name}": _learn_values(column) for name, column in catalogue.values.items()}
    parts["picture"] = None if catalogue.pictures is None else Measured.learn(catalogue.pictures, scaled=True)
    parts["vectors"] = None if catalogue.vectors is None else Measured.learn(catalogue.vectors, scaled=False)
    return Content({name: part for name, part in parts.items() if part is not None})


def words_in(catalogue: Catalogue, row: int) -> set[str]:
    """The stems of one product's title and description."""
    told = catalogue.descriptions[row]
    text = f"{catalogue.titles[row]} . {told[:_LONGEST]}" if told else catalogue.titles[row]
    return {stem(base) for base, _ in title_words(text)[0]}


def _learn_values(values: Sequence[tuple[str, ...]]) -> Terms | None:
    places: dict[str, int] = {}
    pairs = [(row, places.setdefault(value, len(places))) for row, own in enumerate(values) for value in dict.fromkeys(own)]
    if len(places) < 2:
        return None
    rows, columns = np.array(pairs, dtype=np.int64).T
    return Terms.learn(sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(values), len(places))), list(places))


def _rows(part: Part, name: str, catalogue: Catalogue) -> sparse.csr_matrix:
    if name == "text":
        assert isinstance(part, Terms)
        return part.rows([sorted(words_in(catalogue, row)) for row in range(len(catalogue))])
    if isinstance(part, Measured):
        return part.rows(catalogue.pictures if name == "picture" else catalogue.vectors, len(catalogue))
    if isinstance(part, Bands):
        return part.rows(catalogue.price if name == "price" else catalogue.numbers[name.removeprefix("attribute:")])
    if name == "category":
        return part.rows(catalogue.kinds)
    if name == "brand":
        return part.rows([(maker,) if maker else () for maker in catalogue.makers])
    return part.rows(catalogue.values[name.removeprefix("attribute:")])


def _width(part: Part) -> int:
    if isinstance(part, Terms):
        return len(part.idf)
    return len(part.centres) if isinstance(part, Bands) else part.directions.shape[1]


def _told(given: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(given).all(axis=1) & (np.abs(given).sum(axis=1) > 0))
