"""A shopper as a run reads them."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse

from recsys_core.explain.shopper import NO_HISTORY, OWN_VECTOR, READS_HISTORY, SAME_FOR_ALL, Shopper, reads_of
from recsys_core.inference.kinds.blend import BlendScorer
from tests.unit.explain.made import every_kind, shopper_of

pytestmark = pytest.mark.unit


def test_the_past_is_what_the_run_knows_of_it():
    run = SimpleNamespace(items=np.array([1, 4, 6], dtype=np.int32), scorer=lambda: "the run's own")
    known = sparse.csr_matrix(np.array([[1, 0, 0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0, 1, 1]], dtype=np.float32))
    second = Shopper.of(run, known, 1)
    assert (second.past.tolist(), second.history.tolist(), second.user, second.scorer) == ([1, 6], [0, 2], 1, "the run's own")
    assert Shopper.of(run, known, 0, scorer=every_kind()["recvae"]).reads == NO_HISTORY
    assert Shopper.with_past(run, np.array([6, 6, 4])).past.tolist() == [4, 6]


def test_places_of_what_the_run_does_not_know_are_minus_one():
    assert shopper_of(every_kind()["recvae"], [1]).places(np.array([0, 2, 3, -1, 118, 119, 500])).tolist() == [0, 1, -1, -1, 59, -1, -1]


def test_what_a_list_is_made_from():
    made = every_kind()
    assert reads_of(made["constant"]) == SAME_FOR_ALL
    assert reads_of(made["user-item"]) == OWN_VECTOR
    assert reads_of(made["unheard"]) == READS_HISTORY
    assert reads_of(BlendScorer((made["constant"], made["constant"]), (0.5, 0.5))) == SAME_FOR_ALL
    assert reads_of(BlendScorer((made["constant"], made["user-item"]), (0.5, 0.5))) == OWN_VECTOR
    assert reads_of(BlendScorer((made["constant"], made["recvae"]), (0.5, 0.5))) == READS_HISTORY
    assert reads_of(BlendScorer((made["constant"], made["recvae"]), (1.0, 0.0))) == SAME_FOR_ALL
