"""Explanations of models that were trained, by their exported scorers: what `test_subsets.py` does with arrays at random."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from recsys_core.explain.baseline import baseline_of
from recsys_core.explain.leave_one_out import leave_one_out
from recsys_core.explain.reasons import Verdict, reasons_of
from recsys_core.explain.shopper import READS_HISTORY, SAME_FOR_ALL, Shopper
from recsys_core.explain.subsets import dense_subset_scores
from recsys_core.jobs.work.fitting import as_scorer
from recsys_core.models.contract import FitContext
from recsys_core.models.registry import model_class
from tests.contract.planted import PlantedSide, planted, validation
from tests.contract.quick_settings import QUICK

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("model", ["popularity", "item-knn", "rp3beta", "pure-svd", "ials", "ease", "edlae", "content", "mult-vae"])
def test_leave_one_out_equals_the_dense_one_and_every_pick_has_a_verdict(model):
    matrix = planted()
    fitted = model_class(model)(QUICK.get(model, {}))
    fitted.fit(matrix, FitContext(seed=0, side=PlantedSide(matrix), validation=validation(matrix)))
    scorer, items = as_scorer(fitted), np.arange(matrix.shape[1], dtype=np.int32)
    baseline = baseline_of(scorer, matrix)
    for user in range(5):
        shopper = Shopper(scorer, items, matrix[user].indices.astype(np.int64), user)
        shown = np.setdiff1d(items, shopper.past)[:8]
        credit, past = leave_one_out(shopper, shown), len(shopper.history)
        keep = np.concatenate([np.ones((1, past), bool), ~np.eye(past, dtype=bool)])
        dense = dense_subset_scores(scorer, shopper.history, keep, shown, len(items))
        assert_allclose(credit.scores, dense[0], atol=1e-5)
        assert_allclose(credit.worth, dense[0] - dense[1:], atol=1e-5)
        found = reasons_of(shopper, credit, baseline=baseline)
        assert found.kind == (SAME_FOR_ALL if model == "popularity" else READS_HISTORY)
        assert {pick.verdict for pick in found.picks} <= set(Verdict) - {Verdict.PLACED, Verdict.UNKNOWN}
