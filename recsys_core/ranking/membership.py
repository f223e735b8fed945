"""Which shopper is in which segments: the found ones part the shoppers, those drawn on a map overlap with them and with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Membership:
    """Of U shoppers or other anchors.

    codes: int32 [U], the found segment of each, -1 none. labels: the found segments' names, then those of the drawn ones, the oldest
    first. drawn: bool [U, D], who is in each drawn one: of the last D labels.
    """

    codes: NDArray[np.int32]
    labels: Sequence[str]
    drawn: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def found(self) -> Sequence[str]:
        """The names of the found segments."""
        return self.labels[: len(self.labels) - self.drawn.shape[1]]

    def inside(self, label: str) -> NDArray[np.bool_]:
        """bool [U]: who is in the segment of this name; nobody where there is none."""
        return next((own for name, own in self.each() if name == label), np.zeros(len(self), dtype=np.bool_))

    def each(self) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        """(name, who is in it, bool [U]) of every segment."""
        for code, label in enumerate(self.found):
            yield label, np.asarray(self.codes == code)
        yield from zip(self.labels[len(self.found) :], self.drawn.T, strict=True)

    def of(self, rows: NDArray[np.integer]) -> Membership:
        """Of these alone, in their order. rows: int [n]; -1 is in no segment."""
        known = np.asarray(rows) >= 0
        codes = np.where(known, self.codes[rows], -1).astype(np.int32)
        return Membership(codes, self.labels, self.drawn[rows] & known[:, None])


def nobody(n: int, labels: Sequence[str], drawn: int = 0) -> Membership:
    """Of n anchors that are in no segment. drawn: how many of the labels are of drawn ones."""
    return Membership(np.full(n, -1, np.int32), labels, np.zeros((n, drawn), dtype=np.bool_))
