"""What every recommender must do: the same checks over each model of the registry."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.errors import UnsupportedError
from recsys_core.inference.scorers import build_scorer, rank
from recsys_core.models.contract import FitContext
from recsys_core.models.registry import model_class, model_specs
from recsys_core.training.events import Listener
from tests.contract.quick_settings import QUICK

pytestmark = pytest.mark.contract

SPECS = model_specs()


def planted(groups=4, users=120, per_group=8, seed=0):
    """Users who buy from one group of items only, so that what a model should learn is known: csr [users, items]."""
    rng = np.random.default_rng(seed)
    dense = np.zeros((users, groups * per_group), dtype=np.float32)
    for user in range(users):
        start = (user % groups) * per_group
        dense[user, start + rng.choice(per_group, 4, replace=False)] = 1
    return sparse.csr_matrix(dense)


@pytest.fixture(params=SPECS, ids=[spec.id for spec in SPECS])
def spec(request):
    return request.param


def fitted(spec, matrix, **context):
    model = model_class(spec.id)(QUICK.get(spec.id, {}))
    model.fit(matrix, FitContext(seed=0, **context))
    return model


@pytest.fixture
def matrix():
    return planted()


def test_scores_are_finite_float32_for_every_item(spec, matrix):
    scores = fitted(spec, matrix).score(matrix[:7])
    assert scores.shape == (7, matrix.shape[1])
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_the_same_seed_gives_the_same_scores(spec, matrix):
    assert_array_equal(fitted(spec, matrix).score(matrix), fitted(spec, matrix).score(matrix))


def test_it_scores_histories_it_never_saw_an_empty_one_included(spec, matrix):
    if not spec.folds_in:
        pytest.fail(f"{spec.id} cannot fold in: add its refusal to the contract")
    new = sparse.vstack([planted(seed=9)[:3], sparse.csr_matrix((1, matrix.shape[1]), dtype=np.float32)]).tocsr()
    assert np.isfinite(fitted(spec, matrix).score(new)).all()


def test_the_input_is_left_as_it_was(spec, matrix):
    before = matrix.copy()
    fitted(spec, matrix).score(matrix)
    assert (before != matrix).nnz == 0


def test_what_was_exported_scores_the_same_in_numpy_alone(spec, matrix):
    model = fitted(spec, matrix)
    description, arrays = model.export()
    assert_allclose(build_scorer(description, arrays.__getitem__).score(matrix), model.score(matrix), atol=1e-5)


def test_what_was_exported_loads_back(spec, matrix):
    model = fitted(spec, matrix)
    description, arrays = model.export()
    again = type(model).load(model.settings, description, arrays.__getitem__)
    assert_allclose(again.score(matrix), model.score(matrix), atol=1e-6)


@pytest.mark.parametrize("spec", [s for s in SPECS if s.has_item_vectors], ids=lambda s: s.id)
def test_a_model_of_taste_finds_the_planted_groups(spec, matrix):
    lists, _ = rank(build_scorer(*_loaded(fitted(spec, matrix))), matrix, 4)
    own = lists // 8 == (np.arange(len(lists)) % 4)[:, None]
    assert own.mean() > 0.9


def _loaded(model):
    description, arrays = model.export()
    return description, arrays.__getitem__


def test_vectors_are_there_or_refused_in_one_sentence(spec, matrix):
    model = fitted(spec, matrix)
    for can, vectors, rows in (
        (spec.has_item_vectors, model.item_vectors, matrix.shape[1]),
        (spec.has_user_vectors, lambda: model.user_vectors(matrix), matrix.shape[0]),
    ):
        if can:
            table = vectors()
            assert table.shape[0] == rows
            assert table.dtype == np.float32
            assert np.isfinite(table).all()
        else:
            with pytest.raises(UnsupportedError, match="has no vectors") as caught:
                vectors()
            assert caught.value.hint


def test_a_fit_can_be_stopped(spec, matrix):
    class Stop(Listener):
        def check(self):
            raise KeyboardInterrupt

    if spec.id == "popularity":
        return  # one count: there is nothing between its start and its end
    with pytest.raises(KeyboardInterrupt):
        fitted(spec, matrix, listener=Stop())


def test_words_for_people(spec):
    assert spec.title
    assert spec.words.endswith(".")
    assert spec.good_for.endswith(".")
    assert all(s.title and s.help.endswith((".", ").")) for s in spec.settings)
