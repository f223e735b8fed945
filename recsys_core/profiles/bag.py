"""Which product has which words: titles and descriptions as a table of ones over stems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.profiles.words import stem, title_words

_LONGEST = 600  # characters of a description that are read: what matters comes first
_COMMONEST = 0.8  # a word that more of the products have tells none of them apart


@dataclass(frozen=True)
class Bag:
    """present: float64 (items, words) of ones. words: as most often written, by place."""

    present: csr_matrix
    words: list[str]

    @property
    def titles_with(self) -> NDArray[np.int64]:
        """In how many items each word is."""
        return np.bincount(self.present.indices, minlength=len(self.words))


def read_bag(titles: Sequence[str], descriptions: Sequence[str] | None = None, fewest: int = 2) -> Bag:
    """The words that at least `fewest` products and at most four in five have."""
    places: dict[str, int] = {}
    written: list[dict[str, int]] = []
    indices: list[int] = []
    indptr = [0]
    for row, title in enumerate(titles):
        text = f"{title} . {descriptions[row][:_LONGEST]}" if descriptions and descriptions[row] else title
        own: set[int] = set()
        for base, _ in title_words(text)[0]:
            place = places.setdefault(stem(base), len(places))
            if place == len(written):
                written.append({})
            written[place][base] = written[place].get(base, 0) + 1
            own.add(place)
        indices.extend(sorted(own))
        indptr.append(len(indices))
    present = csr_matrix((np.ones(len(indices)), np.array(indices, dtype=np.int32), indptr), shape=(len(titles), len(places)))
    titles_with = np.bincount(present.indices, minlength=len(places))
    used = np.flatnonzero((titles_with >= fewest) & (titles_with <= _COMMONEST * max(len(titles), 1)))
    shown = [max(forms, key=lambda form: forms[form]) for forms in written]
    return Bag(csr_matrix(present[:, used]), [shown[place] for place in used])
