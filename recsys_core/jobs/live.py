"""A shopper as somebody plays them in the studio: what they like, hide, add or remove changes their list at once, without training.

The edited past is read by the run's own scorer, and candidates are remade from it as `recommend --histories` makes them.

- like, add: the product joins the past. remove: it leaves the past. What the shopper had, or was said to have, is never listed, removed
  or not.
- hide: never shown, whatever a rule says.
- more like this: the product joins the past, and every product is lifted by MORE_SHARE x its cosine to it (never below 0), by the model's
  vectors, or by attributes where the product has none of these. MORE_SHARE is of the shopper's relevance range, as a rule's boost is.
- a tag at 0: nothing of its group is shown. At another weight w: the group is lifted by TAG_STEP x (w - 1) of the relevance range. The
  taste that balance aims at follows (`edit_interests`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import NotFoundError, UnsupportedError, UserError
from recsys_core.inference.contract import Floats, Scorer, Users
from recsys_core.inference.kinds.constant import ConstantScorer
from recsys_core.inference.top_k import mask_seen, top_k
from recsys_core.jobs.edits import Edits
from recsys_core.profiles.interests import Interests, edit_interests
from recsys_core.ranking.ground import TASTE_HALF_LIFE, Ground
from recsys_core.ranking.pools import DEFAULT_POOL
from recsys_core.training.events import Listener
from recsys_core.training.export import CANDIDATES, make_candidates

if TYPE_CHECKING:
    from recsys_core.jobs.studio import Opened
    from recsys_core.models.runs import Run

MORE_SHARE = 1.0  # of the relevance range: what is just like the product rises by all of it
TAG_STEP = 0.25  # of the relevance range, for each step of a tag's weight: a moderate boost
_MICROSECONDS_A_DAY = 86_400_000_000
_PER_PRODUCT = ("best_sellers", "tail", "surprise", "novelty", "price", "margin", "age")  # of a ground: the same whoever is ranked
Places = NDArray[np.int32]


def place_shopper(opened: Opened, user: int, edits: Edits, scorer: Scorer | None = None, *, among: bool = False) -> tuple[Ground, int]:
    """(the ground in which this shopper is ranked, their row in it). Without edits: the run's own ground and row.

    scorer: the run's, where the caller keeps it. among: with all other shoppers in their rows, which lists hang on where exposure is
    spread over the whole catalogue; else the shopper is the only one. Raises NotFoundError for a product or a group that the dataset
    does not have, UnsupportedError or UserError where the run cannot read another past.
    """
    ground = opened.studio.ground
    if not edits:
        return ground, user
    past = edited_past(opened, user, edits)
    moved = not np.array_equal(past, _row(opened.split.known, user))
    reason = why_not_live(opened.run)
    if moved and reason is not None and not (edits.more and not _moves(edits)):
        raise reason
    if reason is None and scorer is None:
        scorer = opened.run.scorer()
    never, shares = _never(opened, user, edits), _shares(opened, edits)
    if scorer is not None and reason is None:
        items, scores, fallback = _remade(opened, user, past, never, shares, scorer)
    else:
        items, scores, fallback = _kept(ground, user, never, shares)
    mix = _mix(opened, user, past, edits, moved=moved)
    own = ground.members.of(np.array([user]))
    one = replace(
        ground,
        candidates=items,
        scores=scores,
        fallback=fallback,
        had=_as_row(never, ground.n_items),
        mix=mix,
        segment=own.codes,
        drawn=own.drawn,
        shown=None if ground.shown is None else ground.shown[[user]],
        counted=ground.n_users if ground.counted is None else ground.counted,
    )
    for name in _PER_PRODUCT:
        one.__dict__[name] = getattr(ground, name)
    return (_among(ground, one, user), user) if among else (one, 0)


def edited_past(opened: Opened, user: int, edits: Edits) -> Places:
    """What the shopper is taken to have had, dataset indices, ascending; what is held out for testing is not in it."""
    known = _row(opened.split.known, user)
    joined = np.union1d(known, _indices(opened, (*edits.liked, *edits.added, *edits.more)))
    return np.setdiff1d(joined, _indices(opened, edits.removed)).astype(np.int32)


def playable(opened: Opened, edits: Edits) -> tuple[Edits, list[UserError]]:
    """(the edits that mean something in this run and dataset, why the others do not): of an address, which may be of another run."""
    problems: list[UserError] = []
    for _, item in edits.events:
        try:
            opened.dataset.item_index(item)
        except NotFoundError as error:
            problems.append(error)
            edits = edits.unsaid(item)
    for label in [label for label in edits.tags if label not in opened.studio.ground.groups]:
        problems.append(_no_group(label))
        edits = edits.tagged(label, 1)
    reason = why_not_live(opened.run)
    if reason is not None and _moves(edits):
        problems.append(reason)
        edits = replace(edits, liked=(), added=(), removed=())
    return edits, problems


def why_not_live(run: Run) -> UserError | None:
    """Why this run cannot read another past, None where it can; products are hidden and tags moved all the same."""
    if not run.folds_in:
        return UnsupportedError(
            f"The model {run.spec.id} learned one vector for each shopper and reads no history, so nothing can be added to one.",
            "Hide products instead, or choose a run that reads histories, such as edlae or mult-vae.",
        )
    if not run.manifest.get("scorer"):
        return UserError(
            f"The run '{run.id}' came with the demo and without the model's weights, so it cannot read another past.",
            "Hide products instead, or choose a run that has its weights.",
        )
    return None


@dataclass(frozen=True)
class Lifted:
    """A scorer whose items are lifted. shares: float32 [items], of each row's relevance range. seen: csr [n, items], what is out of it."""

    scorer: Scorer
    shares: Floats
    seen: sparse.csr_matrix

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """The scores with `shares` of the range between the best unseen item and the last of a pool of DEFAULT_POOL added."""
        scores = np.array(self.scorer.score(histories, users), dtype=np.float32)
        best = top_k(mask_seen(scores.copy(), self.seen), min(DEFAULT_POOL, scores.shape[1]))[1]
        return scores + relevance_range(best)[:, None] * self.shares


def relevance_range(best: Floats) -> Floats:
    """How far each row of scores [n, C], -inf where short, goes from its best to its last: float32 [n]; 1 where all are equal."""
    present = np.isfinite(best)
    low = np.where(present, best, np.inf).min(axis=1, initial=np.inf)
    high = np.where(present, best, -np.inf).max(axis=1, initial=-np.inf)
    span = np.where(present.any(axis=1) & (high > low), high - low, 1.0)
    return np.asarray(span, dtype=np.float32)


def _moves(edits: Edits) -> bool:
    return bool(edits.liked or edits.added or edits.removed)


def _indices(opened: Opened, ids: tuple[str, ...]) -> NDArray[np.int64]:
    return np.array([opened.dataset.item_index(id) for id in ids], dtype=np.int64)


def _row(matrix: sparse.csr_matrix, user: int) -> Places:
    return np.sort(matrix.indices[matrix.indptr[user] : matrix.indptr[user + 1]]).astype(np.int32)


def _as_row(items: Places, n_items: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones(len(items), np.float32), items, [0, len(items)]), shape=(1, n_items))


def _no_group(label: str) -> NotFoundError:
    return NotFoundError(f"There is no group of products '{label}'.", "Groups may have been made anew since; take the tag back.")


def _codes(opened: Opened, edits: Edits) -> dict[int, float]:
    """The number of each tagged group, with its weight."""
    labels = list(opened.studio.ground.groups)
    unknown = [label for label in edits.tags if label not in labels]
    if unknown:
        raise _no_group(unknown[0])
    return {labels.index(label): weight for label, weight in edits.tags.items()}


def _never(opened: Opened, user: int, edits: Edits) -> Places:
    """What the list must not show: all that the shopper had or sent back, all that was said of products, and hidden groups."""
    ground = opened.studio.ground
    said = _indices(opened, (*edits.liked, *edits.added, *edits.more, *edits.hidden))
    gone = [code for code, weight in _codes(opened, edits).items() if weight == 0]
    hidden = np.flatnonzero(np.isin(ground.group, gone)) if gone else np.empty(0, np.int64)
    return np.unique(np.concatenate([_row(ground.had, user), said, hidden])).astype(np.int32)


def _shares(opened: Opened, edits: Edits) -> Floats:
    """By how much each product is lifted: float32 [items], shares of the relevance range."""
    ground = opened.studio.ground
    shares = np.zeros(ground.n_items, dtype=np.float32)
    for code, weight in _codes(opened, edits).items():
        if weight > 0:
            shares[ground.group == code] += np.float32(TAG_STEP * (weight - 1))
    alike = [_alike(ground, int(item)) for item in _indices(opened, edits.more)]
    return shares + np.float32(MORE_SHARE) * np.max(alike, axis=0) if alike else shares


def _alike(ground: Ground, item: int) -> Floats:
    """The cosine of every product to one, 0 where it is negative or not known."""
    for vectors in (ground.model_vectors, ground.attribute_vectors):
        if vectors is not None and vectors[item].any():
            return np.asarray(np.maximum(vectors @ vectors[item], 0), dtype=np.float32)
    return np.zeros(ground.n_items, dtype=np.float32)


def _remade(
    opened: Opened, user: int, past: Places, never: Places, shares: Floats, scorer: Scorer
) -> tuple[Places, Floats, NDArray[np.bool_]]:
    """Candidates from the edited past, best sellers where the run knows nothing of it."""
    run, n_items = opened.run, opened.studio.ground.n_items
    items = np.asarray(run.items)
    used = scorer if np.isin(past, items).any() else _popular(opened, items)
    history, had = _as_row(past, n_items), _as_row(never, n_items)
    lifted = Lifted(used, shares[items], had[:, items].tocsr()) if shares.any() else used
    made = make_candidates(
        lifted, lifted, history, items, had=had, rows=np.array([user]), size=min(CANDIDATES, len(items)), listener=Listener()
    )
    return made.items, made.scores, made.fallback


def _popular(opened: Opened, items: Places) -> ConstantScorer:
    return ConstantScorer(np.asarray(opened.split.refit[:, items].sum(axis=0), dtype=np.float32).ravel())


def _kept(ground: Ground, user: int, never: Places, shares: Floats) -> tuple[Places, Floats, NDArray[np.bool_]]:
    """The run's own candidates without what must not be shown, in a new order where some are lifted."""
    items, scores = np.array(ground.candidates[[user]]), np.array(ground.scores[[user]])
    gone = (items < 0) | np.isin(items, never)
    lifts = relevance_range(np.where(gone, -np.inf, scores)[:, :DEFAULT_POOL])[:, None] * shares[items]
    scores = np.where(gone, -np.inf, scores + lifts).astype(np.float32)
    order = np.lexsort((items[0], -scores[0]))
    items = np.where(gone, -1, items)[:, order].astype(np.int32)
    return items, scores[:, order], np.asarray(ground.fallback[[user]])


def _mix(opened: Opened, user: int, past: Places, edits: Edits, *, moved: bool) -> sparse.csr_matrix:
    """The taste that balance aims at: csr float32 [1, G], as `ground.taste` makes it of the edited past, then with the tags' weights."""
    ground = opened.studio.ground
    row = _taste(opened, user, past) if moved else ground.mix[[user]].toarray()[0]
    weights = _codes(opened, edits)
    if weights:
        grouped = ground.group >= 0
        sold = np.bincount(ground.group[grouped], weights=ground.buyers[grouped], minlength=len(row))
        usual = (sold / max(float(sold.sum()), 1.0)).astype(np.float32)
        known = Interests(row[None, :].astype(np.float32), usual, list(ground.groups))
        row = edit_interests(known, row, weights)
    return sparse.csr_matrix(row[None, :].astype(np.float32))


def _taste(opened: Opened, user: int, past: Places) -> NDArray[np.float64]:
    """Shares of the groups, float64 [G]; what was bought counts 2^(-days / TASTE_HALF_LIFE), what was said counts as of today."""
    ground, dataset = opened.studio.ground, opened.dataset
    worth = np.ones(len(past))
    times = np.asarray(dataset.positive_array("time"), dtype=np.float64) if dataset.has_times else np.empty(0)
    told = times > np.iinfo(np.int64).min / 2
    if told.any():
        start, stop = dataset.positives.indptr[user : user + 2]
        bought = np.where(told[start:stop], (times[told].max() - times[start:stop]) / _MICROSECONDS_A_DAY, TASTE_HALF_LIFE)
        days = dict(zip(dataset.positives.indices[start:stop].tolist(), bought.tolist(), strict=True))
        worth = np.exp2([-days.get(item, 0.0) / TASTE_HALF_LIFE for item in past.tolist()])
    group = ground.group[past]
    mix = np.bincount(group[group >= 0], weights=worth[group >= 0], minlength=max(len(ground.groups), 1))
    return np.asarray(mix / mix.sum() if mix.sum() > 0 else mix)


def _among(ground: Ground, one: Ground, user: int) -> Ground:
    """The ground with this shopper's row changed."""
    items, scores = np.array(ground.candidates), np.array(ground.scores)
    width = min(items.shape[1], one.candidates.shape[1])
    items[user], scores[user] = -1, -np.inf
    items[user, :width], scores[user, :width] = one.candidates[0, :width], one.scores[0, :width]
    fallback = np.array(ground.fallback)
    fallback[user] = one.fallback[0]
    had, mix = (_with_row(whole, row, user) for whole, row in ((ground.had, one.had), (ground.mix, one.mix)))
    return replace(ground, candidates=items, scores=scores, fallback=fallback, had=had, mix=mix)


def _with_row(whole: sparse.csr_matrix, row: sparse.csr_matrix, user: int) -> sparse.csr_matrix:
    return sparse.vstack([whole[:user], row, whole[user + 1 :]], format="csr")
