"""What the engine does, by hand: each test over the compiled kernel and over the plain version."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.ranking import kernel, reference
from recsys_core.ranking.plan import ENGINES, JITTER, Cap, Exposure, Flag, Plan, Reserved, Term, plain_plan
from recsys_core.ranking.pools import Pool, unit_rows
from tests.unit.ranking.cases import descending, pool_of

EIGHT = plain_plan(1, 8, 4)
DOWN = pool_of(descending(8))


@pytest.fixture(params=[kernel.rank, reference.rank], ids=["kernel", "reference"])
def rank(request):
    return request.param


def places(**items: int) -> np.ndarray:
    """[1, 4] places: p0=3 is item 3 at the first."""
    return np.array([[items.get(f"p{place}", -1) for place in range(4)]], dtype=np.int32)


def codes(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


# the objective


def test_without_rules_and_variety_it_is_the_plain_list(rank):
    listing = rank(EIGHT, DOWN)
    assert listing.items.tolist() == [[0, 1, 2, 3]]
    assert listing.value.tolist() == [[1.0, 0.875, 0.75, 0.625]]
    assert not listing.flags.any()


def test_nearest_by_hand(rank):
    """Items 0 and 1 are twins, 2 is different. At a half: 2 is worth .5*.4 - 0 = .2, the twin .5*.9 - .5*1 = -.05."""
    vectors = unit_rows(np.array([[1, 0], [1, 0], [0, 1]]))
    listing = rank(plain_plan(1, 3, 3, 0.5), pool_of([(0, 1.0), (1, 0.9), (2, 0.4)]), vectors)
    assert listing.items.tolist() == [[0, 2, 1]]
    np.testing.assert_allclose(listing.value, [[0.5, 0.2, -0.05]], atol=1e-6)


def test_opposites_are_no_more_different_than_strangers_for_nearest(rank):
    vectors = unit_rows(np.array([[1, 0], [-1, 0], [0, 1]]))
    listing = rank(plain_plan(1, 3, 2, 0.9), pool_of([(0, 1.0), (2, 0.5), (1, 0.4)]), vectors)
    assert listing.items.tolist() == [[0, 2]]


def test_set_wise_by_hand(rank):
    """cos(0, 1) = .6, so the squared distance of 1 to item 0 is 1 - ((1 - epsilon) .6)^2; item 2 is at right angles, 1 and log 1 = 0."""
    vectors = unit_rows(np.array([[1, 0], [0.6, 0.8], [0, 1]]))
    plan = replace(plain_plan(1, 3, 3, 0.5), engine="set-wise")
    listing = rank(plan, pool_of([(0, 1.0), (1, 0.9), (2, 0.8)]), vectors)
    assert listing.items.tolist() == [[0, 2, 1]]
    assert listing.value[0, 1] == pytest.approx(0.5 * 0.8)
    assert listing.value[0, 2] == pytest.approx(
        0.45 + 0.5 * np.log(1 - (1 - JITTER) ** 2), abs=5e-3
    )  # in the span of both: epsilon is left
    twice = rank(replace(plan, k=2), pool_of([(0, 1.0), (1, 0.9)]), vectors)
    assert twice.value[0, 1] == pytest.approx(0.45 + 0.5 * np.log(1 - ((1 - JITTER) * 0.6) ** 2), abs=1e-6)


def test_a_window_forgets_what_is_further_away(rank):
    """The twins 0 and 1 may not stand together; with a window of one place the second follows after one other."""
    vectors = unit_rows(np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]))
    pool = pool_of([(0, 1.0), (1, 0.9), (2, 0.5), (3, 0.4)])
    assert rank(plain_plan(1, 4, 4, 0.5), pool, vectors).items.tolist() == [[0, 2, 3, 1]]
    for engine in ENGINES:
        plan = replace(plain_plan(1, 4, 4, 0.5), window=1, engine=engine)
        assert rank(plan, pool, vectors).items.tolist() == [[0, 2, 1, 3]]


def test_taste_balance_by_hand(rank):
    """p = (.75, .25): after one item of the first group the second is worth .25 log2((.99/4 + .0025)/.0025), the first next to nothing."""
    mix = sparse.csr_matrix(np.array([[0.75, 0.25]], dtype=np.float32))
    plan = replace(plain_plan(1, 8, 4), balance=1.0, mix=mix, group=codes(0, 0, 0, 0, 1, 1, 1, -1))
    listing = rank(plan, DOWN)
    assert listing.items.tolist() == [[0, 4, 1, 2]]
    assert listing.value[0, 0] == pytest.approx(1 + 0.75 * np.log2((0.99 / 4 + 0.0075) / 0.0075), abs=1e-5)
    assert listing.value[0, 1] == pytest.approx(0.5 + 0.25 * np.log2((0.99 / 4 + 0.0025) / 0.0025), abs=1e-5)


def test_a_shopper_without_a_history_is_not_balanced(rank):
    plan = replace(plain_plan(1, 8, 4), balance=5.0, mix=sparse.csr_matrix((1, 2), dtype=np.float32), group=codes(0, 0, 0, 0, 1, 1, 1, 1))
    assert rank(plan, DOWN).items.tolist() == [[0, 1, 2, 3]]


def test_terms_and_audiences(rank):
    static = np.zeros((2, 8), np.float32)
    static[1, 7] = 2
    plan = replace(plain_plan(2, 8, 2), static=static, eligible=np.ones((2, 8), bool), audience=codes(0, 1), terms=(Term("boost", static),))
    assert rank(plan, pool_of(descending(8), descending(8))).items.tolist() == [[0, 1], [7, 0]]


def test_what_was_shown_lately_steps_back(rank):
    personal = np.zeros((1, 8), np.float32)
    personal[0, 0] = -0.3
    assert rank(replace(EIGHT, personal=personal), DOWN).items.tolist() == [[1, 2, 0, 3]]


def test_exposure_goes_to_the_group_that_had_too_little_in_the_lists_before(rank):
    exposure = Exposure(1.0, codes(0, 0, 0, 0, 1, 1, 1, 1), np.array([0.5, 0.5], dtype=np.float32))
    listing = rank(replace(plain_plan(3, 8, 2), exposure=exposure), pool_of(*[descending(8)] * 3))
    assert listing.items.tolist() == [[0, 1], [4, 5], [0, 1]]
    assert listing.value[1, 0] == pytest.approx(0.5 + 0.5)
    assert listing.value[2, 0] == pytest.approx(1.0)


def test_ties_go_to_the_first_of_the_pool(rank):
    pool = pool_of([(3, 1.0), (4, 1.0), (5, 1.0)])
    assert rank(plain_plan(1, 6, 3, 0.3), pool, unit_rows(np.eye(6))).items.tolist() == [[3, 4, 5]]


# pins


def test_pins_are_exact_and_count_for_what_comes_before_them(rank):
    vectors = unit_rows(np.eye(8))
    vectors[0] = vectors[6]
    plan = replace(plain_plan(1, 8, 4, 0.5), pins=places(p2=6))
    listing = rank(plan, DOWN, vectors)
    assert listing.items.tolist() == [[1, 2, 6, 3]]  # 0 is like the pin
    assert listing.flags.tolist() == [[0, 0, Flag.PINNED, 0]]
    capped = replace(EIGHT, pins=places(p3=6), caps=(Cap("kind", codes(0, 1, 2, 3, 4, 5, 0, 6), 1),))
    assert rank(capped, DOWN).items.tolist() == [[1, 2, 3, 6]]


def test_a_pin_from_outside_the_pool_is_worth_no_relevance(rank):
    listing = rank(replace(plain_plan(1, 9, 4), pins=places(p0=8)), DOWN)
    assert listing.items.tolist() == [[8, 0, 1, 2]]
    assert listing.value[0, 0] == 0


def test_a_pin_that_is_excluded_or_that_the_shopper_had_is_not_shown(rank):
    plan = replace(EIGHT, pins=places(p0=7, p1=6))
    eligible = np.ones((1, 8), bool)
    eligible[0, 7] = False
    had = sparse.csr_matrix(([1.0, 1.0], ([0, 0], [6, 2])), shape=(1, 8))
    pool = Pool(DOWN.items, DOWN.relevance, had=had)
    listing = rank(replace(plan, eligible=eligible), pool)
    assert listing.items.tolist() == [[0, 1, 2, 3]]
    assert not listing.flags.any()


def test_an_item_pinned_twice_keeps_its_first_place(rank):
    listing = rank(replace(EIGHT, pins=places(p1=5, p3=5)), DOWN)
    assert listing.items.tolist() == [[0, 5, 1, 2]]


def test_soft_pins(rank):
    pool = pool_of(descending(8), [(1, 1.0), (2, 0.8)], descending(8))
    plan = replace(plain_plan(3, 9, 4), soft_pins=places(p2=7, p3=0))
    listing = rank(plan, pool)
    assert listing.items.tolist() == [[0, 1, 7, 2], [1, 2, -1, -1], [0, 1, 7, 2]]  # 0 is picked earlier and stays; absent for the second
    assert listing.flags.tolist()[0] == [0, 0, Flag.SOFT, 0]
    hard = replace(plan, pins=places(p2=6))
    assert rank(hard, pool).items.tolist()[0] == [0, 1, 6, 2]


def test_pins_that_break_a_cap_say_so(rank):
    plan = replace(EIGHT, pins=places(p0=6, p1=7), caps=(Cap("kind", codes(*[-1] * 6, 0, 0), 1),))
    assert rank(plan, DOWN).flags.tolist() == [[Flag.PINNED, Flag.PINNED | Flag.CAP, 0, 0]]


# reserved places, caps, the ladder


def test_reserved_places_are_taken_by_the_deadline_and_not_before(rank):
    new = np.array([0, 0, 0, 0, 0, 1, 1, 0], dtype=bool)
    listing = rank(replace(EIGHT, reserved=(Reserved("new", new, 2),)), DOWN)
    assert listing.items.tolist() == [[0, 1, 5, 6]]
    assert listing.flags.tolist() == [[0, 0, Flag.RESERVED, Flag.RESERVED]]
    pinned = rank(replace(EIGHT, reserved=(Reserved("new", new, 2),), pins=places(p3=2)), DOWN)
    assert pinned.items.tolist() == [[0, 5, 6, 2]]


def test_a_reserve_that_cannot_be_kept_is_badged(rank):
    nothing = np.zeros(8, dtype=bool)
    listing = rank(replace(EIGHT, reserved=(Reserved("new", nothing, 2),)), DOWN)
    assert listing.items.tolist() == [[0, 1, 2, 3]]
    assert listing.flags.tolist() == [[0, 0, Flag.MINIMUM, Flag.MINIMUM]]


def test_distinct_groups_are_owed_like_reserved_places(rank):
    plan = replace(EIGHT, group=codes(0, 0, 0, 0, -1, 1, 1, 2), min_distinct=3)
    assert rank(plan, DOWN).items.tolist() == [[0, 1, 5, 7]]


def test_one_item_may_pay_two_debts_when_places_are_short(rank):
    first, second = np.zeros((2, 8), dtype=bool)
    first[[4, 6]], second[[5, 6]] = True, True
    plan = replace(plain_plan(1, 8, 1), reserved=(Reserved("a", first, 1), Reserved("b", second, 1)))
    listing = rank(plan, DOWN)
    assert listing.items.tolist() == [[6]]
    assert listing.flags.tolist() == [[Flag.RESERVED]]


def test_a_cap_of_the_whole_list(rank):
    plan = replace(EIGHT, caps=(Cap("kind", codes(0, 0, 0, 0, 0, 1, 1, -1), 1),))
    listing = rank(plan, DOWN)
    assert listing.items.tolist() == [[0, 5, 7, 1]]  # nothing is left that keeps the cap
    assert listing.flags.tolist() == [[0, 0, 0, Flag.CAP]]


def test_a_cap_in_a_window(rank):
    plan = replace(EIGHT, caps=(Cap("kind", codes(0, 0, 0, 0, 0, 1, 1, -1), 1, window=2),))
    assert rank(plan, DOWN).items.tolist() == [[0, 5, 1, 6]]


def test_a_window_looks_ahead_to_pins(rank):
    plan = replace(EIGHT, pins=places(p2=5), caps=(Cap("kind", codes(0, 0, 0, 0, 0, 1, 1, -1), 1, window=2),))
    assert rank(plan, DOWN).items.tolist() == [[0, 7, 5, 1]]


def test_the_ladder_gives_up_a_window_before_a_cap_and_a_cap_before_a_minimum(rank):
    window = Cap("near", codes(0, 0, 0, 0, 0, 0, 0, 0), 1, window=2)
    whole = Cap("all", codes(0, 0, 0, 0, 0, 1, 1, 1), 1)
    listing = rank(replace(plain_plan(1, 8, 3), caps=(window, whole)), DOWN)
    assert listing.items.tolist() == [[0, 5, 1]]
    assert listing.flags.tolist() == [[0, Flag.WINDOW, Flag.WINDOW | Flag.CAP]]
    owed = replace(plain_plan(1, 8, 2), caps=(whole,), reserved=(Reserved("first", whole.codes == 0, 2),))
    listing = rank(owed, DOWN)
    assert listing.items.tolist() == [[0, 1]]
    assert listing.flags.tolist() == [[Flag.RESERVED, Flag.RESERVED | Flag.CAP]]


def test_excluded_items_are_never_shown_however_short_the_list(rank):
    eligible = np.zeros((1, 8), bool)
    eligible[0, [2, 5]] = True
    assert rank(replace(EIGHT, eligible=eligible, pins=places(p0=3)), DOWN).items.tolist() == [[2, 5, -1, -1]]


def test_best_sellers_in_the_pool_are_badged(rank):
    pool = Pool(DOWN.items, DOWN.relevance, own=codes(2))
    assert rank(EIGHT, pool).flags.tolist() == [[0, 0, Flag.FALLBACK, Flag.FALLBACK]]


# edges


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("trade_off", [0.0, 0.4, 1.0])
class TestEdges:
    def plan(self, engine: str, trade_off: float, users: int = 1, k: int = 4) -> Plan:
        return replace(plain_plan(users, 8, k, trade_off), engine=engine)

    def test_short_and_empty_pools(self, rank, engine, trade_off):
        pool = pool_of([(4, 1.0), (2, 0.0)], [], [(1, 1.0)])
        listing = rank(self.plan(engine, trade_off, users=3), pool, unit_rows(np.eye(8)))
        assert listing.items.tolist() == [[4, 2, -1, -1], [-1, -1, -1, -1], [1, -1, -1, -1]]
        assert np.isfinite(listing.value).all()

    def test_nobody_and_no_candidates(self, rank, engine, trade_off):
        nobody = rank(self.plan(engine, trade_off, users=0), Pool(np.empty((0, 5), np.int32), np.empty((0, 5), np.float32)), np.eye(8))
        assert nobody.items.shape == (0, 4)
        nothing = rank(self.plan(engine, trade_off), Pool(np.empty((1, 0), np.int32), np.empty((1, 0), np.float32)), np.eye(8))
        assert nothing.items.tolist() == [[-1, -1, -1, -1]]

    def test_a_list_longer_than_the_pool_and_the_dimensions(self, rank, engine, trade_off):
        vectors = unit_rows(np.random.default_rng(0).normal(size=(8, 2)))
        listing = rank(self.plan(engine, trade_off, k=20), DOWN, vectors)
        assert sorted(listing.items[0, :8]) == list(range(8))
        assert (listing.items[0, 8:] == -1).all()
        assert np.isfinite(listing.value).all()

    def test_twins_alone_go_by_relevance(self, rank, engine, trade_off):
        vectors = unit_rows(np.ones((8, 3)))
        assert rank(self.plan(engine, trade_off), DOWN, vectors).items.tolist() == [[0, 1, 2, 3]]

    def test_constant_scores_and_missing_vectors_go_by_item(self, rank, engine, trade_off):
        pool = pool_of([(item, 1.0) for item in range(8)])
        assert rank(self.plan(engine, trade_off), pool, np.zeros((8, 3))).items.tolist() == [[0, 1, 2, 3]]

    def test_an_item_without_a_vector_is_like_no_other(self, rank, engine, trade_off):
        vectors = unit_rows(np.ones((8, 3)))
        vectors[7] = 0
        expected = {0.0: [0, 1], 0.4: [0, 1] if engine == "nearest" else [0, 7], 1.0: [0, 7]}[trade_off]
        pool = pool_of([(0, 1.0), (1, 0.9), (7, 0.1)])
        assert rank(self.plan(engine, trade_off, k=2), pool, vectors).items.tolist() == [expected]

    def test_one_category_and_every_cap_out_of_reach(self, rank, engine, trade_off):
        same = codes(*[0] * 8)
        mix = sparse.csr_matrix(np.ones((1, 1), np.float32))
        caps = (Cap("kind", same, 1), Cap("near", same, 1, window=3))
        plan = replace(self.plan(engine, trade_off), group=same, mix=mix, balance=1.0, min_distinct=3, caps=caps)
        listing = rank(plan, DOWN, unit_rows(np.eye(8)))
        assert listing.items.tolist() == [[0, 1, 2, 3]]
        assert (listing.flags[0, 1:] == Flag.CAP | Flag.WINDOW | Flag.MINIMUM).sum() >= 2


# refusals


def test_variety_without_vectors_is_refused_in_one_sentence(rank):
    if rank is kernel.rank:
        with pytest.raises(UnsupportedError, match="no vectors"):
            rank(plain_plan(1, 8, 4, 0.2), DOWN)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"k": 0}, "length of a list"),
        ({"engine": "magic"}, "no engine 'magic'"),
        ({"trade_off": np.array([1.5])}, "outside 0 to 1"),
        ({"caps": (Cap("brand", codes(*[0] * 8), 0),)}, "'brand' allows 0"),
    ],
)
def test_settings_out_of_range_are_refused(change, words):
    with pytest.raises(InputError, match=words):
        replace(EIGHT, **change)


@pytest.mark.parametrize("change", [{"pins": np.zeros((1, 3))}, {"group": np.zeros(3)}, {"balance": 1.0}, {"audience": np.zeros(2)}])
def test_arrays_that_do_not_fit_are_a_bug(change):
    with pytest.raises(ValueError, match=r"not|need"):
        replace(EIGHT, **change)


def test_a_pool_of_other_users_is_a_bug():
    with pytest.raises(ValueError, match="plan of 1"):
        kernel.rank(EIGHT, pool_of([], []))
