"""One shopper as a run's scorer reads them: the subject of every explanation by removal."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.explain.subsets import parts_of, subset_scores
from recsys_core.inference.contract import Floats, Scorer
from recsys_core.inference.kinds.constant import ConstantScorer
from recsys_core.inference.kinds.user_item import UserItemScorer
from recsys_core.models.runs import Run

READS_HISTORY, SAME_FOR_ALL, OWN_VECTOR, NO_HISTORY = "history", "same-for-everyone", "own-vector", "no-history"
"""What a list is made from: the shopper's past; nothing of the shopper's; a vector learned for this very shopper; best sellers, for want
of a past that the model can read."""


@dataclass(frozen=True)
class Shopper:
    """scorer: of a run. items: int32 [run items], ascending: the dataset's index of each. history: int [h], places among them, ascending.

    user: the shopper's row in the matrix that trained, where there is one.
    """

    scorer: Scorer = field(repr=False)
    items: NDArray[np.int32]
    history: NDArray[np.int64]
    user: int | None = None

    @classmethod
    def of(cls, run: Run, known: sparse.csr_matrix, user: int, *, scorer: Scorer | None = None) -> Shopper:
        """A shopper of the log. known: csr [users, dataset items], what the run's lists were made from (`Split.known`).

        scorer: `run.scorer()`, where the caller keeps it. Raises UserError where the run was shipped without its weights.
        """
        past = known.indices[known.indptr[user] : known.indptr[user + 1]]
        return cls.with_past(run, past, user=user, scorer=scorer)

    @classmethod
    def with_past(cls, run: Run, past: NDArray[np.integer], *, user: int | None = None, scorer: Scorer | None = None) -> Shopper:
        """The same with any past, int dataset item indices; those that the run does not know say nothing to it, and are left out."""
        items = np.asarray(run.items)
        places = places_of(items, np.unique(past))
        return cls(run.scorer() if scorer is None else scorer, items, places[places >= 0], user)

    @property
    def past(self) -> NDArray[np.int32]:
        """Int32 [h]: the dataset's indices of the history."""
        return self.items[self.history]

    @property
    def reads(self) -> str:
        """What the list is made from: READS_HISTORY, SAME_FOR_ALL, OWN_VECTOR or NO_HISTORY."""
        made = reads_of(self.scorer)
        return NO_HISTORY if made == READS_HISTORY and not len(self.history) else made

    def places(self, items: NDArray[np.integer]) -> NDArray[np.int64]:
        """Places among the run's items of dataset item indices; -1 for -1 and for items that the run does not know."""
        return places_of(self.items, items)

    def scores(self, keep: NDArray[np.bool_], shown: NDArray[np.integer] | None = None) -> Floats:
        """Scores of the items at places `shown` (default: all) for subsets of the history, keep bool [n, h]: float32 [n, len(shown)]."""
        return subset_scores(self.scorer, self.history, keep, shown, len(self.items), self.user)


def reads_of(scorer: Scorer) -> str:
    """READS_HISTORY, SAME_FOR_ALL or OWN_VECTOR; a compound scorer reads a history where one of its parts does."""
    parts = parts_of(scorer)
    if parts:
        made = {reads_of(part) for part in parts}
        return next(kind for kind in (READS_HISTORY, OWN_VECTOR, SAME_FOR_ALL) if kind in made)
    return SAME_FOR_ALL if isinstance(scorer, ConstantScorer) else OWN_VECTOR if isinstance(scorer, UserItemScorer) else READS_HISTORY


def places_of(items: NDArray[np.integer], wanted: NDArray[np.integer]) -> NDArray[np.int64]:
    """Where each of `wanted` stands in `items`, which ascend: int64, -1 where it does not."""
    at = np.minimum(np.searchsorted(items, wanted), len(items) - 1)
    return np.where(items[at] == wanted, at, -1).astype(np.int64)
