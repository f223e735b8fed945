"""The filter itself: every synthetic shopper marked, and the slider measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.synthesis.contract import DrawnShoppers
from recsys_core.synthesis.filtering import curves
from recsys_core.synthesis.filtering.band import nearest_real, real_band
from recsys_core.synthesis.filtering.marks import NUMBER, Flags, Floats, Marks
from recsys_core.synthesis.filtering.store import Filtering, Limits
from recsys_core.synthesis.filtering.validity import broken_rules
from recsys_core.synthesis.real_log import RealLog
from recsys_core.synthesis.scorecard.events import Events
from recsys_core.synthesis.scorecard.utility import new_pairs

ACTIVITIES = 10  # groups of shoppers by how many products they have
UNREAL = 0.05  # share of real shoppers whom the critic finds less real than the slider's first place asks
Progress = Callable[[float, str], None]
Users = NDArray[np.int64]


def filter_shoppers(
    real: RealLog,
    drawn: DrawnShoppers,
    events: pd.DataFrame,
    *,
    like: sparse.csr_matrix | None = None,
    seed: int = 0,
    progress: Progress = lambda fraction, message: None,
) -> Filtering:
    """Mark the drawn shoppers, whose rows `events` holds by canonical names, and measure what keeping some of them does.

    like: csr of ones [shoppers, items], no empty rows: whom they should be like, where a segment, an activity or some products were wished
    for; None for all real shoppers. Realism and being like nobody are judged by these, near copies by all.
    The same seed gives the same marks and curves. Raises TooSmallError with fewer than 20 real or synthetic shoppers.
    """
    from recsys_core.synthesis.filtering.critic_sklearn import judged

    users = np.flatnonzero(real.shoppers.lengths)
    theirs, ours = real.shoppers.sets[users], _sets(drawn, real.shoppers.n_items)
    progress(0.02, "checking every row")
    broken = broken_rules(real.rows, events, len(drawn))
    progress(0.15, "asking the critic")
    critic = judged(theirs if like is None else like, ours, seed)
    progress(0.4, "looking for the nearest real shopper")
    band = real_band(theirs, np.random.default_rng([seed, 1]))  # P3's stream, so that its limit is the scorecard's
    nearest, who = nearest_real(ours, theirs)
    nearest_user = np.where(who >= 0, users[who], -1).astype(np.int32)
    far = band.far if like is None else real_band(like, np.random.default_rng([seed, 1])).far
    too_far = (nearest if like is None else nearest_real(ours, like)[0]) < far
    marks = _marks(
        critic.made, nearest, nearest_user, broken, band.too_close(nearest, np.diff(drawn.indptr)), too_far, np.diff(drawn.indptr)
    )
    measures = curves.Measures(_real_events(real, users), _targets(real, users), band.real, seed)
    stops = curves.curves(measures, ours, marks, lambda fraction, message: progress(0.5 + 0.5 * fraction, message))
    limits = Limits(band.close, far, float(np.quantile(critic.real, UNREAL)), critic.told_apart)
    return Filtering(marks, critic.real, band.real, limits, stops, curves.titles(measures), _notes(measures, like), seed)


def _sets(drawn: DrawnShoppers, n_items: int) -> sparse.csr_matrix:
    """As `DrawnShoppers.matrix`, which sorts the very products it is given: those of a set on disk cannot be written."""
    return replace(drawn, items=np.array(drawn.items)).matrix(n_items)


def _notes(measures: curves.Measures, like: sparse.csr_matrix | None) -> tuple[str, ...]:
    if like is None:
        return curves.notes(measures)
    return (f"What was wished for is judged by the {like.shape[0]:,} real shoppers it describes.", *curves.notes(measures))


def _marks(
    realism: Floats,
    nearest: Floats,
    nearest_user: NDArray[np.int32],
    broken: NDArray[np.int8],
    close: Flags,
    far: Flags,
    products: NDArray[np.int64],
) -> Marks:
    reason = broken.copy()
    reason[(reason == 0) & close] = NUMBER["too-close"]
    reason[(reason == 0) & far] = NUMBER["too-far"]
    return Marks(realism, nearest, nearest_user, close, far, broken > 0, reason, score(realism, products, reason == 0))


def score(realism: Floats, products: NDArray[np.int64], passes: NDArray[np.bool_]) -> Floats:
    """What the slider orders by: half realism, half its rank, 0 to 1, among the passing shoppers with about as many products.

    By realism alone, half of a draw on ml-100k has too many active shoppers (KS of activity .20; so .04), with F9 and U1 the same.
    """
    found, rows = realism / 2, np.flatnonzero(passes)
    by_activity = rows[np.argsort(products[rows], kind="stable")]
    for group in np.array_split(by_activity, ACTIVITIES):
        rank = np.searchsorted(np.sort(realism[group]), realism[group], "right") - 0.5
        found[group] += rank / max(len(group), 1) / 2
    return np.asarray(found)


def _real_events(real: RealLog, users: Users) -> Events:
    """All rows of the real log: shopper `users[k]` as k."""
    place = np.searchsorted(users, real.user).astype(np.int64)
    return Events(place, real.item.astype(np.int64), len(users), real.shoppers.n_items, {})


def _targets(real: RealLog, users: Users) -> sparse.csr_matrix | None:
    """What real shoppers have in the holdout and not in the real log, of products that the real log has; None where there is nothing."""
    if real.holdout is None:
        return None
    ours = _real_events(real, users)
    first = np.unique(ours.user, return_index=True)[1]
    user = pd.Index(real.rows["user_id"].iloc[first]).get_indexer(pd.Index(real.holdout["user_id"]))
    item = real.items.get_indexer(pd.Index(real.holdout["item_id"]))
    known = (user >= 0) & (item >= 0)
    known[known] = ours.item_counts[item[known]] > 0
    held = Events(user[known].astype(np.int64), item[known].astype(np.int64), ours.n_users, ours.n_items, {})
    found = new_pairs(ours, held)
    return found if found.nnz else None
