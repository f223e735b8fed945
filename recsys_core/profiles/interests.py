"""Interest tags: which groups of products a shopper will choose from next, how sure that is, and what it rests on.

A score is the expected share of the shopper's next new products that are of the group: what they chose from it so far, drawn towards what
everybody chooses (a Dirichlet prior), newer choices counting more where that foretells better, and mixed with what a model would list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.data.dataset import Dataset
from recsys_core.data.matrices import rows_of
from recsys_core.data.pairs import NO_TIME
from recsys_core.data.splits import Split
from recsys_core.errors import InputError
from recsys_core.evaluation.intervals import Interval, bootstrap_intervals
from recsys_core.profiles.groups import ItemGroups

TOP = 3
HEAVIEST = 10.0
_DAY = 86_400_000_000  # microseconds
_BLOCK = 4096  # shoppers at a time

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Recipe:
    """How scores are made. strength: of the prior, in products. half_life: days after which a choice counts half; None: all alike.

    listed: weight, 0 to 1, of what a model would list.
    """

    strength: float = 10.0
    half_life: float | None = None
    listed: float = 0.0


# Tried on validation one after the other: each setting with the best of those before it.
STRENGTHS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
HALF_LIVES = (365.0, 180.0, 90.0, 30.0)
LISTED = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Tag:
    """One group of products and a shopper. score: 0 to 1. usual: the share that it has of everybody's products.

    products: how many of its products the shopper has; events: how often they chose one; days: since the newest of these products was
    first chosen, None where it is not known.
    """

    group: int
    label: str
    score: float
    usual: float
    products: int
    events: int
    days: float | None


@dataclass(frozen=True)
class Interests:
    """scores: float32 [n, groups], each row sums to 1. usual: float32 [groups], everybody's. labels: of the groups."""

    scores: Floats
    usual: Floats
    labels: list[str]

    def top(self, k: int = TOP) -> NDArray[np.int32]:
        """The k groups of greatest score: int32 [n, k], equals by number."""
        return top_groups(self.scores, k)


@dataclass(frozen=True)
class Held:
    """How often the top tags hold the group of a held-out product, and how often the most popular groups do; mean share over shoppers.

    gain: the difference, paired. users: how many were tested.
    """

    users: int
    tags: Interval
    popular: Interval
    gain: Interval


def predict_interests(
    dataset: Dataset, groups: ItemGroups, histories: csr_matrix, recipe: Recipe | None = None, listed: NDArray[np.integer] | None = None
) -> Interests:
    """The tags of every shopper. histories: csr of ones [all users, items], what may be known (`Dataset.positives`, or part of a split).

    listed: int [all users, C], what a model would list, best first, -1 padded; it counts by `recipe.listed`. A shopper without a history
    has everybody's shares.
    """
    recipe = recipe or Recipe()
    counted = _weighted(dataset, histories, recipe.half_life)
    usual = _usual(histories, groups)
    scores = np.empty((histories.shape[0], len(groups.labels)), dtype=np.float32)
    member = _members(groups)
    for start in range(0, len(scores), _BLOCK):
        rows = slice(start, start + _BLOCK)
        own = np.asarray((counted[rows] @ member).todense(), dtype=np.float64)
        shares = (own + recipe.strength * usual) / (own.sum(axis=1, keepdims=True) + recipe.strength)
        if recipe.listed and listed is not None:
            mix = _listed_mix(np.asarray(listed[rows]), groups)
            known = mix.sum(axis=1, keepdims=True) > 0
            shares = np.where(known, (1 - recipe.listed) * shares + recipe.listed * mix, shares)
        scores[rows] = shares
    return Interests(scores, usual.astype(np.float32), groups.labels)


def of_past(
    dataset: Dataset,
    groups: ItemGroups,
    usual: NDArray[np.floating],
    user: int,
    past: NDArray[np.integer],
    recipe: Recipe | None = None,
    listed: NDArray[np.integer] | None = None,
) -> Floats:
    """The tags of one shopper with another past, as `predict_interests` would have them: float32 [groups].

    usual: float [groups], everybody's. past: int, item indices; what the log does not have of the shopper counts as chosen on its last
    day. listed: int [C], what a model would list.
    """
    recipe = recipe or Recipe()
    worth = np.ones(len(past))
    if recipe.half_life is not None and dataset.has_times and len(past):
        ages = _ages(dataset, user)
        worth = np.exp2([-min(ages.get(item, 0.0), 40 * recipe.half_life) / recipe.half_life for item in past.tolist()])
        worth *= len(past) / (worth.sum() if worth.sum() > 0 else 1.0)
    codes = groups.codes[past]
    own = np.bincount(codes[codes >= 0], weights=worth[codes >= 0], minlength=len(groups.labels))
    shares = (own + recipe.strength * np.asarray(usual, dtype=np.float64)) / (own.sum() + recipe.strength)
    if recipe.listed and listed is not None:
        mix = _listed_mix(np.asarray(listed)[None, :], groups)[0]
        shares = (1 - recipe.listed) * shares + recipe.listed * mix if mix.sum() > 0 else shares
    return np.asarray(shares, dtype=np.float32)


def choose_recipe(
    dataset: Dataset, groups: ItemGroups, split: Split, listed: tuple[NDArray[np.integer], NDArray[np.integer]] | None = None
) -> Recipe:
    """The recipe whose top 3 tags hold most of what the split's validation part holds out.

    listed: (users [n], items [n, C]) of a run of this split, `Run.validation_lists`: made without knowing the validation part.
    """
    table = None
    if listed is not None:
        table = np.full((dataset.n_users, listed[1].shape[1]), -1, dtype=np.int32)
        table[listed[0]] = listed[1]

    def value(recipe: Recipe) -> float:
        found = predict_interests(dataset, groups, split.validation_fold_in, recipe, table)
        share = held_share(found.top(), split.validation_targets, groups)
        return float(np.nanmean(share)) if np.isfinite(share).any() else 0.0

    best = Recipe()
    most = value(best)
    tried = [[{"strength": one} for one in STRENGTHS]]
    tried += [[{"half_life": one} for one in HALF_LIVES]] if dataset.has_times else []
    tried += [[{"listed": one} for one in LISTED]] if table is not None else []
    for settings in tried:
        found = [(value(replace(best, **one)), replace(best, **one)) for one in settings]  # type: ignore[arg-type]
        for share, recipe in found:
            if share > most:
                most, best = share, recipe
    return best


def measure_interests(
    dataset: Dataset, groups: ItemGroups, split: Split, recipe: Recipe, listed: NDArray[np.integer] | None = None, *, seed: int = 0
) -> Held:
    """The top 3 tags against the three groups that everybody chooses most, on the split's test part. listed: `Run.candidates`.

    Only held-out products that are in a group count: others no tag can hold. Raises ValueError where there are none.
    """
    found = predict_interests(dataset, groups, split.test_fold_in, recipe, listed)
    tags = held_share(found.top(), split.test_targets, groups)
    popular = held_share(
        np.broadcast_to(top_groups(found.usual[None, :], TOP), (len(tags), min(TOP, len(groups.labels)))), split.test_targets, groups
    )
    tested = np.isfinite(tags)
    values = np.stack([tags[tested], popular[tested], tags[tested] - popular[tested]], axis=1)
    return Held(int(tested.sum()), *bootstrap_intervals(values, seed=seed))


def held_share(tags: NDArray[np.integer], targets: csr_matrix, groups: ItemGroups) -> NDArray[np.float64]:
    """Share of each shopper's held-out products whose group is among their tags: float64 [n], NaN without any product in a group.

    tags: int [n, k]. targets: csr of ones [n, items].
    """
    row, code = rows_of(targets.indptr), groups.codes[targets.indices]
    row, code = row[code >= 0], code[code >= 0]
    hit = (tags[row] == code[:, None]).any(axis=1)
    n = targets.shape[0]
    counts = np.bincount(row, minlength=n).astype(np.float64)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.bincount(row, weights=hit, minlength=n) / counts)


def describe_tags(
    dataset: Dataset,
    groups: ItemGroups,
    interests: Interests,
    user: int,
    k: int = TOP,
    scores: NDArray[np.floating] | None = None,
    past: NDArray[np.integer] | None = None,
) -> tuple[Tag, ...]:
    """The first k tags of one shopper with what they rest on. scores: [groups], instead of the predicted ones (`edit_interests`).

    past: int, the only products to count, such as those that are not held out; what the log does not have of the shopper has no events.
    """
    row = interests.scores[user] if scores is None else np.asarray(scores, dtype=np.float32)
    start, stop = dataset.positives.indptr[user : user + 2]
    bought = dataset.positives.indices[start:stop]
    events, time = (np.asarray(dataset.positive_array(name)[start:stop]) for name in ("events", "time"))
    if past is not None:
        counts = np.isin(bought, past)
        new = np.setdiff1d(past, bought)
        bought = np.concatenate([bought[counts], new])
        events = np.concatenate([events[counts], np.zeros(len(new), events.dtype)])
        time = np.concatenate([time[counts], np.full(len(new), NO_TIME, time.dtype)])
    codes, end = groups.codes[bought], _end(dataset)

    def tag(group: int) -> Tag:
        mine = codes == group
        when = time[mine & (time != NO_TIME)]
        days = (end - int(when.max())) / _DAY if len(when) else None
        usual = float(interests.usual[group])
        return Tag(group, groups.labels[group], float(row[group]), usual, int(mine.sum()), int(events[mine].sum()), days)

    return tuple(tag(int(group)) for group in top_groups(row[None, :], k)[0] if row[group] > 0)


def edit_interests(interests: Interests, scores: NDArray[np.floating], edits: Mapping[int, float]) -> Floats:
    """One shopper's tags as a person wants them: float32 [groups], sums to 1 (0 where all are hidden).

    scores: float [groups]. edits: group -> weight: 0 hides it, 1 leaves it, above 1 (up to 10) pins it up: that many times its score, or
    that many times its usual share where the shopper has less of it than others. Raises InputError for another group or weight.
    """
    row = np.asarray(scores, dtype=np.float64).copy()
    for group, weight in edits.items():
        if not 0 <= group < len(row):
            raise InputError(f"There is no group of products number {group}.", f"Use a number from 0 to {len(row) - 1}.")
        if not 0 <= weight <= HEAVIEST:
            raise InputError(
                f"The weight of '{interests.labels[group]}' is {weight:g}.",
                f"Use 0 to hide it, 1 to leave it as it is, up to {HEAVIEST:g} to pin it up.",
            )
        row[group] = weight * (max(row[group], float(interests.usual[group])) if weight > 1 else row[group])
    total = row.sum()
    return (row / total if total > 0 else row).astype(np.float32)


def recommend_by_tags(scores: NDArray[np.floating], groups: ItemGroups, popularity: NDArray[np.floating]) -> Floats:
    """What the tags alone would show: float32 [n, items], the chance of each product: its group's score times its share of the group.

    scores: float [n, groups]. popularity: [items], how many chose each; a group that nobody chose from is dealt evenly, a product without
    a group gets 0.
    """
    known = groups.codes >= 0
    codes = np.where(known, groups.codes, 0)
    weight = np.where(known, np.asarray(popularity, dtype=np.float64), 0.0)
    total = np.bincount(codes, weights=weight, minlength=len(groups.labels))
    size = np.bincount(codes[known], minlength=len(groups.labels))
    share = np.where(total[codes] > 0, weight / np.maximum(total[codes], 1e-300), 1.0 / np.maximum(size[codes], 1))
    return np.asarray(scores, dtype=np.float32)[:, codes] * np.where(known, share, 0.0).astype(np.float32)


def top_groups(scores: NDArray[np.floating], k: int) -> NDArray[np.int32]:
    """The k greatest of each row, equals by number: int32 [n, min(k, groups)]."""
    return np.argsort(-scores, axis=1, kind="stable")[:, :k].astype(np.int32)


def _members(groups: ItemGroups) -> csr_matrix:
    """Csr of ones, float64 [items, groups]."""
    items = np.flatnonzero(groups.codes >= 0)
    return csr_matrix((np.ones(len(items)), (items, groups.codes[items])), shape=(len(groups.codes), len(groups.labels)))


def _usual(histories: csr_matrix, groups: ItemGroups) -> NDArray[np.float64]:
    """The share of each group in all histories; evenly where these hold nothing."""
    counts = np.asarray(histories.sum(axis=0), dtype=np.float64).ravel() @ _members(groups)
    return np.asarray(counts / counts.sum() if counts.sum() > 0 else np.full(len(counts), 1 / max(len(counts), 1)))


def _weighted(dataset: Dataset, histories: csr_matrix, half_life: float | None) -> csr_matrix:
    """Histories with 2^(-age / half-life) for each pair, the sum of a shopper's weights kept: a pause makes nobody's taste less known."""
    if half_life is None or not dataset.has_times:
        return histories
    positives = dataset.positives
    time = np.asarray(dataset.positive_array("time"))
    age = np.where(time == NO_TIME, np.inf, (_end(dataset) - time) / _DAY)
    aged = csr_matrix((np.exp2(-np.minimum(age, 40 * half_life) / half_life), positives.indices, positives.indptr), shape=positives.shape)
    found = csr_matrix(aged.multiply(histories))
    now, before = np.asarray(found.sum(axis=1)).ravel(), np.diff(histories.indptr)
    found.data *= np.repeat(before / np.where(now > 0, now, 1.0), np.diff(found.indptr))
    return found


def _ages(dataset: Dataset, user: int) -> dict[int, float]:
    """How many days before the log's end a shopper's products were first chosen; infinite where that is not known."""
    start, stop = dataset.positives.indptr[user : user + 2]
    time = np.asarray(dataset.positive_array("time")[start:stop])
    days = np.where(time == NO_TIME, np.inf, (_end(dataset) - time) / _DAY)
    return dict(zip(dataset.positives.indices[start:stop].tolist(), days.tolist(), strict=True))


def _end(dataset: Dataset) -> int:
    """When the log ends, in microseconds; NO_TIME where that is not known."""
    return int(np.max(dataset.positive_array("time"), initial=NO_TIME))


def _listed_mix(listed: NDArray[np.integer], groups: ItemGroups) -> NDArray[np.float64]:
    """Shares of the groups in lists [n, C], each place discounted by 1 / log2(place + 1): float64 [n, groups]; zeros for empty lists."""
    n, width = listed.shape
    code = np.where(listed >= 0, groups.codes[listed], -1)
    discount = np.broadcast_to(1 / np.log2(np.arange(2, width + 2)), listed.shape)
    row, place = np.nonzero(code >= 0)
    mix = csr_matrix((discount[row, place], (row, code[row, place])), shape=(n, len(groups.labels))).toarray()
    return np.asarray(mix / np.maximum(mix.sum(axis=1, keepdims=True), 1e-12))
