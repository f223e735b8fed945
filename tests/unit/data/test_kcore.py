"""The k-core: what remains satisfies both minima, and nothing that could remain is cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from recsys_core.data import kcore
from recsys_core.data.kcore import Core, k_core, sum_inside

Pairs = set[tuple[int, int]]
SIZE = 8
PAIRS = st.sets(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=50)


def matrix(pairs: Pairs) -> csr_matrix:
    user, item = [user for user, _ in sorted(pairs)], [item for _, item in sorted(pairs)]
    return csr_matrix((np.arange(1, len(pairs) + 1), (user, item)), shape=(SIZE, SIZE))


def core_of(pairs: Pairs, min_items: int, min_users: int) -> Core:
    given_pairs = matrix(pairs)
    return k_core(given_pairs.indptr, given_pairs.indices, SIZE, min_items, min_users)


def inside(pairs: Pairs, core: Core) -> Pairs:
    return {(user, item) for user, item in pairs if core.users[user] and core.items[item]}


def cut_one_at_a_time(pairs: Pairs, min_items: int, min_users: int) -> Pairs:
    left = set(pairs)
    while True:
        bad = [p for p in left if sum(q[0] == p[0] for q in left) < min_items or sum(q[1] == p[1] for q in left) < min_users]
        if not bad:
            return left
        left.discard(bad[0])


def test_a_cut_can_cause_the_next() -> None:
    # a: 1 2, b: 1 2, c: 1 3, d: 3. Product 3 stands on c and d, d has only it: d goes, then 3, then c.
    core = core_of({(0, 1), (0, 2), (1, 1), (1, 2), (2, 1), (2, 3), (3, 3)}, 2, 2)
    assert np.flatnonzero(core.users).tolist() == [0, 1]
    assert np.flatnonzero(core.items).tolist() == [1, 2]


def test_ones_keep_whoever_has_anything() -> None:
    core = core_of({(0, 0), (1, 1)}, 1, 1)
    assert np.flatnonzero(core.users).tolist() == [0, 1]
    assert np.flatnonzero(core.items).tolist() == [0, 1]


@pytest.mark.parametrize("at_once", [1, 3, 1 << 20])
@settings(deadline=None)
@given(pairs=PAIRS, min_items=st.integers(1, 4), min_users=st.integers(1, 4))
def test_it_is_the_largest_set_that_satisfies_both(pairs: Pairs, min_items: int, min_users: int, at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kcore, "PAIRS_AT_ONCE", at_once)
        core = core_of(pairs, min_items, min_users)
        left = cut_one_at_a_time(pairs, min_items, min_users)
        assert inside(pairs, core) == left
        assert set(np.flatnonzero(core.users)) == {user for user, _ in left}
        assert set(np.flatnonzero(core.items)) == {item for _, item in left}
        values = matrix(pairs)
        assert sum_inside(values.indptr, values.indices, core, values.data) == sum(int(values[pair]) for pair in left)
