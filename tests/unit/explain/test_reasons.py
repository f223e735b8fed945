"""What may be said of a pick, by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.explain.baseline import Baseline, baseline_of
from recsys_core.explain.leave_one_out import leave_one_out
from recsys_core.explain.reasons import Verdict, reasons_of
from recsys_core.inference.kinds.blend import BlendScorer
from recsys_core.inference.kinds.rank_fusion import RankFusionScorer
from recsys_core.storage.json_text import plain
from tests.unit.explain.made import ITEMS, every_kind, item_item, shopper_of

pytestmark = pytest.mark.unit

# what each of the items 0 to 4 says of 5, 6, 7 and 8
SAYS = [[62, 2, 0, 9], [21, 2, -1, 1], [17, 2, 0, 0], [0, 2, 0, 0], [0, 2, 0, 0]]
WEIGHTS = np.zeros((9, 9), dtype=np.float32)
WEIGHTS[:5, 5:] = SAYS
SHOPPER = shopper_of(item_item(WEIGHTS), range(5), n=9)
CREDIT = leave_one_out(SHOPPER, np.array([10, 12, 14, 16]))


def verdicts(**more):
    return [pick.verdict for pick in reasons_of(SHOPPER, CREDIT, **more).picks]


def test_because_of_the_greatest_first_no_single_one_and_nothing():
    found = reasons_of(SHOPPER, CREDIT, most=2)
    assert [pick.verdict for pick in found.picks] == [Verdict.BECAUSE, Verdict.NO_SINGLE, Verdict.NOTHING, Verdict.BECAUSE]
    assert [(reason.source, round(100 * reason.share)) for reason in found.picks[0].reasons] == [(0, 62), (2, 21)]
    assert found.picks[1].reasons[0].share == pytest.approx(0.2)
    assert found.picks[2].reasons == ()
    assert (found.kind, found.sentence) == ("history", "")
    assert plain(found)["picks"][0]["reasons"][0] == {"source": 0, "worth": 62, "share": pytest.approx(0.62)}


@pytest.mark.parametrize(("worth", "verdict"), [([25, 25, 25, 25], Verdict.BECAUSE), ([24, 19, 19, 19, 19], Verdict.NO_SINGLE)])
def test_a_quarter_is_where_one_item_begins_to_explain(worth, verdict):
    weights = np.zeros((9, 9))
    weights[: len(worth), 8] = worth
    shopper = shopper_of(item_item(weights), range(len(worth)), n=9)
    assert reasons_of(shopper, leave_one_out(shopper, np.array([16]))).picks[0].verdict == verdict


def test_what_a_rule_placed_is_never_because_of_a_purchase():
    found = reasons_of(SHOPPER, CREDIT, placed=np.array([True, False, True, False]))
    assert [pick.verdict for pick in found.picks] == [Verdict.PLACED, Verdict.NO_SINGLE, Verdict.PLACED, Verdict.BECAUSE]
    assert found.picks[0].reasons == ()


def test_what_anybody_would_be_shown_is_popular_overall():
    """Five past items of which any gives product 8 on average 1.6: 8 of its 10 are anybody's, a fifth is this shopper's own."""
    each = np.zeros(9, dtype=np.float32)
    each[8] = 1.6
    assert verdicts(baseline=Baseline(np.zeros(9, np.float32), each))[3] == Verdict.POPULAR
    each[8] = 1.4
    assert verdicts(baseline=Baseline(np.zeros(9, np.float32), each))[3] == Verdict.BECAUSE
    level = np.zeros(9, dtype=np.float32)
    level[[7, 8]] = [0.1, 31]
    assert verdicts(baseline=Baseline(level, np.zeros(9, np.float32)))[2:] == [Verdict.POPULAR, Verdict.POPULAR]
    level[8] = 29
    assert reasons_of(SHOPPER, CREDIT, baseline=Baseline(level, np.zeros(9, np.float32))).picks[3].own_share == pytest.approx(10 / 39)


def test_a_list_that_is_not_from_a_past_says_so_in_one_sentence():
    constant = shopper_of(every_kind()["constant"], [1, 2])
    found = reasons_of(constant, leave_one_out(constant, np.array([4, 6])))
    assert found.sentence == "This list is the same for everyone: what sells best."
    assert {pick.verdict for pick in found.picks} == {Verdict.NOT_FROM_HISTORY}
    sentences = {found.sentence}
    for name, history in (("user-item", [1]), ("recvae", [])):
        shopper = shopper_of(every_kind()[name], history, user=2)
        sentences.add(reasons_of(shopper, leave_one_out(shopper, np.array([4]))).sentence)
    assert len(sentences) == 3
    assert all(sentence.count(".") == 1 for sentence in sentences)


def test_a_product_that_the_run_does_not_know():
    found = reasons_of(SHOPPER, leave_one_out(SHOPPER, np.array([3, 10])), baseline=Baseline(*np.zeros((2, 9), np.float32)))
    assert [pick.verdict for pick in found.picks] == [Verdict.UNKNOWN, Verdict.BECAUSE]
    assert found.picks[0].own_share is None


def histories(rng, users=40):
    return sparse.csr_matrix((rng.random((users, ITEMS)) < 0.15).astype(np.float32))


@pytest.mark.parametrize("name", ["autoencoder", "recvae", "generator", "vae-linear", "blend"])
def test_a_network_has_learned_what_sells_before_it_knows_anything_of_a_shopper(name, rng):
    scorer = every_kind()[name]
    empty = scorer.score(sparse.csr_matrix((1, ITEMS), dtype=np.float32))[0]
    found = baseline_of(scorer, histories(rng))
    assert_allclose(found.level, np.maximum(empty - empty.mean(), 0), atol=1e-5)
    assert not found.each.any()


@pytest.mark.parametrize("name", ["item-item", "sparse without a prior", "low-rank"])
def test_a_linear_model_gives_on_average_what_the_mean_past_item_gives(name, rng):
    scorer, past = every_kind()[name], histories(rng)
    rows = scorer.score(sparse.identity(ITEMS, format="csr", dtype=np.float32))
    bought = np.asarray(past.sum(axis=0)).ravel()
    found = baseline_of(scorer, past)
    assert_allclose(found.each, np.maximum(bought @ rows / bought.sum(), 0), atol=1e-5)
    assert not found.level.any()


@pytest.mark.parametrize("name", ["least-squares", "rank-fusion"])
def test_elsewhere_it_is_the_mean_shopper(name, rng):
    """An empty history says nothing of items here, or ranks equal scores by their number."""
    scorer, past = every_kind()[name], histories(rng)
    mean = scorer.score(past).mean(axis=0)
    assert_allclose(baseline_of(scorer, past).level, np.maximum(mean - mean.mean(), 0), atol=1e-5)


def test_the_sample_is_seeded_and_shoppers_without_a_past_are_not_in_it(rng):
    scorer = every_kind()["least-squares"]
    past = sparse.vstack([histories(rng, 30), sparse.csr_matrix((30, ITEMS), dtype=np.float32)]).tocsr()
    first, again, other = (baseline_of(scorer, past, sample=10, seed=seed).level for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
    assert_allclose(baseline_of(scorer, past).level, baseline_of(scorer, past[:30]).level)
    assert not baseline_of(scorer, past[30:]).level.any()


def test_a_compound_has_a_bias_where_its_parts_have_one():
    made, nobody = every_kind(), sparse.csr_matrix((1, ITEMS), dtype=np.float32)
    near, vae = made["sparse without a prior"], made["autoencoder"]
    assert baseline_of(BlendScorer((near, vae), (0.5, 0.5)), nobody).level.any()
    assert baseline_of(RankFusionScorer((vae, made["recvae"]), (0.5, 0.5), 60.0), nobody).level.any()
    assert not baseline_of(RankFusionScorer((near, vae), (0.5, 0.5), 60.0), nobody).level.any()
