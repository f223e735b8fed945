"""Reciprocal rank fusion by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.inference.kinds.rank_fusion import RankFusionScorer, reciprocal_ranks

pytestmark = pytest.mark.unit


class Fixed:
    def __init__(self, *scores):
        self.scores = np.array([scores], dtype=np.float32)

    def score(self, histories, users=None):
        return self.scores


NOTHING = sparse.csr_matrix((1, 4), dtype=np.float32)


def test_two_lists_by_hand():
    scorer = RankFusionScorer((Fixed(4, 3, 2, 1), Fixed(1, 9, 8, 7)), (0.25, 0.75), 60)
    expected = [0.25 / 61 + 0.75 / 64, 0.25 / 62 + 0.75 / 61, 0.25 / 63 + 0.75 / 62, 0.25 / 64 + 0.75 / 63]
    assert_allclose(scorer.score(NOTHING)[0], expected, rtol=1e-6)


def test_what_a_shopper_had_takes_no_place():
    had = sparse.csr_matrix(np.array([[1, 0, 0, 0]], dtype=np.float32))
    assert_allclose(reciprocal_ranks(np.array([[9, 2, 3, 1]], dtype=np.float32), had, 1.0), [[1 / 5, 1 / 3, 1 / 2, 1 / 4]], rtol=1e-6)


def test_scores_are_left_as_they_were_and_ties_go_to_the_first():
    part = Fixed(5, 5, 1, 1)
    assert_allclose(RankFusionScorer((part,), (1.0,), 0).score(NOTHING), [[1, 1 / 2, 1 / 3, 1 / 4]], rtol=1e-6)
    assert part.scores.tolist() == [[5, 5, 1, 1]]
