"""Accuracy against trec_eval, the yardstick of information retrieval since 1992 (pytrec_eval runs its own C code)."""

import numpy as np
import pytest
import pytrec_eval
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.evaluation.protocol import evaluate_lists

pytestmark = pytest.mark.unit
AT = (1, 3, 5, 10)


@pytest.fixture(scope="module")
def scored():
    """60 users with lists of ten of 40 items, some shorter, one to 15 held out: (evaluation, trec_eval's measures by user)."""
    rng = np.random.default_rng(7)
    lists = np.stack([rng.permutation(40)[:10] for _ in range(60)])
    for user, length in enumerate(rng.integers(1, 11, 20)):
        lists[user, length:] = -1
    targets = np.zeros((60, 40), dtype=np.float32)
    for user in range(60):
        targets[user, rng.choice(40, 1 + user % 15, replace=False)] = 1
    wanted = {str(user): {str(item): 1 for item in np.flatnonzero(row)} for user, row in enumerate(targets)}
    cuts = ",".join(map(str, AT))
    found = {}
    for k in AT:
        ranked = {
            str(user): {str(item): float(-place) for place, item in enumerate(row[:k]) if item >= 0} for user, row in enumerate(lists)
        }
        asked = {f"{name}.{cuts}" for name in ("ndcg_cut", "map_cut", "P", "recall", "success")} | {"recip_rank", "set_F"}
        found[k] = pytrec_eval.RelevanceEvaluator(wanted, asked).evaluate(ranked)
    return lists, targets, evaluate_lists(lists, sparse.csr_matrix(targets), at=AT), found


@pytest.mark.parametrize("k", AT)
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("ndcg", "ndcg_cut_{}"),
        ("precision", "P_{}"),
        ("hit_rate", "success_{}"),
        ("mrr", "recip_rank"),
        ("recall", "recall_{}"),
        ("map", "map_cut_{}"),
    ],
)
def test_accuracy_is_that_of_trec_eval(scored, k, ours, theirs):
    """trec_eval divides recall and average precision by all that was held out, we by what a list of k could hold."""
    _, targets, evaluation, found = scored
    held_out = targets.sum(axis=1)
    rescale = held_out / np.minimum(held_out, k) if ours in ("recall", "map") else 1.0
    expected = np.array([found[k][str(user)][theirs.format(k)] for user in range(60)]) * rescale
    assert_allclose(evaluation.column(f"{ours}@{k}"), expected, atol=1e-6)


@pytest.mark.parametrize("k", AT)
def test_f1_is_that_of_trec_eval_where_recall_means_the_same(scored, k):
    """For a whole list and no more held out than it holds."""
    lists, targets, evaluation, found = scored
    same = np.flatnonzero((targets.sum(axis=1) <= k) & (lists[:, k - 1] >= 0))
    assert len(same) > 1
    assert_allclose(evaluation.column(f"f1@{k}")[same], [found[k][str(user)]["set_F"] for user in same], atol=1e-6)
