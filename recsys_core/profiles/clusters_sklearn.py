"""Groups of products: those that are plain to see in what is bought together or in titles, else k-means on the fused profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.profiles.bag import Bag
from recsys_core.profiles.fusing import Part, fuse
from recsys_core.profiles.kinds_sklearn import kind_points
from recsys_core.profiles.labels import Vocabulary
from recsys_core.profiles.number_sklearn import Trial, by_size, clearest, k_means, try_numbers
from recsys_core.profiles.plain_groups_sklearn import PlainGroups, place, plain_groups, sharper
from recsys_core.profiles.sampling import shoppers_read
from recsys_core.profiles.settling import one_hot, settle, tells
from recsys_core.profiles.spectrum_sklearn import Spectrum, spectrum

FEWEST, MOST = 8, 40  # suggested for a shop without plain groups: fewer say too little, more cannot be kept in mind
_SIZES = (2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 28, 32, 36, 40)
_GOOD_ENOUGH = 0.7  # of the best silhouette: it creeps up with k on text, and fewer groups are easier to keep in mind
_LARGEST = 0.12  # share of the products: a group that holds more is what is left over, and more groups would take it apart
_FEWEST_ITEMS = 40
TOO_LITTLE = "Too little is known of the products to tell groups apart: give titles or categories, or a log of more shoppers."
_CONTENT = ("text", "category", "brand", "picture", "vectors")


@dataclass(frozen=True)
class Clusters:
    """codes: int32, the group of each item by size, -1 for none. trials: the numbers of groups tried. suggested: the number that the data
    says, asked for or not. plain: whether the groups are plain to see. reason: why there are none, else ''. basis: what they were found in.
    segments: the kinds of shopper that go with plain groups, -1 for none, None where shoppers show no plain kinds."""

    codes: NDArray[np.int32]
    n_groups: int
    trials: list[Trial]
    suggested: int
    plain: bool
    basis: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True)
class Views:
    """What shoppers' purchases and titles have in common, each a spectrum; shoppers: those that were read, by their number."""

    purchases: Spectrum
    titles: Spectrum
    bought: csr_matrix  # (shoppers read, items) of ones
    shoppers: NDArray[np.intp]
    words: csr_matrix  # (items, words) of ones


def read_views(positives: csr_matrix, bag: Bag, seed: int) -> Views:
    """The two tables that show groups of products; of very many shoppers a sample is read."""
    shoppers = shoppers_read(positives, np.random.Generator(np.random.PCG64(seed)))
    bought = csr_matrix(positives[shoppers], dtype=np.float64)
    titles = spectrum(bag.present, seed, smooth=0.0)
    return Views(spectrum(bought, seed), titles, bought, shoppers, bag.present)


def find_clusters(
    views: Views,
    parts: Mapping[str, Part],
    weights: Mapping[str, float],
    vocabulary: Vocabulary,
    seed: int,
    n_clusters: int | None = None,
    check: Callable[[], None] = lambda: None,
) -> Clusters:
    """The groups of all products. n_clusters: as many groups, whatever the data says; None: as many as it says."""
    found = _plain(views, seed, check)
    if found is not None and n_clusters in (None, found.n_groups):
        return found
    points, basis = _points(parts, weights, vocabulary, seed)
    rows = np.flatnonzero(np.linalg.norm(points, axis=1) > 0.5) if points.size else np.zeros(0, dtype=np.intp)
    if found is not None:  # another number of groups than is plain to see: where they were seen
        view = views.titles if "text" in found.basis else views.purchases
        known = np.linalg.norm(view.rows if view is views.titles else view.columns, axis=1) > 0
        coordinates = view.rows if view is views.titles else view.columns
        codes = place(coordinates, known, known, _possible(n_clusters, int(known.sum())), seed)
        return Clusters(codes, int(codes.max()) + 1, found.trials, found.n_groups, False, found.basis)
    if len(rows) < _FEWEST_ITEMS:
        return Clusters(np.full(len(points), -1, dtype=np.int32), 0, [], 0, False, (), TOO_LITTLE)
    check()
    trials = try_numbers(points[rows], _SIZES, seed)
    suggested = _suggest(trials)
    k = _possible(n_clusters or suggested, len(rows))
    codes = np.full(len(points), -1, dtype=np.int32)
    codes[rows] = k_means(points[rows], k, seed)
    return Clusters(by_size(codes, k), k, trials, suggested, clearest(trials) is not None and k == suggested, basis)


def _plain(views: Views, seed: int, check: Callable[[], None]) -> Clusters | None:
    """Groups that are plain to see in titles or in what is bought together."""
    check()
    by_title = _by_title(views, seed)
    check()
    buyers = csr_matrix(views.bought.T)
    by_purchase = plain_groups(views.purchases.turned(), np.diff(buyers.indptr), seed)
    best = sharper(by_title, by_purchase)
    if best is None:
        return None
    by_words = best is by_title
    codes = _settled(best, by_words, views, buyers, seed)
    basis = ("text",) if by_words else ("together",)
    return Clusters(by_size(codes, best.n_groups), best.n_groups, best.trials, best.n_groups, True, basis)


def _by_title(views: Views, seed: int) -> PlainGroups | None:
    """Groups that are plain to see in titles: the coarse ones where words fall into kinds and those into finer ones, else as they come."""
    if views.titles.rank < 2:
        return None
    words, coarse = np.diff(views.words.indptr), views.titles.coarse()
    return (plain_groups(coarse, words, seed) if coarse is not None else None) or plain_groups(views.titles, words, seed)


def _settled(best: PlainGroups, by_words: bool, views: Views, buyers: csr_matrix, seed: int) -> NDArray[np.int32]:
    """Every product that anything is known of in a group, by its words and by which kinds of shopper buy it.

    Groups seen in titles stand; what has no readable title is placed by its buyers.
    """
    tables = [buyers] if views.purchases.rank else []
    kinds = plain_groups(views.purchases, np.diff(views.bought.indptr), seed) if views.purchases.rank else None
    if kinds is not None:
        member = one_hot(kinds.codes, kinds.n_groups)
        tables = [csr_matrix(buyers @ member)]
    words = [views.words] if tells(views.words, best.codes, best.n_groups) else []
    settled = settle(best.codes, best.n_groups, [*tables, *words]) if tables or words else best.codes
    return np.where(best.codes >= 0, best.codes, settled).astype(np.int32) if by_words else settled


def _points(
    parts: Mapping[str, Part], weights: Mapping[str, float], vocabulary: Vocabulary, seed: int
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Fused vectors of what says what a product is, titles by kind of product; where nothing does, what is bought together.

    Prices stay out: a dear candle is a candle.
    """
    used = {name: part for name, part in parts.items() if name != "price" and weights.get(name, 0) > 0}
    kinds = kind_points(vocabulary, parts.get("together"), seed) if "text" in used else None
    used.pop("text", None)
    if kinds is not None:
        used = {"text": Part("text", kinds), **used}
    if not any(name in _CONTENT for name in used):
        used = {name: parts[name] for name in ("together",) if name in parts}
        weights = {"together": 1.0}
    if not used:
        return np.zeros((vocabulary.present.shape[0], 0)), ()
    return fuse(used, weights).astype(np.float64), tuple(used)


def _suggest(trials: list[Trial]) -> int:
    """The number that is plain to see; else the fewest groups, of 8 to 40, nearly as clear as the clearest, without a heap of leftovers."""
    plain = clearest(trials)
    if plain is not None:
        return plain.groups
    trials = [trial for trial in trials if trial.groups >= FEWEST] or trials
    best = max(trial.silhouette for trial in trials)
    fine = [trial for trial in trials if trial.silhouette >= _GOOD_ENOUGH * best] or trials
    return next((trial.groups for trial in fine if trial.largest <= _LARGEST), fine[-1].groups)


def _possible(n_groups: int | None, n_rows: int) -> int:
    return max(2, min(n_groups or 2, n_rows // 2))
