"""Fusion of runs, and the runs that it refuses."""

import pytest

from recsys_core.errors import InputError, UserError
from recsys_core.models.contract import FitContext
from recsys_core.models.fusion import Fusion
from tests.contract.planted import PlantedSide, planted, validation
from tests.contract.planted_runs import planted_run

pytestmark = pytest.mark.unit


class Runs(PlantedSide):
    def __init__(self, train, **runs):
        super().__init__(train)
        self.runs = runs

    def open_run(self, id):
        return self.runs[id]


@pytest.fixture(scope="module")
def matrix():
    return planted()


@pytest.fixture
def runs(matrix):
    return {"linear": planted_run("linear", "ease", matrix), "best": planted_run("best", "popularity", matrix)}


def fuse(matrix, runs, ids="linear,best", **context):
    model = Fusion({"runs": ids})
    context = {"validation": validation(matrix), **context}
    return model, model.fit(matrix, FitContext(seed=0, side=Runs(matrix, **runs), **context))


def test_the_run_that_knows_taste_gets_the_most_to_say(matrix, runs):
    learned = fuse(matrix, runs)[1].learned
    assert learned["weights"]["linear"] > 0.5
    assert learned["together"] >= learned["alone"]["linear"] > learned["alone"]["best"]


def test_weights_belong_to_runs_and_not_to_places(matrix, runs):
    forwards, backwards = (fuse(matrix, runs, ids)[1].learned for ids in ("linear,best", "best,linear"))
    assert forwards["weights"] == pytest.approx(backwards["weights"])


def test_a_refit_takes_the_weights_as_they_are(matrix, runs):
    learned = {"weights": {"linear": 0.0, "best": 1.0}}
    model, report = fuse(matrix, runs, validation=None, learned=learned)
    assert report.learned == learned
    assert model.export()[0]["weights"] == [0.0, 1.0]


def test_it_folds_in_where_all_of_its_runs_do(matrix, runs):
    assert fuse(matrix, runs)[0].folds_in
    runs["best"].folds_in = False
    assert not fuse(matrix, runs)[0].folds_in


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dataset": "other"}, "another dataset"),
        ({"protocol": "last"}, "another split"),
        ({"seed": 1}, "another seed"),
        ({"refit": True}, "fitted once more"),
        ({"scorer": None}, "without its model's weights"),
    ],
)
def test_runs_that_do_not_fit_together_are_refused(matrix, runs, change, words):
    runs["best"].manifest.update(change)
    with pytest.raises(UserError, match=words) as caught:
        fuse(matrix, runs)
    assert caught.value.message.count(". ") == 0
    assert caught.value.hint


def test_a_run_without_validation_lists_is_refused(matrix, runs):
    runs["best"].validation_lists = None
    with pytest.raises(UserError, match="before runs kept"):
        fuse(matrix, runs)


@pytest.mark.parametrize("ids", ["", "linear", "linear, linear"])
def test_fewer_than_two_runs_are_refused(matrix, runs, ids):
    with pytest.raises(InputError, match="two or more"):
        fuse(matrix, runs, ids)


def test_runs_of_another_split_than_the_training_are_refused(matrix, runs):
    with pytest.raises(InputError, match="another split than this training"):
        fuse(matrix[:60], runs)
