"""Best sellers, of all time and of late."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.models.contract import FitContext, Side
from recsys_core.models.popularity import Popularity

pytestmark = pytest.mark.unit

LOG = sparse.csr_matrix(np.array([[1, 1, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], dtype=np.float32))


class Ages(Side):
    def ages(self, pairs):
        return np.array([60, 0, 60, 90, 30, 0], dtype=np.float32)


def scores(side=None, **settings):
    model = Popularity(settings)
    model.fit(LOG, FitContext(seed=0, side=side or Side()))
    return model.score(LOG[:1])[0]


def test_everyone_is_shown_what_most_had():
    assert_allclose(scores(), [3, 3, 0])
    assert_allclose(scores(Ages()), [3, 3, 0])


def test_with_a_half_life_old_purchases_count_less():
    assert_allclose(scores(Ages(), half_life_days=30), [0.25 + 0.25 + 0.125, 1 + 0.5 + 1, 0])


def test_a_log_without_times_cannot_fade():
    with pytest.raises(InputError, match="does not say when") as caught:
        scores(half_life_days=30)
    assert "half_life_days" in caught.value.hint
