"""What every recommender must do: the same checks over each model of the registry, in each of its ways to treat new histories."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.errors import TooSmallError, UnsupportedError
from recsys_core.inference.scorers import build_scorer, rank
from recsys_core.jobs.work.fitting import as_scorer
from recsys_core.models.contract import FitContext
from recsys_core.models.registry import model_class, model_specs
from recsys_core.training.checkpoint import CheckpointFile
from recsys_core.training.events import Listener
from recsys_core.training.export import write_arrays
from tests.contract.planted import GROUPS, PER_GROUP, PlantedSide, one_item_split, planted, validation
from tests.contract.quick_settings import QUICK, SIDES

pytestmark = pytest.mark.contract


@dataclass(frozen=True)
class Case:
    """A model with settings with which it trains quickly."""

    name: str
    spec: object
    settings: dict = field(default_factory=dict)

    def fit(self, matrix, *, settings=None, **context):
        """A model fitted on `matrix` as a job does, and its report: closed forms are not given what to choose by."""
        model = model_class(self.spec.id)(self.settings if settings is None else settings)
        if self.spec.family != "closed form":
            context = {"validation": validation(matrix), **context}
        side = SIDES.get(self.spec.id, PlantedSide)(matrix)
        return model, model.fit(matrix, FitContext(seed=context.pop("seed", 0), side=side, **context))


def cases():
    """Every model with its quick settings; one that folds in with some settings only, once with and once without."""
    for spec in model_specs():
        quick = QUICK.get(spec.id, {})
        yield Case(spec.id, spec, quick)
        for key, value in spec.no_fold_in.items():
            used = spec.resolve(quick)[key]
            others = [c for s in spec.settings if s.key == key for c in s.choices if c != value]
            other = value if used != value else others[0]
            yield Case(f"{spec.id} {key} {other}", spec, {**quick, key: other})


CASES = list(cases())


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def case(request):
    return request.param


@pytest.fixture(scope="module")
def matrix():
    return planted()


@pytest.fixture(scope="module")
def fitted(case, matrix):
    """(model, report) of an undisturbed fit; shared, so that no test may fit it again. What it was given is left as it was."""
    before = [array.copy() for array in (matrix.data, matrix.indices, matrix.indptr)]
    made = case.fit(matrix)
    for array, copy in zip((matrix.data, matrix.indices, matrix.indptr), before, strict=True):
        assert_array_equal(array, copy)
    return made


def everyone(matrix):
    return np.arange(matrix.shape[0])


def test_scores_are_finite_float32_for_every_item(fitted, matrix):
    scores = fitted[0].score(matrix[:7], everyone(matrix)[:7])
    assert scores.shape == (7, matrix.shape[1])
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_what_a_fit_tells_can_be_kept(case, fitted):
    report = fitted[1]
    assert json.loads(json.dumps(report.learned)) == report.learned
    assert json.loads(json.dumps(report.alarms)) == report.alarms
    assert [curve["epoch"] for curve in report.curves] == list(range(1, len(report.curves) + 1))
    assert all(np.isfinite(list(curve.values())).all() for curve in report.curves)
    if case.spec.family == "neural":
        assert all({"seconds", "ndcg@100"} < set(curve) for curve in report.curves)
        assert 1 <= report.epochs <= len(report.curves)


def test_what_was_exported_scores_the_same_in_numpy_alone(fitted, matrix):
    mine = fitted[0].score(matrix, everyone(matrix))
    assert_allclose(as_scorer(fitted[0]).score(matrix, everyone(matrix)), mine, atol=1e-5, rtol=1e-5)


def test_what_was_stored_loads_back(fitted, matrix, tmp_path):
    model = fitted[0]
    description, arrays = model.export()
    assert all(name.startswith("scorer/") and name.endswith(".npy") for name in arrays)
    write_arrays(tmp_path, arrays)
    stored = lambda name: np.load(tmp_path / name, mmap_mode="r", allow_pickle=False)
    kept = json.loads(json.dumps(description))
    before = model.score(matrix, everyone(matrix))
    again = type(model).load(model.settings, kept, stored)
    assert_allclose(again.score(matrix, everyone(matrix)), before, atol=1e-6, rtol=1e-6)
    assert_allclose(build_scorer(kept, stored).score(matrix, everyone(matrix)), before, atol=1e-5, rtol=1e-5)


def test_what_a_shopper_had_is_never_listed(fitted, matrix):
    """Ranking masks the scores in place, so that they must be the caller's own."""
    scorer = as_scorer(fitted[0])
    before = scorer.score(matrix, everyone(matrix)).copy()
    lists, scores = rank(scorer, matrix, matrix.shape[1], users=everyone(matrix))
    for row, (listed, values) in enumerate(zip(lists, scores, strict=True)):
        known = listed[listed >= 0]
        assert len(set(known)) == len(known) == matrix.shape[1] - matrix[row].nnz
        assert not set(known) & set(matrix[row].indices)
        assert (np.diff(values[: len(known)]) <= 0).all()
    assert_array_equal(scorer.score(matrix, everyone(matrix)), before)


def test_a_history_is_scored_alike_in_training_and_after_or_refused_in_one_sentence(fitted, matrix):
    model, scorer = fitted[0], as_scorer(fitted[0])
    order = np.random.default_rng(3).permutation(matrix.shape[0])
    if model.folds_in:
        for each in (model, scorer):
            as_trained = each.score(matrix, everyone(matrix))
            assert_allclose(each.score(matrix[order]), as_trained[order], atol=1e-5, rtol=1e-5)
            one_by_one = np.concatenate([each.score(matrix[row]) for row in range(5)])
            assert_allclose(one_by_one, as_trained[:5], atol=1e-5, rtol=1e-5)
        return
    for each in (model, scorer):
        with pytest.raises(UnsupportedError) as caught:
            each.score(matrix[:2])
        assert caught.value.message.count(". ") == 0
        assert caught.value.hint
        assert_allclose(each.score(matrix[order], order), each.score(matrix, everyone(matrix))[order], atol=1e-6)


def test_no_product_one_product_and_all_of_them_are_histories(fitted, matrix):
    model, items = fitted[0], matrix.shape[1]
    odd = sparse.csr_matrix(np.stack([np.zeros(items), np.eye(items)[3], np.ones(items)]).astype(np.float32))
    users = None if model.folds_in else np.arange(3)
    assert np.isfinite(model.score(odd, users)).all()
    lists, _ = rank(as_scorer(model), odd, 5, users=users)
    assert (lists[:2] >= 0).all()
    assert 3 not in lists[1]
    assert (lists[2] == -1).all()


def test_histories_are_left_as_they_were(case, fitted):
    given = planted(seed=4)
    before = [array.copy() for array in (given.data, given.indices, given.indptr)]
    fitted[0].score(given, everyone(given))
    rank(as_scorer(fitted[0]), given, 3, users=everyone(given))
    if case.spec.has_user_vectors:
        fitted[0].user_vectors(given)
    for array, copy in zip((given.data, given.indices, given.indptr), before, strict=True):
        assert_array_equal(array, copy)


def test_shoppers_alike_and_products_and_shoppers_without_a_purchase_do_no_harm(case):
    few = planted(users=20)
    idle = sparse.hstack([few, sparse.csr_matrix((20, 1), dtype=np.float32)])
    odd = sparse.vstack([idle, idle, sparse.csr_matrix((1, idle.shape[1]), dtype=np.float32)]).tocsr()
    model, _ = case.fit(odd)
    scores = model.score(odd, everyone(odd))
    assert np.isfinite(scores).all()
    if model.folds_in:
        assert_allclose(scores[:20], scores[20:40], atol=1e-5, rtol=1e-5)
    _check_vectors(case.spec, model, odd)


@pytest.mark.parametrize("items", [2, 3])
def test_a_catalogue_of_two_or_three_products_can_be_trained_on(case, items):
    tiny = sparse.csr_matrix(np.array([[1, 0, 1], [0, 1, 0], [1, 0, 0], [0, 1, 1]], dtype=np.float32)[:, :items])
    model, _ = case.fit(tiny)
    assert np.isfinite(model.score(tiny, everyone(tiny))).all()
    _check_vectors(case.spec, model, tiny)
    lists, _ = rank(as_scorer(model), tiny, 1, users=everyone(tiny))
    assert lists[1, 0] in (0, 2)


def test_a_catalogue_of_one_product_is_refused_before_any_model():
    from recsys_core.jobs.work.fitting import run_items

    with pytest.raises(TooSmallError, match="Only 1 products") as caught:
        run_items(one_item_split())
    assert "--min-item-users" in caught.value.hint


def test_vectors_are_there_or_refused_in_one_sentence(case, fitted, matrix):
    _check_vectors(case.spec, fitted[0], matrix)


def _check_vectors(spec, model, matrix):
    for can, vectors, rows in (
        (spec.has_item_vectors, model.item_vectors, matrix.shape[1]),
        (spec.has_user_vectors, lambda: model.user_vectors(matrix), matrix.shape[0]),
    ):
        if can:
            table = vectors()
            assert table.shape[0] == rows
            assert table.shape[1] >= 1
            assert table.dtype == np.float32
            assert np.isfinite(table).all()
        else:
            with pytest.raises(UnsupportedError, match="has no vectors") as caught:
                vectors()
            assert caught.value.hint


def test_a_model_of_taste_finds_the_planted_groups(case, fitted, matrix):
    if case.spec.has_item_vectors:
        lists, _ = rank(as_scorer(fitted[0]), matrix, 4, users=everyone(matrix))
        own = lists // PER_GROUP == (everyone(matrix) % GROUPS)[:, None]
        assert own.mean() > 0.9


def test_what_was_chosen_can_be_fitted_again_with_nothing_to_choose_by(case, fitted, matrix):
    """A refit; of an iterating model only its first epochs, twice: the same bits, whatever was drawn from global generators before."""
    report, scores = fitted[1], []
    epochs = report.epochs and min(report.epochs, 3)
    for draw in (1, 2):
        np.random.seed(draw)  # noqa: NPY002 - a model that draws from the global generator would show
        if "torch" in sys.modules:
            sys.modules["torch"].manual_seed(draw)
        model, again = case.fit(matrix, settings=fitted[0].settings, validation=None, epochs=epochs, learned=report.learned)
        assert again.epochs == epochs
        assert "ndcg@100" not in set().union(*again.curves)
        scores.append(model.score(matrix, everyone(matrix)))
    assert np.isfinite(scores[0]).all()
    assert_array_equal(scores[0], scores[1])
    if case.spec.family == "closed form":
        assert_array_equal(scores[0], fitted[0].score(matrix, everyone(matrix)))


class Stopped(Exception):
    """What a cancelled job raises."""


class StopAfter(Listener):
    """Raises at the second batch after so many epochs."""

    def __init__(self, epochs):
        self.epochs, self.batches = epochs, 0

    def epoch(self, values):
        self.epochs -= 1

    def check(self):
        self.batches += self.epochs <= 0
        if self.batches > 1:
            raise Stopped


def test_a_fit_can_be_stopped(case, matrix):
    if case.spec.id != "popularity":  # one count: there is nothing between its start and its end
        listener = StopAfter(0)
        listener.batches = 1
        with pytest.raises(Stopped):
            case.fit(matrix, listener=listener)


def test_a_stopped_fit_ends_where_an_undisturbed_one_ends(case, fitted, matrix, tmp_path):
    if case.spec.family == "closed form":
        return  # nothing is kept on the way: it starts over
    checkpoint = CheckpointFile(tmp_path / "fit.safetensors")
    stops = 0
    for epochs in (1, 3):  # twice, the second time on from the first; an epoch told again from the checkpoint counts
        try:
            case.fit(matrix, checkpoint=checkpoint, listener=StopAfter(epochs))
        except Stopped:
            stops += 1
    model, report = case.fit(matrix, checkpoint=checkpoint)
    assert stops == 2 or case.spec.family == "ensemble"  # which may be without epochs
    assert_array_equal(model.score(matrix, everyone(matrix)), fitted[0].score(matrix, everyone(matrix)))
    assert (report.epochs, report.learned) == (fitted[1].epochs, fitted[1].learned)
    timeless = lambda curves: [{key: value for key, value in curve.items() if key != "seconds"} for curve in curves]
    assert timeless(report.curves) == timeless(fitted[1].curves)


@pytest.mark.parametrize("spec", model_specs(), ids=lambda spec: spec.id)
def test_a_spec_says_what_a_page_shows_and_what_a_search_may_try(spec):
    assert spec.title
    assert spec.words.endswith(".")
    assert spec.good_for.endswith(".")
    assert len(spec.grid) <= 12
    for point in spec.grid:
        spec.resolve(point)
    assert set(spec.no_fold_in) <= {setting.key for setting in spec.settings}
    for setting in spec.settings:
        assert setting.title
        assert setting.help.endswith((".", ").")), setting.key
        assert setting.parse(setting.default) == setting.default
        for end in setting.search or ():
            assert setting.parse(end) == end, f"{setting.key} is searched outside its range"
        if setting.log:
            assert setting.search
            assert setting.search[0] > 0
