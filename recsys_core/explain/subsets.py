"""What a run's exported scorer gives to parts of one shopper's history: the step under every explanation by removal.

A scorer reads the rows of the items in a history and writes the columns of the items it scores. Cut down to these rows and columns it
is the same arithmetic on arrays of a page's size: 40 past items x 20 shown ones instead of 40,000 x 40,000.
"""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.inference.contract import Floats, Scorer, Users
from recsys_core.inference.kinds.autoencoder import AutoencoderScorer, Layer
from recsys_core.inference.kinds.blend import BlendScorer, standardised
from recsys_core.inference.kinds.constant import ConstantScorer
from recsys_core.inference.kinds.generator import GeneratorScorer
from recsys_core.inference.kinds.item_item import ItemItemScorer
from recsys_core.inference.kinds.least_squares import LeastSquaresScorer, fold_in
from recsys_core.inference.kinds.low_rank import LowRankScorer
from recsys_core.inference.kinds.rank_fusion import RankFusionScorer
from recsys_core.inference.kinds.recvae import RecVAEScorer
from recsys_core.inference.kinds.sparse_item_item import SparseItemItemScorer
from recsys_core.inference.kinds.vae_linear import VaeLinearScorer, expected_counts
from recsys_core.inference.top_k import mask_seen

CELLS = 4_000_000  # of a table subsets x items that is held at once: 16 MB of float32, of which some kinds need a few
Places = NDArray[np.integer]


def subset_scores(
    scorer: Scorer, history: Places, keep: NDArray[np.bool_], shown: Places | None, n_items: int, user: int | None = None
) -> Floats:
    """Scores of the items `shown` for each subset of a history: float32 [n, len(shown)].

    history: int [h], places of the shopper's items among the run's `n_items`. keep: bool [n, h], which of them each subset has. shown:
    places of the items to score, all of them where it is None. user: the shopper's row in the matrix that trained, see `Scorer.score`.
    Equals `dense_subset_scores` to 1e-5 (float32 sums in another order), in time that does not grow with the catalogue where the kind
    of scorer allows it.
    """
    found = [_scores(scorer, _Subsets(history, some, n_items, user), shown) for some in _blocks(keep, n_items)]
    return np.concatenate(found)


def dense_subset_scores(
    scorer: Scorer, history: Places, keep: NDArray[np.bool_], shown: Places | None, n_items: int, user: int | None = None
) -> Floats:
    """The same by scoring every item for every subset, whatever the kind: the oracle of `subset_scores`, and what a new kind gets."""
    found = [_dense(scorer, _Subsets(history, some, n_items, user), shown) for some in _blocks(keep, n_items)]
    return np.concatenate(found)


def parts_of(scorer: Scorer) -> tuple[Scorer, ...]:
    """The scorers that have a say in a compound one; none for a scorer of one kind."""
    if isinstance(scorer, VaeLinearScorer):
        return {"both": (scorer.vae, scorer.linear), "vae": (scorer.vae,), "linear": (scorer.linear,)}[scorer.part]
    if isinstance(scorer, BlendScorer | RankFusionScorer):
        return tuple(part for part, weight in zip(scorer.parts, scorer.weights, strict=True) if weight)
    return ()


class _Subsets:
    """n subsets of one history, in the two shapes that scorers read: csr [n, h] over the history, and csr [n, items] over everything."""

    def __init__(self, history: Places, keep: NDArray[np.bool_], n_items: int, user: int | None) -> None:
        self.history, self.n_items = history, n_items
        self.own = sparse.csr_matrix(keep.astype(np.float32))
        self.users: Users | None = None if user is None else np.full(len(keep), user)

    @property
    def full(self) -> sparse.csr_matrix:
        own = self.own
        return sparse.csr_matrix((own.data, self.history[own.indices], own.indptr), shape=(own.shape[0], self.n_items))

    def width(self, shown: Places | None) -> int:
        return self.n_items if shown is None else len(shown)


def _blocks(keep: NDArray[np.bool_], n_items: int) -> list[NDArray[np.bool_]]:
    step = max(1, CELLS // max(n_items, 1))
    return [keep[start : start + step] for start in range(0, max(len(keep), 1), step)]


def _dense(scorer: Scorer, subsets: _Subsets, shown: Places | None) -> Floats:
    scores = scorer.score(subsets.full, subsets.users)
    return scores if shown is None else scores[:, shown]


@singledispatch
def _scores(scorer: Any, subsets: _Subsets, shown: Places | None) -> Floats:
    """Of a kind that has no form of its own here."""
    return _dense(scorer, subsets, shown)


@_scores.register
def _constant(scorer: ConstantScorer, subsets: _Subsets, shown: Places | None) -> Floats:
    return ConstantScorer(scorer.scores[_at(shown)]).score(subsets.own)


@_scores.register
def _item_item(scorer: ItemItemScorer, subsets: _Subsets, shown: Places | None) -> Floats:
    rows = subsets.history
    return ItemItemScorer(scorer.weights[rows] if shown is None else scorer.weights[np.ix_(rows, shown)]).score(subsets.own)


@_scores.register
def _sparse_item_item(scorer: SparseItemItemScorer, subsets: _Subsets, shown: Places | None) -> Floats:
    prior = None if scorer.prior is None else scorer.prior[_at(shown)]
    return SparseItemItemScorer(scorer.weights[subsets.history][:, _at(shown)], prior).score(subsets.own)


@_scores.register
def _low_rank(scorer: LowRankScorer, subsets: _Subsets, shown: Places | None) -> Floats:
    return LowRankScorer(scorer.fold[subsets.history], scorer.unfold[_at(shown)]).score(subsets.own)


@_scores.register
def _least_squares(scorer: LeastSquaresScorer, subsets: _Subsets, shown: Places | None) -> Floats:
    factors = scorer.factors
    vectors = fold_in(subsets.own, factors[subsets.history], scorer.gramian, scorer.unobserved, scorer.reg, columns=len(factors))
    return np.asarray(vectors @ factors[_at(shown)].T, dtype=np.float32)


@_scores.register
def _generator(scorer: GeneratorScorer, subsets: _Subsets, shown: Places | None) -> Floats:
    said = replace(scorer, output=scorer.output[_at(shown)], output_bias=scorer.output_bias[_at(shown)])
    return replace(said, table=scorer.table[subsets.history]).score(subsets.own)


@_scores.register
def _autoencoder(scorer: AutoencoderScorer, subsets: _Subsets, shown: Places | None) -> Floats:
    encoder = (_reads(scorer.encoder[0], subsets.history), *scorer.encoder[1:])
    decoder = (*scorer.decoder[:-1], _says(scorer.decoder[-1], shown))
    return replace(scorer, encoder=encoder, decoder=decoder).score(subsets.own)


@_scores.register
def _recvae(scorer: RecVAEScorer, subsets: _Subsets, shown: Places | None) -> Floats:
    layers = (_reads(scorer.layers[0], subsets.history), *scorer.layers[1:])
    return replace(scorer, layers=layers, decoder=_says(scorer.decoder, shown)).score(subsets.own)


@_scores.register
def _vae_linear(scorer: VaeLinearScorer, subsets: _Subsets, shown: Places | None) -> Floats:
    """Its softmax is over the whole catalogue, so that only the linear path is cut down."""
    total = np.zeros((subsets.own.shape[0], subsets.width(shown)), dtype=np.float32)
    if scorer.part != "vae":
        total += _scores(scorer.linear, subsets, shown)
    if scorer.part != "linear":
        expected = expected_counts(_scores(scorer.vae, subsets, None), np.diff(subsets.own.indptr))
        total += np.float32(scorer.weight) * expected[:, _at(shown)]
    return total


@_scores.register
def _blend(scorer: BlendScorer, subsets: _Subsets, shown: Places | None) -> Floats:
    """The scale of each part is that of all unseen items, so that its parts score everything."""
    total = np.zeros((subsets.own.shape[0], subsets.width(shown)), dtype=np.float32)
    for part, weight in zip(scorer.parts, scorer.weights, strict=True):
        if weight:
            total += np.float32(weight) * standardised(_scores(part, subsets, None), subsets.full)[:, _at(shown)]
    return total


@_scores.register
def _rank_fusion(scorer: RankFusionScorer, subsets: _Subsets, shown: Places | None) -> Floats:
    """The rank of a few items is counted, not sorted for."""
    if shown is None:
        return _dense(scorer, subsets, None)
    total = np.zeros((subsets.own.shape[0], len(shown)), dtype=np.float32)
    for part, weight in zip(scorer.parts, scorer.weights, strict=True):
        if weight:
            scores = mask_seen(np.array(_scores(part, subsets, None)), subsets.full)
            total += (1.0 / (scorer.constant + ranks_of(scores, shown))).astype(np.float32) * np.float32(weight)
    return total


def _at(shown: Places | None) -> Places | slice:
    return slice(None) if shown is None else shown


def _reads(layer: Layer, rows: Places) -> Layer:
    """A first layer that reads these items alone."""
    return Layer(layer.weight[rows], layer.bias)


def _says(layer: Layer, shown: Places | None) -> Layer:
    """A last layer that scores these items alone."""
    return Layer(layer.weight[:, _at(shown)], layer.bias[_at(shown)])


def ranks_of(scores: Floats, shown: Places) -> NDArray[np.int64]:
    """The place of each item of `shown` in its row of `scores` [n, items], from 1, ties to the smaller index: int64 [n, len(shown)]."""
    ranks = np.empty((len(scores), len(shown)), dtype=np.int64)
    for place, item in enumerate(shown):
        own = scores[:, item, None]
        ranks[:, place] = 1 + np.count_nonzero(scores > own, axis=1) + np.count_nonzero(scores[:, :item] == own, axis=1)
    return ranks
