"""U1 and U2: the recommender against its definition, and what it learns from copies and from noise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from recsys_core.synthesis.scorecard.events import encode
from recsys_core.synthesis.scorecard.utility import PENALTY, K, make_bench, new_pairs, ratios
from tests.unit.synthesis.planted import column_wise_shuffle, copied, log, shop, split


def test_what_a_shopper_had_already_is_nothing_to_find() -> None:
    real = log([("a", "x"), ("b", "y")])
    holdout = log([("a", "x"), ("a", "y"), ("a", "y"), ("b", "z"), ("c", "x")])
    logs = encode(real, copied(real), holdout)
    assert logs.holdout is not None
    assert new_pairs(logs.real, logs.holdout).nnz == 1  # a's y: x is known to a, z to nobody, and c is not in the real log


def test_without_anything_to_find_there_is_no_bench() -> None:
    real = log([("a", "x"), ("b", "y")])
    logs = encode(real, copied(real), real)
    assert logs.holdout is not None
    assert make_bench(logs.real, new_pairs(logs.real, logs.holdout)) is None


def test_ndcg_is_that_of_the_formula_written_out() -> None:
    real, holdout = split(shop(60))
    logs = encode(real, copied(real), holdout)
    assert logs.holdout is not None
    bench = make_bench(logs.real, new_pairs(logs.real, logs.holdout))
    assert bench is not None
    had = logs.real.matrix.toarray().astype(np.float64)
    inverse = np.linalg.inv(had.T @ had + PENALTY * np.eye(had.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    expected = []
    for user, wanted in zip(bench.users, bench.targets.toarray() > 0, strict=True):
        scores = np.where(had[user] > 0, -np.inf, had[user] @ weights)
        gains = [wanted[item] / math.log2(place + 2) for place, item in enumerate(np.argsort(-scores, kind="stable")[:K])]
        expected.append(sum(gains) / sum(1 / math.log2(place + 2) for place in range(min(K, wanted.sum()))))
    found = bench.ndcg_of_ease(bench.gram(logs.real))
    assert found == pytest.approx(expected, abs=1e-6)


def test_a_copy_teaches_everything_and_shuffled_columns_teach_nothing() -> None:
    real, holdout = split(shop(200))
    found = []
    for made in (copied(real), column_wise_shuffle(real)):
        logs = encode(real, made, holdout)
        assert logs.holdout is not None
        bench = make_bench(logs.real, new_pairs(logs.real, logs.holdout))
        assert bench is not None
        learned = [bench.ndcg_of_ease(bench.gram(logs.synthetic)), bench.ndcg_of_counts(logs.real.item_counts)]
        found.append(ratios(*(float(each.mean()) for each in (*learned, bench.ndcg_of_ease(bench.gram(logs.real))))))
    assert found[0] == {"U1_tstr": pytest.approx(1), "U2_lift": pytest.approx(1)}
    assert found[1]["U2_lift"] < 0.25


def test_a_large_catalogue_is_cut_to_its_most_popular_products() -> None:
    real, holdout = split(shop(100))
    logs = encode(real, copied(real), holdout)
    assert logs.holdout is not None
    bench = make_bench(logs.real, new_pairs(logs.real, logs.holdout), most_items=20)
    assert bench is not None
    assert bench.histories.shape[1] == bench.targets.shape[1] == 20
    assert logs.real.item_counts[bench.items].min() >= np.delete(logs.real.item_counts, bench.items).max()


def test_ratios_are_undefined_where_nothing_is_gained_over_best_sellers() -> None:
    assert math.isnan(ratios(0.1, 0.3, 0.3)["U2_lift"])
    assert math.isnan(ratios(0.1, 0.0, 0.0)["U1_tstr"])
    assert ratios(0.1, 0.2, 0.4) == {"U1_tstr": pytest.approx(0.25), "U2_lift": pytest.approx(-0.5)}
