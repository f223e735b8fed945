"""Kinds of product from their titles: what a title's words mean is read from other titles and from what is bought together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import normalize

from recsys_core.profiles.fusing import Part
from recsys_core.profiles.labels import Vocabulary

_DIMENSIONS = 48  # with more of them the rare words set most titles apart, and half of them end up in one heap
_COMMONEST = 0.4  # of the titles; a word in more of them is no kind of product
_HEAD = 1.0  # what a title is about ('holder' in 'red t-light holder') counts this much more than its other words
_UNSURE = 3.0  # products without buyers that each word is taken to be in as well: a rare word's company says little
_FEWEST_WORDS = 30


def kind_points(vocabulary: Vocabulary, together: Part | None, seed: int) -> NDArray[np.float32] | None:
    """A point for each title, of length 1, or of zeros where it has no telling word: float32 (titles, d). None with too few words.

    Half says which words it has (latent semantic analysis), half in which company these words are bought, so that 'bracelet' and
    'necklace' lie together though no title has both.
    """
    n_titles = vocabulary.present.shape[0]
    present = csr_matrix(vocabulary.present, dtype=np.float64)
    titles_with = np.asarray(present.sum(axis=0)).ravel()
    used = np.flatnonzero((titles_with >= 3) & (titles_with <= _COMMONEST * n_titles))
    if len(used) < _FEWEST_WORDS:
        return None
    rarity = np.log((1 + n_titles) / (1 + titles_with)) + 1
    rows = np.flatnonzero(vocabulary.head >= 0)
    heads = csr_matrix((np.full(len(rows), _HEAD), (rows, vocabulary.head[rows])), shape=present.shape)
    weighed = csr_matrix((present + heads) @ diags_array(rarity))
    by_words = TruncatedSVD(min(_DIMENSIONS, len(used) - 1), random_state=seed, n_iter=4).fit_transform(normalize(weighed[:, used]))
    halves = [normalize(np.where(np.linalg.norm(by_words, axis=1, keepdims=True) > 0.05, by_words, 0))]
    if together is not None:
        several = np.flatnonzero((titles_with >= 2) & (titles_with <= _COMMONEST * n_titles))
        words = present[:, several].T
        company = np.asarray(words @ together.points) / (np.asarray(words @ together.present.astype(float)) + _UNSURE)[:, None]
        halves.append(normalize(np.asarray(weighed[:, several] @ company)))
    points: NDArray[np.float32] = normalize(np.hstack(halves)).astype(np.float32)
    return points
