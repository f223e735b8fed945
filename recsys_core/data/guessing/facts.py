"""What can be counted of one column in a sample: how full, how varied, and as what its values can be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recsys_core.data.guessing.dates import looks_like_time
from recsys_core.data.guessing.numbers import parse_number
from recsys_core.data.kinds import guess_kind
from recsys_core.data.pairs import SPLIT_WORDS

MOST_READ = 2_000  # different values that are read one by one
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]{2,}")
_PHONE = re.compile(
    r"(?:\+|00)\d[\d\s().\-/]{6,18}\d|\(?0\d{1,4}\)?[\s\-/.][\d\s\-/.]{4,14}\d|\(\d{3}\)\s?\d{3}-\d{4}|\d{3}-\d{3}-\d{4}|1[3-9]\d{9}"
)


@dataclass(frozen=True)
class Facts:
    """One column of a sample. type: as DuckDB calls it. codes: (rows,) the place of each value in `values`, -1 for an empty cell.

    values: the different values, the most frequent first. counts: rows of each.
    """

    name: str
    type: str
    codes: NDArray[np.int64]
    values: tuple[str, ...]
    counts: NDArray[np.int64]

    @property
    def rows(self) -> int:
        """Rows of the sample."""
        return len(self.codes)

    @cached_property
    def held(self) -> int:
        """Rows that hold something."""
        return int(self.counts.sum())

    @property
    def filled(self) -> float:
        """The share of them."""
        return self.held / self.rows if self.rows else 0.0

    @property
    def distinct(self) -> int:
        """Different values."""
        return len(self.values)

    @property
    def unique(self) -> float:
        """Different values for each filled row: 1 where none repeats."""
        return self.distinct / self.held if self.held else 0.0

    @cached_property
    def read(self) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """The values that are read one by one, and the weight of each (they sum to 1): some of the frequent, some of all."""
        if self.distinct <= MOST_READ:
            places = np.arange(self.distinct)
        else:
            places = np.unique(np.r_[np.arange(MOST_READ // 2), np.linspace(0, self.distinct - 1, MOST_READ // 2).astype(np.int64)])
        weights = self.counts[places].astype(np.float64)
        return tuple(self.values[place] for place in places), weights / max(weights.sum(), 1.0)

    def share(self, test: Callable[[str], object]) -> float:
        """The share of filled rows whose value passes `test` (a function of the text)."""
        values, weights = self.read
        return float(sum(weight for value, weight in zip(values, weights, strict=True) if test(value)))

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """The values read as numbers, NaN where they are none; beside `read`."""
        return np.array([parse_number(value) for value in self.read[0]], dtype=np.float64)

    @cached_property
    def numeric(self) -> float:
        """The share that is a number."""
        return float(self.read[1][np.isfinite(self.numbers)].sum())

    @cached_property
    def whole(self) -> float:
        """The share that is a whole number."""
        numbers = np.where(np.isfinite(self.numbers), self.numbers, 0.5)
        return float(self.read[1][numbers == np.trunc(numbers)].sum())

    def quantile(self, share: float) -> float:
        """Of the numbers, by row; NaN where there are none."""
        good = np.isfinite(self.numbers)
        if not good.any():
            return float("nan")
        order = np.argsort(self.numbers[good])
        weights = np.cumsum(self.read[1][good][order])
        return float(self.numbers[good][order][min(np.searchsorted(weights, share * weights[-1]), len(order) - 1)])

    @cached_property
    def time(self) -> float:
        """The share that can be read as a date or time."""
        return 1.0 if self.type.startswith(("TIMESTAMP", "DATE")) else self.share(looks_like_time)

    @cached_property
    def kinds(self) -> float:
        """The share that is a known kind of event."""
        return self.share(guess_kind) if self.distinct <= 64 else 0.0

    @cached_property
    def splits(self) -> float:
        """The share that is a part of a split."""
        return self.share(lambda value: value.lower() in SPLIT_WORDS) if self.distinct <= 10 else 0.0

    @cached_property
    def emails(self) -> float:
        """The share that is an e-mail address."""
        return self.share(_EMAIL.fullmatch)

    @cached_property
    def phones(self) -> float:
        """The share that is written like a phone number."""
        return self.share(_PHONE.fullmatch)

    @cached_property
    def words(self) -> float:
        """Words for each value, in the mean; an eastern text counts a word for every three letters."""
        values, weights = self.read
        return float(sum(w * max(len(v.split()), _eastern(v) / 3) for v, w in zip(values, weights, strict=True)))

    @cached_property
    def length(self) -> float:
        """Letters for each value, in the mean."""
        values, weights = self.read
        return float(sum(w * len(v) for v, w in zip(values, weights, strict=True)))

    @cached_property
    def lettered(self) -> float:
        """The share that holds a letter."""
        return self.share(lambda value: any(map(str.isalpha, value)))


def facts_of(name: str, type: str, column: pa.ChunkedArray) -> Facts:
    """The facts of a column of text."""
    encoded = column.combine_chunks().dictionary_encode()
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    values = encoded.dictionary.to_pylist()
    counts = np.bincount(codes[codes >= 0], minlength=len(values)).astype(np.int64)
    order = np.argsort(-counts, kind="stable")
    rank = np.empty(len(values) + 1, dtype=np.int64)
    rank[order] = np.arange(len(values))
    rank[-1] = -1
    return Facts(name, type, rank[codes], tuple(values[place] for place in order), counts[order])


def _eastern(text: str) -> int:
    return sum("\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af" for letter in text)
