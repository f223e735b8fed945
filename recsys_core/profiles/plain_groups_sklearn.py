"""Groups that are plain to see: where what is bought together, or what titles say, falls apart into a certain number of groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import homogeneity_score
from sklearn.preprocessing import normalize

from recsys_core.profiles.number_sklearn import Trial, by_size, clearest, k_means, nearest, try_numbers
from recsys_core.profiles.spectrum_sklearn import Spectrum

MOST_GROUPS = 40
_LOOK_FIRST = 0.3  # silhouette that one of a few numbers must reach before all are tried: real logs stay below it
_SURE = 5  # entries from which on a row helps to find the groups; the others are placed afterwards
_SURE_OF = 0.65  # silhouette from which on titles are believed whatever is bought together
_AS_CLEAR = 0.15  # finer groups may be less clear by this much
_NESTED = 0.8  # share of a coarser grouping that a finer one explains, to be the same one seen more sharply


@dataclass(frozen=True)
class PlainGroups:
    """codes: int32, -1 where nothing is known of a row. trials: what was tried."""

    codes: NDArray[np.int32]
    n_groups: int
    trials: list[Trial]

    @property
    def clarity(self) -> float:
        """The silhouette at their number."""
        return next(trial.silhouette for trial in self.trials if trial.groups == self.n_groups)


def plain_groups(view: Spectrum, degrees: NDArray[np.integer], seed: int) -> PlainGroups | None:
    """The groups in one view of the rows, None where it has none that are clear.

    degrees: entries of each row. As many dimensions stand out as there are groups but one, so numbers around that are tried.
    """
    known = (degrees > 0) & (np.linalg.norm(view.rows, axis=1) > 0)
    if view.rank == 0 or known.sum() < 12:
        return None
    sure = known & (degrees >= min(_SURE, np.median(degrees[known])))
    points = normalize(view.rows[sure])
    first = sorted({max(2, view.rank // 2), view.rank, view.rank + 1, view.rank + 2} - {0, 1})
    first = [k for k in first if k <= MOST_GROUPS] or [MOST_GROUPS]
    looked = try_numbers(points, first, seed)
    if not looked or max(trial.silhouette for trial in looked) < _LOOK_FIRST:
        return None
    rest = [k for k in range(2, min(MOST_GROUPS, 2 * view.rank + 3) + 1) if k not in first]
    trials = sorted([*looked, *try_numbers(points, rest, seed)], key=lambda trial: trial.groups)
    best = clearest(trials)
    if best is None:
        return None
    return PlainGroups(place(view.rows, sure, known, best.groups, seed), best.groups, trials)


def place(rows: NDArray[np.float64], sure: NDArray[np.bool_], known: NDArray[np.bool_], k: int, seed: int) -> NDArray[np.int32]:
    """k groups of the sure rows; the other known rows go to the nearest, the rest to none."""
    points = normalize(rows[sure])
    inner = k_means(points, k, seed)
    centres = np.vstack([points[inner == group].mean(axis=0) for group in range(k)])
    codes = np.full(len(rows), -1, dtype=np.int32)
    codes[known] = nearest(normalize(rows[known]), centres)
    codes[sure] = inner
    return by_size(codes, k)


def sharper(titles: PlainGroups | None, purchases: PlainGroups | None) -> PlainGroups | None:
    """Of two groupings of the same products the one to go by.

    Titles say what a product is, so they go first where they are sure; purchases where they show finer groups within those of titles, or
    where titles are less clear than they.
    """
    if titles is None or purchases is None:
        return titles or purchases
    both = (titles.codes >= 0) & (purchases.codes >= 0)
    within = homogeneity_score(titles.codes[both], purchases.codes[both]) >= _NESTED
    if purchases.n_groups > titles.n_groups and within and purchases.clarity >= titles.clarity - _AS_CLEAR:
        return purchases
    return titles if titles.clarity >= min(_SURE_OF, purchases.clarity) else purchases
