"""Leave-one-out: a matrix by hand, the definition as oracle for every kind, and what reads no history."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.explain.leave_one_out import leave_group_out, leave_one_out
from recsys_core.explain.shopper import NO_HISTORY, OWN_VECTOR, READS_HISTORY, SAME_FOR_ALL
from recsys_core.storage.json_text import plain
from tests.unit.explain.made import ITEMS, every_kind, item_item, shopper_of

pytestmark = pytest.mark.unit

MATRIX = item_item([[0, 1, 4, 2], [1, 0, 1, -1], [0, 0, 0, 0], [0, 0, 0, 0]])
NAMES = [name for name in every_kind() if name not in ("constant", "user-item")]


def by_definition(shopper, item):
    """Whole histories scored one at a time, in double precision where it can be."""
    place = int(shopper.places(np.array([item]))[0])

    def score(places):
        row = sparse.csr_matrix((np.ones(len(places), np.float32), (np.zeros(len(places), int), places)), shape=(1, len(shopper.items)))
        return shopper.scorer.score(row)[0, place]

    everything = shopper.history.tolist()
    return [score(everything) - score([p for p in everything if p != gone]) for gone in everything]


def test_of_an_item_item_model_the_credit_is_the_weight_itself():
    """Items 0 and 1 (dataset 0 and 2) were bought; 4 and 6 of the dataset are shown."""
    credit = leave_one_out(shopper_of(MATRIX, [0, 1], n=4), np.array([4, 6]))
    assert credit.kind == READS_HISTORY
    assert credit.sources.tolist() == [0, 2]
    assert_allclose(credit.worth, [[4, 2], [1, -1]])
    assert_allclose(credit.shares, [[0.8, 1], [0.2, 0]])
    assert_allclose([credit.scores, credit.without], [[5, 1], [0, 0]])


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_it_is_the_difference_of_two_scores(name, seed):
    rng = np.random.default_rng(seed)
    drawn = rng.choice(ITEMS, 9, replace=False)
    shopper = shopper_of(every_kind(seed)[name], drawn[:6])
    credit = leave_one_out(shopper, 2 * drawn[6:])
    for column, item in enumerate(2 * drawn[6:]):
        assert_allclose(credit.worth[:, column], by_definition(shopper, item), atol=1e-5)
    assert_allclose(credit.shares.sum(axis=0), (credit.support > 0).astype(float), atol=1e-5)


def test_a_group_goes_as_a_whole():
    """Of two products that say the same to a model that takes the best, each alone is worth nothing, and both together everything."""

    class Best:
        def score(self, histories, users=None):
            return np.stack([MATRIX.weights[row.indices].max(axis=0, initial=0) for row in histories]).astype(np.float32)

    MATRIX.weights[1, 2] = 4
    shopper = shopper_of(Best(), [0, 1], n=4)
    groups = np.array([7, -1, 7, -1, -1, -1, -1, -1])
    assert leave_one_out(shopper, np.array([4])).worth.tolist() == [[0], [0]]
    together = leave_group_out(shopper, np.array([4]), groups)
    assert (together.sources.tolist(), together.worth.tolist(), together.shares.tolist()) == ([7], [[4]], [[1]])
    MATRIX.weights[1, 2] = 1


def test_groups_of_a_linear_model_add_up():
    shopper = shopper_of(every_kind()["item-item"], [3, 8, 20, 41])
    groups = np.arange(2 * ITEMS) % 3 - 1
    single, grouped = leave_one_out(shopper, np.array([2, 100])), leave_group_out(shopper, np.array([2, 100]), groups)
    codes = groups[single.sources]
    for code, row in zip(grouped.sources, grouped.worth, strict=True):
        assert_allclose(row, single.worth[codes == code].sum(axis=0), atol=1e-5)
    assert sorted(grouped.sources) == sorted(set(codes))


@pytest.mark.parametrize(
    ("name", "history", "kind"),
    [("constant", [1, 2], SAME_FOR_ALL), ("user-item", [1, 2], OWN_VECTOR), ("autoencoder", [], NO_HISTORY)],
)
def test_what_is_not_made_from_a_past_is_a_result_and_no_error(name, history, kind):
    shopper = shopper_of(every_kind()[name], history, user=4)
    credit = leave_one_out(shopper, np.array([10, 20]))
    assert credit.kind == kind
    assert not credit.worth.any()
    assert np.isfinite(credit.scores).all()
    stranger = leave_one_out(shopper_of(every_kind()[name], history), np.array([10]))
    assert np.isfinite(stranger.scores).all() == (kind != OWN_VECTOR)


def test_an_item_that_the_run_does_not_know_has_no_score_and_no_credit():
    credit = leave_one_out(shopper_of(MATRIX, [0, 1], n=4), np.array([4, 5, -1]))
    assert np.isnan(credit.scores).tolist() == [False, True, True]
    assert credit.worth[:, 1:].any() == False  # noqa: E712
    assert_array_equal(credit.shares[:, 1:], 0)
    assert plain(credit)["scores"] == [5, None, None]
